import { createHash } from 'node:crypto';
import { submit } from '../../src-buyer/client.ts';
import type { Gpu, LaneId } from '../../src-shared/gpu.ts';
import { quote, type Said } from '../../src-shared/said.ts';
import type { CardSpeed, Speeds } from '../../src-shared/speed.ts';
import type { Millis } from '../../src-shared/units.ts';
import type { Event } from '../agent/event.ts';
import type { SpeedWork } from '../agent/speed-work.ts';
import { readSpeedPrograms, SPEED_JOB, speedPlan } from './speed-jobs.ts';
import { openSpeedsFile } from './speeds-file.ts';

/**
 * How the ids of a test's jobs begin: as no buyer's would, who gives names of their own, and the same after a restart, so
 * that jobs of an earlier test are known for what they are. The token itself is in no id.
 */
export const speedJobPrefix = (buyerToken: string): string =>
  `${SPEED_JOB}${createHash('sha256').update(`speed test ${buyerToken}`).digest('hex').slice(0, 16)}-`;

type Options = {
  /** The built-in network; null where the agent works for another one, where it is no buyer. */
  readonly exchange: { readonly url: string; readonly buyerToken: string } | null;
  /** The folder of the test's programs. */
  readonly programs: string;
  /** Where the agent keeps its files. */
  readonly folder: string;
  readonly report: (news: SpeedNews) => void;
  readonly notice: (what: Said) => void;
  readonly signal: AbortSignal;
  readonly now: () => Millis;
};
type SpeedNews = Omit<Extract<Event, { kind: 'not-submitted' }>, 'at'>;

/** The buyer's side of the speed test: hands its jobs in, and keeps what cards were measured at. Decides nothing. */
export function openSpeedTest(options: Options) {
  const { exchange, signal, now, report } = options;
  const file = openSpeedsFile(options.folder);
  const programOf = readSpeedPrograms(options.programs);
  const shop = exchange && { url: exchange.url, token: exchange.buyerToken };

  return {
    /** What the card was measured at; null where it was not. */
    of: (gpu: Gpu): CardSpeed | null => file.of(gpu),
    /** For an advert: at the card's own limit. */
    speedsOf: (gpu: Gpu): Speeds | null => file.of(gpu)?.points[0]?.speeds ?? null,
    /** Hands a piece of work in under this id; tells `not-submitted` where the network does not take it. */
    async submit(job: string, work: SpeedWork): Promise<void> {
      if (!shop) return;
      const answer = await submit(
        speedPlan(work, programOf(work), job, now()),
        shop,
        undefined,
        signal,
      );
      if (answer.kind === 'trouble' && !signal.aborted)
        report({ kind: 'not-submitted', job, detail: quote(answer.detail) });
    },
    /** Writes a speed down. Where the disk does not take it the owner hears of it, and it is known until the next start. */
    keep(lane: LaneId, speed: CardSpeed): void {
      const unwritten = file.keep(lane, speed);
      if (unwritten !== null) options.notice(unwritten);
    },
  };
}
export type SpeedTest = ReturnType<typeof openSpeedTest>;
