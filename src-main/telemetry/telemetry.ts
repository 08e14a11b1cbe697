import { type LaneId, TelemetryEvent } from '../../src-shared/gpu.ts';
import { said } from '../../src-shared/said.ts';
import { type Millis, minutes, seconds, type Watts } from '../../src-shared/units.ts';
import type { Spawn } from '../children/child.ts';
import { keepChild, type Meaning, type Rests } from '../children/keeper.ts';
import { openPowerOrders } from './power-orders.ts';
import type { ProbeCommand } from './probe-command.ts';

/** When to start a probe again, and when to say that it keeps dying. */
export type ProbePatience = {
  /** Between two readings, until `beatEvery` says otherwise. */
  readonly every: Millis;
  /** Without a word for this long, the driver hangs. */
  readonly silence: Millis;
  /** Between crashes. */
  readonly rests: Rests;
  /** Crashes in a row after which the owner is told. */
  readonly crashesToTell: number;
  /** After a probe that found nothing to watch. A driver that was installed meanwhile is found then. */
  readonly nothingRest: Millis;
};

/** A reading a second is what heat needs. A driver may take seconds to wake a sleeping card, hence the silence. */
export const patience: ProbePatience = {
  every: seconds(1),
  silence: seconds(30),
  rests: { first: seconds(1), longest: minutes(1), soundAfter: minutes(1) },
  crashesToTell: 3,
  nothingRest: minutes(10),
};

export type GpuWatch = {
  /** Reads the cards this often from now on; a probe that is started later as well. */
  readonly beatEvery: (every: Millis) => void;
  /**
   * Keeps a card to a power limit, or puts back what was there (null). The answer is a `power-limited`, to the last
   * wish for each card; a wish outlives the probe that heard it.
   */
  readonly limitPower: (lane: LaneId, limit: Watts | null) => void;
};

/**
 * Watches the cards through a probe in a process of its own, until `signal`. A probe that dies is started again, after
 * longer and longer rests; one that keeps dying is an inventory without cards, and tried on. While no probe lives
 * there are no readings: what was said last grows old, and its `takenAt` shows it.
 */
export function watchGpus(options: {
  readonly spawn: Spawn;
  readonly signal: AbortSignal;
  readonly heard: (event: TelemetryEvent) => void;
  readonly patience?: ProbePatience;
  /** Where changed power limits are noted down, so that they come back whatever happens. Left out: none is changed. */
  readonly folder?: string;
  /** Below it lies what Linux tells of its cards. Left out: `/`. */
  readonly root?: string;
}): GpuWatch {
  const { spawn, signal, heard, folder = null, root = '/' } = options;
  const wait = options.patience ?? patience;
  let nameOthers = true;
  let lastInventory = '';
  let { every } = wait;
  const orders = openPowerOrders();

  function tell(event: TelemetryEvent): void {
    if (event.kind === 'inventory') {
      const words = JSON.stringify(event);
      if (words === lastInventory) return;
      lastInventory = words;
    }
    if (event.kind !== 'power-limited' || orders.hear(event)) heard(event);
  }

  function read(message: unknown): Meaning {
    const word = TelemetryEvent.safeParse(message);
    if (!word.success) return { kind: 'distrusted', because: said('probeUnreadable') };
    const event = word.data;
    const isNothing = event.kind === 'inventory' && event.gpus.length === 0;
    if (isNothing) nameOthers = false;
    tell(event);
    if (event.kind !== 'inventory') return { kind: 'alive' };
    return isNothing ? { kind: 'leaving', again: wait.nothingRest } : { kind: 'needed' };
  }

  const probe = keepChild({
    spawn,
    signal,
    rests: wait.rests,
    silence: { after: wait.silence, because: said('driverSilent') },
    greeting: () => [
      { kind: 'look', every, nameOthers, folder, root } satisfies ProbeCommand,
      ...orders.open(),
    ],
    heard: read,
    ended: (end) => {
      if (end.kind === 'left') orders.refuse().forEach(tell);
      else if (end.crashes >= wait.crashesToTell)
        tell({ kind: 'inventory', gpus: [], trouble: said('probeFailing', { why: end.because }) });
    },
  });

  return {
    beatEvery: (next) => {
      every = next;
      probe.post({ kind: 'beat-every', every } satisfies ProbeCommand);
    },
    limitPower: (lane, limit) => {
      const order = orders.give(lane, limit);
      // A limit that is to be put back does not wait for the rest of a crash, or of a driver that was not there.
      if (!probe.post(order)) probe.hurry();
    },
  };
}
