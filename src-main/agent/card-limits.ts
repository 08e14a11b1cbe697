import type { Said } from '../../src-shared/said.ts';
import { cardSettings } from '../../src-shared/settings.ts';
import { type Millis, millis, minutes, type Watts, watts } from '../../src-shared/units.ts';
import { quietDuty } from '../policy/quiet-hours.ts';
import type { Effect } from './event.ts';
import { govern } from './governor.ts';
import { type Lane, workOf } from './lane.ts';
import { limitOf } from './measuring.ts';
import type { Agent } from './state.ts';

type Now = Pick<Agent, 'now' | 'settings' | 'speedTest'>;

/** A card's own power limit is put back when no job came for this long; until then the next job finds it as it was. */
const KEEPS_LIMIT_FOR = minutes(1);

/** The share of the time that the lane may work. */
export const dutyOf = ({ governor }: Lane): number => governor.slowdown?.duty ?? 1;

/** Looks at the lane's last reading and decides how fast it may work from now on. `begins`: it did not work until now. */
export function governLane({ now, settings }: Now, lane: Lane, begins: boolean): Lane {
  const { temperatureMax, powerLimit } = cardSettings(settings, lane.gpu.lane);
  const limits = {
    temperatureMax,
    // A card that keeps to its watts by itself needs no second hand on the same wheel.
    powerLimit: lane.powerLimitTrouble === null ? null : powerLimit,
    powerMost: lane.gpu.powerMax,
    quietDuty: quietDuty(settings, now),
  };
  const read = lane.reading ?? { temperature: null, power: null };
  const governor = govern(lane.governor, read, limits, millis(now - lane.governedAt), begins);
  return { ...lane, governor, governedAt: now };
}

/** Paces a lane that works and says so to its runner where that changes anything. */
export function slowDown(now: Now, lane: Lane): readonly [Lane, readonly Effect[]] {
  const { doing, gpu } = lane;
  if (doing.kind !== 'running') return [lane, []];
  const paced = governLane(now, lane, false);
  const duty = dutyOf(paced);
  const slow: Effect = { kind: 'slow', lane: gpu.lane, lease: doing.work.lease, duty };
  return [paced, duty === dutyOf(lane) ? [] : [slow]];
}

/** Tells the card the owner's power limit while it works for us, and its own when it does not; each change once. */
export function limitPower(now: Now, lane: Lane): readonly [Lane, readonly Effect[]] {
  const wish = wishedLimit(now, lane);
  const powerLimitTrouble = wish === null ? null : lane.powerLimitTrouble;
  const limit = isOurs(lane, now.now) ? wish : null;
  if (limit === lane.powerLimit)
    return [
      powerLimitTrouble === lane.powerLimitTrouble ? lane : { ...lane, powerLimitTrouble },
      [],
    ];
  return [{ ...lane, powerLimit: limit, powerLimitTrouble }, [tellLimit(lane, limit)]];
}

/** The owner's limit, or a lower one that a speed test tries. */
function wishedLimit({ settings, speedTest }: Now, { gpu }: Lane): Watts | null {
  if (gpu.software) return null;
  const own = cardSettings(settings, gpu.lane).powerLimit;
  const isTried = speedTest.kind === 'running' && speedTest.test.gpu.lane === gpu.lane;
  const tried = isTried ? limitOf(speedTest.test) : null;
  return own === null || tried === null ? (tried ?? own) : watts(Math.min(own, tried));
}

/** For a lane that is no more: its card gets back what it had. */
export const unlimit = (lane: Lane): readonly Effect[] =>
  lane.powerLimit === null ? [] : [tellLimit(lane, null)];

/** What came of telling the card. An answer that comes after we let go of it says nothing about the next time. */
export const heardOfLimit = (lane: Lane, trouble: Said | null): Lane =>
  lane.powerLimit === null ? lane : { ...lane, powerLimitTrouble: trouble };

const tellLimit = (lane: Lane, limit: Watts | null): Effect => ({
  kind: 'limit-power',
  lane: lane.gpu.lane,
  limit,
});

/** Whether the card works for us, or did a moment ago and waits for more. */
function isOurs(lane: Lane, now: Millis): boolean {
  if (workOf(lane)) return true;
  const { doing, powerLimit } = lane;
  return (
    doing.kind === 'seeking' &&
    powerLimit !== null &&
    Math.abs(now - doing.since) <= KEEPS_LIMIT_FOR
  );
}
