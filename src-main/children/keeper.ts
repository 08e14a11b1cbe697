import { backOff } from '../../src-shared/back-off.ts';
import type { Said } from '../../src-shared/said.ts';
import type { Millis } from '../../src-shared/units.ts';
import type { Child, Spawn } from './child.ts';

/** How patient we are with a process that keeps dying. */
export type Rests = {
  /** After the first crash; doubled after each further one in a row. */
  readonly first: Millis;
  /** The longest rest between crashes. */
  readonly longest: Millis;
  /** A process that lived longer than this was sound: the crashes before it are forgotten. */
  readonly soundAfter: Millis;
};

/** What a word of the process means for keeping it. */
export type Meaning =
  /** Nothing: it goes on as before. */
  | { readonly kind: 'alive' }
  /** It has work to do: its end would be a crash. So it is with every process that has not said otherwise. */
  | { readonly kind: 'needed' }
  /** It has nothing to do, and will end by itself. `again`: when to try one more after that; null: never. */
  | { readonly kind: 'leaving'; readonly again: Millis | null }
  /** It is none of ours any more, for this reason: it is ended, and whatever it says from now on goes nowhere. */
  | { readonly kind: 'distrusted'; readonly because: Said };

/** How a process ended. */
export type End =
  | { readonly kind: 'left' }
  /** `crashes`: in a row, this one counted. */
  | { readonly kind: 'crashed'; readonly crashes: number; readonly because: Said };

export type Keeper = {
  /** Says something to the process there is; false where there is none at this moment. */
  readonly post: (message: object) => boolean;
  /** Starts one at once where we only rest between two. */
  readonly hurry: () => void;
};

type Stay = Exclude<Meaning, { kind: 'alive' }>;

/** What is made of an end: how it is told, and how long to rest before the next start (null: there is none). */
export function judgeEnd(
  stay: Stay,
  { crashesBefore, lived, detail }: { crashesBefore: number; lived: Millis; detail: Said },
  { first, longest, soundAfter }: Rests,
): { readonly end: End; readonly rest: Millis | null } {
  if (stay.kind === 'leaving') return { end: { kind: 'left' }, rest: stay.again };
  const crashes = lived > soundAfter ? 1 : crashesBefore + 1;
  const because = stay.kind === 'distrusted' ? stay.because : detail;
  return { end: { kind: 'crashed', crashes, because }, rest: backOff(crashes, first, longest) };
}

/**
 * Keeps one process of ours running until `signal`: one that dies is started again, after longer and longer rests, and one
 * that says nothing for too long is ended, as dead as any other.
 */
export function keepChild(options: {
  readonly spawn: Spawn;
  readonly signal: AbortSignal;
  readonly rests: Rests;
  /** Without a word for `after`, it hangs: it is ended for that reason. Left out: it may be silent for ever. */
  readonly silence?: { readonly after: Millis; readonly because: Said };
  /** What every new process is told first. */
  readonly greeting: () => readonly object[];
  /** Reads what it says. Not called any more once it is distrusted, or after `signal`. */
  readonly heard: (message: unknown) => Meaning;
  /** Not called after `signal`. */
  readonly ended?: (end: End) => void;
}): Keeper {
  const { spawn, signal, rests, silence, greeting, heard, ended } = options;
  let child: Child | null = null;
  let timer: NodeJS.Timeout | null = null;
  let crashes = 0;

  function start(): void {
    timer = null;
    const startedAt = Date.now();
    let stay: Stay = { kind: 'needed' };
    let alarm: NodeJS.Timeout | null = null;
    const distrust = (because: Said) => {
      stay = { kind: 'distrusted', because };
      started.kill();
    };
    const awaitWord = () => {
      if (alarm !== null) clearTimeout(alarm);
      if (silence) alarm = setTimeout(() => distrust(silence.because), silence.after);
    };

    const started = spawn({
      message: (message) => {
        if (signal.aborted || stay.kind === 'distrusted') return;
        const meaning = heard(message);
        if (meaning.kind === 'distrusted') return distrust(meaning.because);
        if (meaning.kind !== 'alive') stay = meaning;
        awaitWord();
      },
      exit: (detail) => {
        if (alarm !== null) clearTimeout(alarm);
        child = null;
        if (signal.aborted) return;
        const lived = (Date.now() - startedAt) as Millis;
        const judged = judgeEnd(stay, { crashesBefore: crashes, lived, detail }, rests);
        crashes = judged.end.kind === 'crashed' ? judged.end.crashes : 0;
        if (judged.rest !== null) timer = setTimeout(start, judged.rest);
        // Last: whoever hears of it may want the next one at once.
        ended?.(judged.end);
      },
    });
    child = started;
    awaitWord();
    for (const word of greeting()) started.post(word);
  }

  const keeper: Keeper = {
    post: (message) => {
      child?.post(message);
      return child !== null;
    },
    hurry: () => {
      if (timer === null) return;
      clearTimeout(timer);
      start();
    },
  };
  if (signal.aborted) return keeper;
  signal.addEventListener(
    'abort',
    () => {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      child?.kill();
    },
    { once: true },
  );
  start();
  return keeper;
}
