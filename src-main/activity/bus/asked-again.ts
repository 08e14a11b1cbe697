import type { Millis } from '../../../src-shared/units.ts';

type Question<T> = {
  readonly ask: () => Promise<T>;
  /** How long to wait after this answer. */
  readonly every: (answer: T) => Millis;
  /** Told once: call `ask` to have the question asked at once. */
  readonly hints?: (ask: () => void) => void;
  readonly signal: AbortSignal;
};

/**
 * A question to the system that is asked again and again, never twice at the same time. Returns the latest answer; null
 * before the first.
 */
export function askAgain<T>({ ask, every, hints, signal }: Question<T>): () => T | null {
  let answer: T | null = null;
  let asking = false;
  /** Something changed while the question was on its way. */
  let again = false;
  let timer: NodeJS.Timeout | undefined;

  const run = async (): Promise<void> => {
    if (asking) {
      again = true;
      return;
    }
    clearTimeout(timer);
    asking = true;
    do {
      again = false;
      answer = await ask();
    } while (again && !signal.aborted);
    asking = false;
    // Somebody asking is no reason to keep a process alive.
    if (!signal.aborted) timer = setTimeout(run, every(answer)).unref();
  };
  signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  hints?.(() => void run());
  void run();
  return () => answer;
}
