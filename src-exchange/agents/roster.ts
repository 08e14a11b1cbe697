import type { LaneId } from '../../src-shared/gpu.ts';
import type { LaneAdvert } from '../../src-shared/network-protocol.ts';
import type { Millis } from '../../src-shared/units.ts';
import type { Ticket } from '../access/tokens.ts';
import { type Hold, type Lane, newLane, type Offer, readvertise } from './lane.ts';

/** The lanes of every connected agent, in the order in which they are served. `Link`: an agent's connection. */
export class Roster<Link extends object> {
  readonly #lanes = new Map<Link, Map<LaneId, Lane>>();
  /** Leases taken up again on lanes that were not advertised yet. */
  readonly #early = new WeakMap<Link, Map<LaneId, Hold>>();

  /** Everybody, the longest not served first, as it is now. */
  all(): { readonly link: Link; readonly lane: Lane }[] {
    return [...this.#lanes].flatMap(([link, lanes]) =>
      [...lanes.values()].map((lane) => ({ link, lane })),
    );
  }

  lanesOf(link: Link): readonly Lane[] {
    return [...(this.#lanes.get(link)?.values() ?? [])];
  }

  /** Whether this is a lane of an agent that is here, still. */
  has(link: Link, lane: Lane): boolean {
    return this.#lanes.get(link)?.get(lane.advert.lane) === lane;
  }

  join(link: Link): void {
    this.#lanes.set(link, new Map());
    this.#early.set(link, new Map());
  }

  /** The agent is gone. Returns the lanes it had. */
  leave(link: Link): readonly Lane[] {
    const lanes = this.lanesOf(link);
    this.#lanes.delete(link);
    return lanes;
  }

  /** The whole truth about an agent's lanes. Returns those that want no offer any more; null where the agent is not here. */
  advertise(link: Link, adverts: readonly LaneAdvert[]): readonly Lane[] | null {
    const lanes = this.#lanes.get(link);
    if (!lanes) return null;
    for (const advert of adverts) {
      const lane = lanes.get(advert.lane);
      if (lane) readvertise(lane, advert);
      else lanes.set(advert.lane, newLane(advert, this.#early.get(link)?.get(advert.lane) ?? null));
    }
    const named = new Set(adverts.map(({ lane }) => lane));
    const gone = [...lanes].filter(([id]) => !named.has(id));
    for (const [id] of gone) lanes.delete(id);
    const unready = [...lanes.values()].filter(({ advert }) => !advert.ready);
    return [...gone.map(([, lane]) => lane), ...unready];
  }

  /** The lane has this lease until then: just assigned, or taken up again on a new connection. */
  hold(link: Link, ticket: Ticket, until: Millis): void {
    const lane = this.#lanes.get(link)?.get(ticket.lane);
    const hold = { lease: ticket, until };
    if (lane) lane.held = hold;
    else this.#early.get(link)?.set(ticket.lane, hold);
  }

  /** The lane no longer has this lease. `notBefore`: when it may be offered the same job again; null: at once. */
  free(link: Link, ticket: Ticket, notBefore: Millis | null): void {
    const lane = this.#lanes.get(link)?.get(ticket.lane);
    if (lane?.held?.lease.job === ticket.job && lane.held.lease.fence === ticket.fence)
      lane.held = null;
    this.#early.get(link)?.delete(ticket.lane);
    if (lane && notBefore !== null) lane.returned.set(ticket.job, notBefore);
  }

  /** Takes the offer of this name from its lane; null where there is none (any more). */
  takeOffer(link: Link, id: string): (Offer & { lane: Lane }) | null {
    const lane = this.lanesOf(link).find(({ offer }) => offer?.id === id);
    if (!lane?.offer) return null;
    const taken = { ...lane.offer, lane };
    lane.offer = null;
    return taken;
  }

  /** Whoever was just served goes to the end of the line. */
  served(link: Link): void {
    const lanes = this.#lanes.get(link);
    if (!lanes) return;
    this.#lanes.delete(link);
    this.#lanes.set(link, lanes);
  }
}
