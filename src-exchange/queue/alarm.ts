import type { Millis } from '../../src-shared/units.ts';

/** Node cannot wait longer than 2^31 ms; nobody minds an early ring. */
const LONGEST_WAIT = 3_600_000;

/** One timer for whatever comes next. Does not keep the process alive. */
export class Alarm {
  readonly #ring: () => void;
  readonly #now: () => Millis;
  #timer: NodeJS.Timeout | null = null;

  constructor(now: () => Millis, ring: () => void) {
    this.#now = now;
    this.#ring = ring;
  }

  /** Rings once at `time`, instead of whenever it was to ring; null: never. */
  set(time: Millis | null): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (time === null) return;
    const wait = Math.min(LONGEST_WAIT, Math.max(1, time - this.#now()));
    this.#timer = setTimeout(this.#ring, wait);
    this.#timer.unref();
  }
}
