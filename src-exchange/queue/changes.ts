/** Who asks for news again and again gets it at most this often, ms: many small changes cost one listing. */
export const NEWS_EVERY = 1000;

/** Calls `wake` after `ms`, unless the function returned is called before. Does not keep the process alive. */
export type Later = (ms: number, wake: () => void) => () => void;

const later: Later = (ms, wake) => {
  const timer = setTimeout(wake, ms).unref();
  return () => clearTimeout(timer);
};

/** A bell for those who wait for news about jobs. Nobody polls. */
export class Changes {
  readonly #later: Later;
  #count = 1;
  readonly #waiting = new Set<() => void>();

  constructor(after: Later = later) {
    this.#later = after;
  }

  /** How often anything has changed since the start. */
  get count(): number {
    return this.#count;
  }

  bump(): void {
    this.#count += 1;
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  /**
   * Resolves when there was a change since `seen`, but not within NEWS_EVERY of the call, or after `ms`. At once for
   * those who have seen nothing yet (0).
   */
  async after(seen: number, ms: number): Promise<void> {
    if (seen === 0) return;
    const pace = Math.min(NEWS_EVERY, ms);
    await new Promise<void>((resolve) => this.#later(pace, resolve));
    if (seen !== this.#count) return;
    await new Promise<void>((resolve) => {
      const wake = () => {
        cancel();
        this.#waiting.delete(wake);
        resolve();
      };
      const cancel = this.#later(ms - pace, wake);
      this.#waiting.add(wake);
    });
  }
}
