/** A bell for those who wait for news about jobs. Nobody polls. */
export class Changes {
  #count = 1;
  readonly #waiting = new Set<() => void>();

  /** How often anything has changed since the start. */
  get count(): number {
    return this.#count;
  }

  bump(): void {
    this.#count += 1;
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  /** Resolves at the next change, at once if there was one since `seen`, or after `ms`. */
  async after(seen: number, ms: number): Promise<void> {
    if (seen !== this.#count) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(wake, ms);
      timer.unref();
      const waiting = this.#waiting;
      function wake() {
        clearTimeout(timer);
        waiting.delete(wake);
        resolve();
      }
      waiting.add(wake);
    });
  }
}
