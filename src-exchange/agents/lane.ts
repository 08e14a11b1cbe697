import { backOff } from '../../src-shared/back-off.ts';
import { isJobFault, type JobId } from '../../src-shared/job.ts';
import type { LaneAdvert } from '../../src-shared/network-protocol.ts';
import { type Millis, millis, minutes, seconds } from '../../src-shared/units.ts';
import type { Delivery, Lease } from '../queue/queue.ts';
import type { LeaseWord } from './lease-desk.ts';

/** The first pause after a lane said no, or nothing; doubles up to MAX_PAUSE. */
const FIRST_PAUSE = seconds(1);
const MAX_PAUSE = minutes(1);
/** A lane that just handed a job back is not offered the same one at once: it would spin. */
const RELEASE_PAUSE = seconds(1);
/** After a machine fault another lane should have its turn first. */
const FAULT_PAUSE = seconds(5);
/**
 * After a job's fault too; but where there is no other lane, the buyer of a job that is really broken waits for this
 * one to say it again. Idle lanes are asked at once, so this need not be long.
 */
const BLAME_PAUSE = seconds(2);
/** So many different jobs refused, and it is the lane that does not want: it is left alone for a while. */
const MAX_REFUSED = 16;

export type Offer = Readonly<{ id: string; delivery: Delivery; until: Millis }>;

/** A lease that a lane works on, and when it runs out unless we hear of it. */
export type Hold = Readonly<{ lease: Lease; until: Millis }>;

/** What the gateway knows about one lane of one connected agent. */
export type Lane = {
  advert: LaneAdvert;
  offer: Offer | null;
  held: Hold | null;
  /** Not offered anything before this. */
  quietUntil: Millis;
  /** Offers turned down in a row. */
  turnedDown: number;
  /** Jobs it turned down, not offered again before the given time. */
  refused: Map<JobId, Millis>;
  /** Jobs it had and handed back or failed. Apart, because being ready again is no reason to get the same one. */
  returned: Map<JobId, Millis>;
};

export const newLane = (advert: LaneAdvert, held: Hold | null): Lane => ({
  advert,
  offer: null,
  held,
  quietUntil: millis(0),
  turnedDown: 0,
  refused: new Map(),
  returned: new Map(),
});

/** How long to leave a lane alone that turned down `times` offers in a row. */
export const pauseAfter = (times: number): Millis => backOff(times, FIRST_PAUSE, MAX_PAUSE);

/** How long a lane that said this of a job is not offered the same one again. */
export function returnPause(word: LeaseWord): Millis {
  switch (word.kind) {
    case 'heartbeat':
    case 'result':
      return millis(0);
    case 'release':
      return RELEASE_PAUSE;
    case 'failed':
      return isJobFault(word.because) ? BLAME_PAUSE : FAULT_PAUSE;
  }
}

/** Notes a new advert. A lane that turned from busy to ready may want now what it turned down before. */
export function readvertise(lane: Lane, advert: LaneAdvert): void {
  if (advert.ready && !lane.advert.ready) {
    lane.quietUntil = millis(0);
    lane.turnedDown = 0;
    lane.refused.clear();
  }
  lane.advert = advert;
}

/** Notes that the lane does not want this job: by word (`silent` false) or by saying nothing. */
export function turnDown(lane: Lane, job: JobId, silent: boolean, now: Millis): void {
  lane.turnedDown += 1;
  const until = millis(now + pauseAfter(lane.turnedDown));
  lane.refused.set(job, until);
  if (silent || lane.refused.size >= MAX_REFUSED) lane.quietUntil = until;
}

/** Forgets what a lane did not want so long ago that it may be offered again. */
export function forgetPast({ refused, returned }: Lane, now: Millis): void {
  for (const jobs of [refused, returned])
    for (const [job, until] of jobs) if (until <= now) jobs.delete(job);
}
