import { type LaneId, TelemetryEvent } from '../../src-shared/gpu.ts';
import { type Millis, millis, minutes, seconds, type Watts } from '../../src-shared/units.ts';
import type { Child, Spawn } from '../children/child.ts';
import { openPowerOrders } from './power-orders.ts';
import type { ProbeCommand } from './probe-command.ts';

/** When to start a probe again, and when to say that it keeps dying. */
export type ProbePatience = {
  /** Between two readings, until `beatEvery` says otherwise. */
  readonly every: Millis;
  /** Without a word for this long, the driver hangs. */
  readonly silence: Millis;
  /** After the first crash; doubled after each further one. */
  readonly firstRest: Millis;
  /** The longest rest between crashes. */
  readonly longestRest: Millis;
  /** A probe that lives this long is sound: the crashes before it are forgotten. */
  readonly soundAfter: Millis;
  /** Crashes in a row after which the owner is told. */
  readonly crashesToTell: number;
  /** After a probe that found nothing to watch. A driver that was installed meanwhile is found then. */
  readonly nothingRest: Millis;
};

/** A reading a second is what heat needs. A driver may take seconds to wake a sleeping card, hence the silence. */
export const patience: ProbePatience = {
  every: seconds(1),
  silence: seconds(30),
  firstRest: seconds(1),
  longestRest: minutes(1),
  soundAfter: minutes(1),
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
  let probe: Child | null = null;
  let timer: NodeJS.Timeout | null = null;
  let crashes = 0;
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

  function start(): void {
    timer = null;
    const startedAt = Date.now();
    /** What we know of this probe: nothing yet, that it found nothing, or why it must go. */
    let finding: 'none' | 'nothing' | { readonly because: string } = 'none';
    let alarm: NodeJS.Timeout | null = null;
    const rearm = () => {
      if (alarm !== null) clearTimeout(alarm);
      alarm = setTimeout(() => condemn('The GPU driver does not answer.'), wait.silence);
    };
    const condemn = (because: string) => {
      finding = { because };
      child.kill();
    };

    const child = spawn({
      message: (message) => {
        if (signal.aborted || typeof finding === 'object') return;
        const read = TelemetryEvent.safeParse(message);
        if (!read.success) return condemn('The GPU probe said something unreadable.');
        rearm();
        if (read.data.kind === 'inventory') {
          finding = read.data.gpus.length > 0 ? 'none' : 'nothing';
          if (finding === 'nothing') nameOthers = false;
        }
        tell(read.data);
      },
      exit: (detail) => {
        if (alarm !== null) clearTimeout(alarm);
        probe = null;
        if (signal.aborted) return;
        if (finding === 'nothing') {
          crashes = 0;
          timer = setTimeout(start, wait.nothingRest);
          orders.refuse().forEach(tell);
          return;
        }
        crashes = Date.now() - startedAt > wait.soundAfter ? 1 : crashes + 1;
        const rest = restAfter(crashes, wait);
        if (crashes >= wait.crashesToTell) {
          const why = typeof finding === 'object' ? finding.because : detail;
          tell({ kind: 'inventory', gpus: [], trouble: crashSentence(why) });
        }
        timer = setTimeout(start, rest);
      },
    });
    probe = child;
    rearm();
    child.post({ kind: 'look', every, nameOthers, folder, root } satisfies ProbeCommand);
    for (const order of orders.open()) child.post(order);
  }

  const watch: GpuWatch = {
    beatEvery: (next) => {
      every = next;
      probe?.post({ kind: 'beat-every', every } satisfies ProbeCommand);
    },
    limitPower: (lane, limit) => {
      const order = orders.give(lane, limit);
      if (signal.aborted) return;
      if (probe !== null) return probe.post(order);
      // A limit that is to be put back does not wait for the rest of a crash, or of a driver that was not there.
      if (timer !== null) clearTimeout(timer);
      start();
    },
  };
  if (signal.aborted) return watch;
  signal.addEventListener(
    'abort',
    () => {
      if (timer !== null) clearTimeout(timer);
      probe?.kill();
    },
    { once: true },
  );
  start();
  return watch;
}

/** How long to rest after `crashes` crashes in a row. */
export const restAfter = (crashes: number, wait: ProbePatience): Millis =>
  millis(Math.min(wait.firstRest * 2 ** (crashes - 1), wait.longestRest));

/** The schema's limit for a sentence, less the words around it. */
const DETAIL_LENGTH = 400;
const crashSentence = (why: string): string =>
  `Reading the GPU keeps failing; trying on. ${why.slice(0, DETAIL_LENGTH)}`;
