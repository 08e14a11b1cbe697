import type { Millis } from './units.ts';

// Node and pages both have these, and this room has the types of neither.
declare const setTimeout: (run: () => void, after: number) => unknown;
declare const clearTimeout: (timer: unknown) => void;

/** What is needed of an `AbortSignal`. */
type Signal = {
  readonly aborted: boolean;
  readonly addEventListener: (name: 'abort', run: () => void) => void;
  readonly removeEventListener: (name: 'abort', run: () => void) => void;
};

/**
 * Waits for `length`, or until `signal` is aborted, which it may be already. True where the whole time has passed. Never
 * rejects, and leaves neither timer nor listener behind. One for all rooms: `node:timers/promises` is not in a page.
 */
export function pause(length: Millis, signal: Signal): Promise<boolean> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(false);
    const end = (whole: boolean) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', cut);
      resolve(whole);
    };
    const cut = () => end(false);
    const timer = setTimeout(() => end(true), length);
    signal.addEventListener('abort', cut);
  });
}
