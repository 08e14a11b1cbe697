import type { JobId } from '../src-shared/job.ts';
import type { LaneAdvert } from '../src-shared/network-protocol.ts';
import { type Millis, millis, minutes, seconds } from '../src-shared/units.ts';
import type { Delivery, Lease, Match } from './queue.ts';

/** The first pause after a lane said no, or nothing; doubles up to MAX_PAUSE. */
const FIRST_PAUSE = seconds(1);
const MAX_PAUSE = minutes(1);
/** A lane that just handed a job back is not offered the same one at once: it would spin. */
export const RELEASE_PAUSE = seconds(1);
/** After a machine fault another lane should have its turn first. */
export const FAULT_PAUSE = seconds(5);
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
  /** Jobs it is not offered again before the given time. */
  refused: Map<JobId, Millis>;
};

export const newLane = (advert: LaneAdvert, held: Hold | null): Lane => ({
  advert,
  offer: null,
  held,
  quietUntil: millis(0),
  turnedDown: 0,
  refused: new Map(),
});

/** How long to leave a lane alone that turned down `times` offers in a row. */
export const pauseAfter = (times: number): Millis =>
  millis(Math.min(MAX_PAUSE, FIRST_PAUSE * 2 ** Math.max(0, times - 1)));

/** Notes a new advert. A lane that turned from busy to ready starts with a clean slate. */
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

/** What may be asked of the queue for this lane now; null where it should be left alone. */
export function wants(lane: Lane, now: Millis): Match | null {
  if (!lane.advert.ready || lane.offer || lane.quietUntil > now) return null;
  if (lane.held && lane.held.until > now) return null;
  for (const [job, until] of lane.refused) if (until <= now) lane.refused.delete(job);
  return { backend: lane.advert.backend, vram: lane.advert.vram, except: [...lane.refused.keys()] };
}

/** The first moment past `after` at which time alone changes what this lane may be offered; null where none does. */
export function nextChange(lane: Lane, after: Millis): Millis | null {
  const times = [lane.offer?.until, lane.held?.until, lane.quietUntil, ...lane.refused.values()];
  const ahead = times.filter((time): time is Millis => time !== undefined && time > after);
  return ahead.length > 0 ? millis(Math.min(...ahead)) : null;
}
