import { TelemetryEvent } from '../../src-shared/gpu.ts';
import { type Millis, millis, minutes, seconds } from '../../src-shared/units.ts';
import type { Child, Spawn } from '../child.ts';
import type { ProbeCommand } from './probe-command.ts';

/** When to start a probe again, and when to say that it keeps dying. */
export type ProbePatience = {
  /** Between two readings. */
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
}): void {
  const { spawn, signal, heard } = options;
  const wait = options.patience ?? patience;
  let probe: Child | null = null;
  let timer: NodeJS.Timeout | null = null;
  let crashes = 0;
  let nameOthers = true;
  let lastInventory = '';

  function tell(event: TelemetryEvent): void {
    if (event.kind === 'inventory') {
      const words = JSON.stringify(event);
      if (words === lastInventory) return;
      lastInventory = words;
    }
    heard(event);
  }

  function start(): void {
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
          finding = read.data.trouble === null ? 'none' : 'nothing';
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
    child.post({ kind: 'look', every: wait.every, nameOthers } satisfies ProbeCommand);
  }

  if (signal.aborted) return;
  signal.addEventListener(
    'abort',
    () => {
      if (timer !== null) clearTimeout(timer);
      probe?.kill();
    },
    { once: true },
  );
  start();
}

/** How long to rest after `crashes` crashes in a row. */
export const restAfter = (crashes: number, wait: ProbePatience): Millis =>
  millis(Math.min(wait.firstRest * 2 ** (crashes - 1), wait.longestRest));

/** The schema's limit for a sentence, less the words around it. */
const DETAIL_LENGTH = 400;
const crashSentence = (why: string): string =>
  `Reading the GPU keeps failing; trying on. ${why.slice(0, DETAIL_LENGTH)}`;
