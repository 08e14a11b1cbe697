import type { Reading } from '../../src-shared/gpu.ts';
import type { Slowdown } from '../../src-shared/snapshot.ts';
import {
  type Celsius,
  celsius,
  type Millis,
  millis,
  seconds,
  type Watts,
  watts,
} from '../../src-shared/units.ts';

// The temperature is held here: a governor for each card, two PI controllers (heat, watts) whose output is a duty cycle. It is
// called with every reading by card-limits.ts; the runner makes pauses between steps of what it says.

/** What a card must keep to. */
export type Limits = {
  readonly temperatureMax: Celsius;
  /** Null where there is none, or where the card itself keeps to it. */
  readonly powerLimit: Watts | null;
  /** The most the card draws at full work; null where it does not say. */
  readonly powerMost: Watts | null;
  /** The most the owner allows at this hour, whatever the card could bear; 1 is no limit. */
  readonly quietDuty: number;
};

/** What the governor remembers of a card from one reading to the next. */
export type Governor = {
  /** Smoothed; null where nothing was read. */
  readonly temperature: Celsius | null;
  readonly power: Watts | null;
  /** What each loop has learned so far: the share of the time that holds its limit just so. */
  readonly heat: number | null;
  readonly watt: number | null;
  /** For so long the card may tell less heat than it is about to have, as its work has begun just now. */
  readonly waking: Millis;
  /** What was told last. Null: work at full speed. */
  readonly slowdown: Slowdown | null;
};

const NO_TIME = millis(0);
const SECOND = seconds(1);

/** Before the first reading. */
export const FRESH: Governor = {
  temperature: null,
  power: null,
  heat: null,
  watt: null,
  waking: NO_TIME,
  slowdown: null,
};

/** One control loop. Its error is the distance below the limit; above it, the error is negative. */
type Loop = {
  /** Share of the time per unit of error. */
  readonly gain: number;
  readonly integralTime: Millis;
  /** Nearer to the limit than this the card is braked; further off the proportional part stays as it is. */
  readonly band: number;
  /** No more error than this is integrated. */
  readonly far: number;
  /** Of the readings: a sensor that flickers by a degree must not make the work flicker. */
  readonly smoothing: Millis;
};

/**
 * The loop for heat, in °C. From work to heat a card is nearly an integrator: at full speed it warms by k = 0.3 to 3 °C/s near
 * its limit, which is ten times in thermal mass, and answers after θ = 2.5 s (sensor 1 s, half a beat, smoothing). SIMC with
 * its advice τc = θ: gain = 1/(k (τc + θ)) = 1/(3 · 5) ≈ 0.07 for the quickest card. The integral time must suit the slowest at
 * the same gain: damping ζ = ½ √(k · gain · T) is 0.7 there for T = 100 s. Of the die, which is quicker still but only some 20
 * °C of it, the smoothing takes care. tests/main/agent/governor.test.ts tries it on cards of all kinds.
 */
const HEAT: Loop = {
  gain: 0.07,
  integralTime: seconds(100),
  band: 15,
  far: 30,
  smoothing: seconds(2),
};

/**
 * The loop for power, in shares of the limit. Power follows the work at once, so the smoothing is the whole of the process: a
 * lag τ = 10 s with a gain k of 1 to 3 (the card's full power over its limit) and θ = 1.5 s. SIMC: τ/(k (τc + θ)) = 0.4 for k =
 * 3 and τc = 7 s, integral time τ.
 */
const POWER: Loop = {
  gain: 0.4,
  integralTime: seconds(10),
  band: 0.15,
  far: 0.15,
  smoothing: seconds(10),
};

/** How fast a loop unlearns what another limit, or full speed, does not let it have. */
const TRACKING = seconds(20);
/**
 * Where work begins, in °C below the limit. Nothing is known of the card yet, and until it answers its die alone may rise by
 * 24 °C at full work (0.08 K/W at 300 W, as quick as a second) and a light heatsink by 3 °C/s for θ = 2.5 s: only a card
 * that is 32 below begins at full speed. A hotter one begins the slower, but with no less than a sixth, of which the brake
 * takes away what is too much; and one that is nearer than some 4 °C, where the brake would be late, with less than that.
 */
const COLD = 32;
const WARM = 15;
const FIRST_SHARE = 1 / 6;
/** Less than this is no work but still heat: policy stops a card that is too hot even so. */
const LEAST = 0.05;
/** After so long without a reading the card may have cooled: what was learned is of no use. */
const FORGET_AFTER = seconds(30);
/**
 * How long a first reading after a rest is not believed. A die that rested cools within seconds, and is as hot again within as
 * many of work. A loop that took that for room would have the card work harder just before it is hot: for this long after a
 * rest nothing cooler is believed, and what was learned before the rest is done. The own time of the slowest die: 60 J/K · 0.08
 * K/W.
 */
const WAKING = seconds(5);
/**
 * °C that a card is believed to cool in a second, below its limit. A heatsink that rested is cooler than it will be, and a loop
 * that took that for room at once would be at full speed when the card is hot again: a light one warms by 3 °C/s, and a
 * reading or two may be lost just then. At gain 0.07 this lets work grow by 1.4 % a second. Of 20,000 simulated cards that rested
 * for up to a minute at a time and lost a tenth of their readings, 22 came more than 2 °C above without it, one of them 5; at
 * 0.5 °C/s there were a few still, at 0.2 none, and nothing of the work was lost.
 */
const COOLS_BY = 0.2;
/** The longest time that one reading may stand for: a gap must not become a leap. */
const LONGEST_GAP = seconds(5);

/**
 * The duty cycle at which a card settles at its owner's limits, neither above nor bouncing below them: one PI controller for
 * heat, one for watts, and the least of what they ask for is done. PI with back-calculation against wind-up and tracking
 * between the two: Åström & Hägglund, "Advanced PID Control" (2006), ch. 3; tuned by Skogestad's SIMC rules, "Simple analytic
 * rules for model reduction and PID controller tuning", J. Process Control 13 (2003) 291-309.
 *
 * `since`: how long ago the reading before was. `begins`: there was no work until now. A card that tells no temperature is not
 * slowed for heat when it begins, and is paced as it was last when it stops telling it.
 */
export function govern(
  before: Governor,
  read: Pick<Reading, 'temperature' | 'power'>,
  limits: Limits,
  since: Millis,
  begins = false,
): Governor {
  const remembered = since >= 0 && since <= FORGET_AFTER;
  const known = remembered ? before : { ...FRESH, slowdown: before.slowdown };
  const dt = remembered ? millis(Math.min(since, LONGEST_GAP)) : millis(0);
  const waking = begins ? WAKING : millis(Math.max(0, known.waking - dt));
  const felt = smooth(HEAT, known.temperature, read.temperature, dt);
  const temperature = hotter(felt, believed(known.temperature, limits.temperatureMax, waking, dt));
  const begin = remembered ? null : firstWatts(read.power, limits);
  const power = begin?.power ?? smooth(POWER, known.power, read.power, dt);

  const heat = ask(
    HEAT,
    temperature === null ? null : limits.temperatureMax - temperature,
    known.heat,
    firstShare,
  );
  const watt = ask(
    POWER,
    power === null || limits.powerLimit === null ? null : 1 - power / limits.powerLimit,
    known.watt,
    // Watts grow with work: a first guess that is near.
    (error) => begin?.share ?? Math.min(1, 1 / (1 - error)),
  );
  const least = [
    { duty: heat?.duty ?? 1, because: 'heat' as const },
    { duty: watt?.duty ?? 1, because: 'power' as const },
    { duty: limits.quietDuty, because: 'quiet-hours' as const },
  ].reduce((a, b) => (b.duty < a.duty ? b : a));
  const duty = Math.min(1, Math.max(LEAST, least.duty));
  return {
    temperature: temperature === null ? null : celsius(temperature),
    power: power === null ? null : watts(power),
    // From a reading that did not come nothing is learned.
    heat: heat && learn(HEAT, heat, duty, read.temperature === null ? NO_TIME : dt),
    watt: watt && learn(POWER, watt, duty, read.power === null ? NO_TIME : dt),
    waking,
    slowdown: tell(known.slowdown, duty, least.because),
  };
}

/** The share at which to begin on a card that is so many °C below its limit. */
const firstShare = (error: number): number =>
  Math.min(1, error / WARM, FIRST_SHARE + (1 - FIRST_SHARE) * (error / COLD));

/**
 * Where to begin on a card that is at rest: the share at which the heaviest work there is would draw the limit, and the watts
 * it is then expected to draw. What the card draws at rest says nothing about work, and a loop that began from that would
 * be above the limit until its smoothing has caught up. `told`: what it draws now. Null where it draws so much already that it
 * is not at rest, or does not say what it can draw.
 */
function firstWatts(
  told: Watts | null,
  { powerLimit, powerMost }: Limits,
): { readonly power: Watts; readonly share: number } | null {
  if (powerLimit === null || powerMost === null) return null;
  const rest = told ?? 0;
  if (rest >= powerLimit || rest >= powerMost) return null;
  return {
    power: watts(Math.min(powerLimit, powerMost)),
    share: Math.min(1, (powerLimit - rest) / (powerMost - rest)),
  };
}

/** A loop's wish at this moment, not yet within what is possible. */
type Ask = { readonly duty: number; readonly error: number; readonly learned: number };

const proportional = ({ gain, band }: Loop, error: number): number => gain * Math.min(error, band);

/** `start`: what to begin with where nothing was learned yet. Null where there is nothing to hold. */
function ask(
  loop: Loop,
  error: number | null,
  known: number | null,
  start: (error: number) => number,
): Ask | null {
  if (error === null) return null;
  const learned = known ?? start(error) - proportional(loop, error);
  return { duty: learned + proportional(loop, error), error, learned };
}

function learn(loop: Loop, { duty: asked, error, learned }: Ask, duty: number, dt: Millis): number {
  // Far below the limit only full speed bounds the loop: when the quiet hours end, the card is back at once. Near the
  // limit it is what is really done, as from there a leap to full speed would overshoot.
  const bound = error < loop.band ? duty : 1;
  const unlearned = Math.max(0, asked - bound) * (dt / TRACKING);
  const stuck = error > 0 ? asked >= 1 : asked <= LEAST;
  const more = stuck ? 0 : loop.gain * Math.min(error, loop.far) * (dt / loop.integralTime);
  return learned - unlearned + more;
}

/** An exponential average, so that gaps between readings may differ. A reading that did not come leaves it as it was. */
function smooth(
  { smoothing }: Loop,
  before: number | null,
  now: number | null,
  dt: Millis,
): number | null {
  if (now === null) return before;
  if (before === null) return now;
  return before + (now - before) * (1 - Math.exp(-dt / smoothing));
}

/** The least that a card is believed to have, whatever it tells: none where nothing is known of it. */
function believed(known: number | null, limit: Celsius, waking: Millis, dt: Millis): number | null {
  if (known === null || waking > 0) return known;
  // Above its limit it is believed at once when it cools: the brake must not outlast the heat.
  return Math.min(known, limit) - COOLS_BY * (dt / SECOND);
}

const hotter = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.max(a, b);

/** In whole percents, and nothing new for less than one: a runner is told when there is something to tell. */
function tell(
  before: Slowdown | null,
  duty: number,
  because: Slowdown['because'],
): Slowdown | null {
  if (duty === 1) return null;
  const isNews = Math.abs(duty - (before?.duty ?? 1)) >= 0.01;
  if (!isNews && (before === null || before.because === because)) return before;
  return { duty: Math.min(Math.round(duty * 100), 99) / 100, because };
}
