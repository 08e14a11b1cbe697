import type { LaneId, TelemetryEvent } from '../../src-shared/gpu.ts';
import { said } from '../../src-shared/said.ts';
import type { Watts } from '../../src-shared/units.ts';
import type { ProbeCommand } from './probe-command.ts';

type Order = Extract<ProbeCommand, { kind: 'limit-power' }>;
type Answer = Extract<TelemetryEvent, { kind: 'power-limited' }>;

/** The last wish for every card's power limit, so that a probe that dies does not take it along. */
export function openPowerOrders() {
  const orders = new Map<LaneId, { readonly order: Order; answered: boolean }>();
  let count = 0;
  const pending = ({ order, answered }: { order: Order; answered: boolean }) =>
    order.limit !== null || !answered;

  return {
    give(lane: LaneId, limit: Watts | null): Order {
      const order: Order = { kind: 'limit-power', order: ++count, lane, limit };
      orders.set(lane, { order, answered: false });
      return order;
    },
    /** False for an answer to a wish that is not the last one. */
    hear({ lane, order }: Answer): boolean {
      const last = orders.get(lane);
      if (last?.order.order !== order) return false;
      last.answered = true;
      return true;
    },
    /** What a new probe must be told: limits that hold on, and what the old one did not answer. */
    open: (): Order[] => [...orders.values()].filter(pending).map(({ order }) => order),
    /** The answers of nobody: what was asked of a probe that found nothing to watch. */
    refuse: (): Answer[] =>
      [...orders.values()]
        .filter(({ answered }) => !answered)
        .map(({ order: { lane, order } }) => ({
          kind: 'power-limited',
          order,
          lane,
          trouble: said('powerNobody'),
        })),
  };
}
