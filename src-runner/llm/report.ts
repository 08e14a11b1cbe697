import type { Fault, JobId } from '../../src-shared/job.ts';
import { type Millis, millis, seconds } from '../../src-shared/units.ts';
import type { StartCommand } from '../work/contents.ts';
import { type Failure, failure } from '../work/device.ts';
import type { Host } from '../work/execution.ts';

/**
 * The first tokens may have to wait for the driver to compile what llama.cpp brings: seconds on a card, most of a minute on
 * a software Vulkan. Below the time after which main gives a silent runner up.
 */
const FIRST_STEP_TIMEOUT = seconds(100);
/** Ten a second, as for kernels. */
const PROGRESS_EVERY = millis(100);

/** What a job says of itself while it runs, no more often than anybody wants to hear. */
export function openReport(
  job: JobId,
  { checkpointEvery }: Pick<StartCommand, 'checkpointEvery'>,
  { say, clock, stepTimeout }: Host,
) {
  let saidAt = clock.now();
  let savedAt = saidAt;
  let saved = 0;
  let active = 0;
  let step = 0;
  let first = true;
  const tell = () => say({ kind: 'progress', job, step });

  return {
    /** Still there, no further. */
    alive(): void {
      const now = clock.now();
      if (now - saidAt < PROGRESS_EVERY) return;
      saidAt = now;
      tell();
    },
    /** So far now: told at once where `last`. */
    reached(next: number, last: boolean): void {
      step = next;
      const now = clock.now();
      if (!last && now - saidAt < PROGRESS_EVERY) return;
      saidAt = now;
      tell();
    },
    /** Sends a checkpoint where one is due and would be further than the last. */
    save(at: number, pack: () => Record<string, Uint8Array>): void {
      if (at <= saved || clock.now() - savedAt < checkpointEvery) return;
      saved = at;
      say({ kind: 'checkpoint', job, step: at, buffers: pack() });
      savedAt = clock.now();
    },
    /**
     * Waits for a piece of llama.cpp's work, and for no longer than a step may take. What it throws is a failure too:
     * `blame` says of what kind.
     */
    async timed<T>(
      work: () => Promise<T>,
      blame: (thrown: string) => Fault = () => 'device-lost',
    ): Promise<T | Failure> {
      const before = clock.now();
      const limit = first ? millis(Math.max(stepTimeout, FIRST_STEP_TIMEOUT)) : stepTimeout;
      // A driver that hangs shows at once; who gets so far and then takes too long asked for too much, as with kernels.
      const late = first ? 'device-lost' : 'timed-out';
      first = false;
      try {
        return await within(limit, late, work());
      } catch (error) {
        const thrown = wordsOf(error);
        return failure(blame(thrown), `llama.cpp failed: ${thrown}`);
      } finally {
        active += clock.now() - before;
      }
    },
    activeFor: (): Millis => millis(Math.round(active)),
  };
}
export type Report = ReturnType<typeof openReport>;

function within<T>(limit: Millis, because: Fault, work: Promise<T>): Promise<T | Failure> {
  return new Promise((over, threw) => {
    const late = failure(because, `llama.cpp has not answered for ${limit / 1000} s`);
    const timer = setTimeout(() => over(late), limit);
    work.then(over, threw).finally(() => clearTimeout(timer));
  });
}

const wordsOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
