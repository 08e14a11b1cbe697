import { FRESH, type Governor, govern, type Limits } from '../../src-main/agent/governor.ts';
import { celsius, seconds, watts } from '../../src-shared/units.ts';

/** How a card is built: what it takes and how its heat gets away. */
export type Plant = {
  /** W, without work and at full speed. */
  readonly idlePower: number;
  readonly fullPower: number;
  /** J/K. */
  readonly dieMass: number;
  readonly sinkMass: number;
  /** K/W from the die to the heatsink; 0: die and heatsink are one mass. */
  readonly dieToSink: number;
  /** K/W from the heatsink to the air, with the fan at its least and at its most. */
  readonly slowFan: number;
  readonly fastFan: number;
  /** °C. */
  readonly ambient: number;
  /** s by which the sensor is late. */
  readonly delay: number;
  /** K, the most the sensor errs by, and what it rounds to; 0: not at all. */
  readonly noise: number;
  readonly rounding: number;
};

/** s. The die's own time is some seconds. */
const STEP = 0.05;
/** s until the fan has followed two thirds of the way. */
const FAN_LAG = 5;
/** A driver that loses readings loses at most so many in a row: more than that no governor can make up for. */
const MOST_LOST = 5;

/** A card in the air of its room: a die on a heatsink, a fan, and a sensor. `chance` gives numbers from 0 to 1. */
export function openCard(plant: Plant, chance: () => number) {
  const { idlePower, fullPower, dieMass, sinkMass, dieToSink } = plant;
  let die = plant.ambient;
  let sink = plant.ambient;
  let fan = 0;
  /** What the sensor has not told yet, oldest first. */
  const past: number[] = [];

  function tick(power: number, ambient: number): void {
    // Fans begin to turn faster at 50 °C and reach their most at 85.
    const wanted = Math.min(1, Math.max(0, (die - 50) / 35));
    fan += ((wanted - fan) * STEP) / FAN_LAG;
    const away = (sink - ambient) / (plant.slowFan + (plant.fastFan - plant.slowFan) * fan);
    const down = dieToSink === 0 ? power : (die - sink) / dieToSink;
    sink += ((down - away) / sinkMass) * STEP;
    die = dieToSink === 0 ? sink : die + ((power - down) / dieMass) * STEP;
    past.push(die);
    if (past.length > plant.delay / STEP + 1) past.shift();
  }

  return {
    /** Goes on for so many seconds. `share`: of its full work. */
    work(share: number, length: number, ambient = plant.ambient): void {
      const power = idlePower + (fullPower - idlePower) * share;
      for (let n = 0; n < Math.round(length / STEP); n++) tick(power, ambient);
    },
    temperature: () => die,
    sensor(): number {
      const heard = (past[0] ?? die) + (chance() * 2 - 1) * plant.noise;
      return plant.rounding === 0 ? heard : Math.round(heard / plant.rounding) * plant.rounding;
    },
  };
}

/** The same numbers every time. */
export function chanceFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** One second of a governed card's life. */
export type Moment = {
  readonly temperature: number;
  readonly said: number;
  readonly duty: number;
  readonly limit: number;
};

/** A governed card at work for so many seconds, cold at first. */
export function work(
  plant: Plant,
  length: number,
  story: {
    readonly limit: number | ((second: number) => number);
    /** How heavy the job is; 1 is the heaviest. */
    readonly load?: (second: number) => number;
    readonly ambient?: (second: number) => number;
    readonly quietDuty?: (second: number) => number;
    /** The share of readings that never arrive; at most MOST_LOST in a row. */
    readonly gaps?: number;
    /** Whether there is no work in this second: nobody governs a card that is at rest. */
    readonly resting?: (second: number) => boolean;
    /** Work and rest by turns within each second, as a runner does, instead of an even glow. */
    readonly bursts?: boolean;
    readonly seed?: number;
  },
): Moment[] {
  const { load = () => 1, ambient = () => plant.ambient, gaps = 0 } = story;
  const chance = chanceFrom(story.seed ?? 1);
  const card = openCard(plant, chance);
  card.work(0, 600, ambient(0));
  const life: Moment[] = [];
  let governor: Governor = FRESH;
  let since = 600;
  let begins = true;
  let lost = 0;
  for (let second = 0; second < length; second++) {
    const limit = typeof story.limit === 'number' ? story.limit : story.limit(second);
    const said = card.sensor();
    if (story.resting?.(second)) {
      card.work(0, 1, ambient(second));
      since += 1;
      begins = true;
      life.push({ temperature: card.temperature(), said, duty: 0, limit });
      continue;
    }
    const arrives = second === 0 || chance() >= gaps || lost === MOST_LOST;
    lost = arrives ? 0 : lost + 1;
    if (arrives) {
      const limits: Limits = {
        temperatureMax: celsius(limit),
        powerLimit: null,
        powerMost: null,
        quietDuty: story.quietDuty?.(second) ?? 1,
      };
      governor = govern(
        governor,
        { temperature: celsius(said), power: watts(0) },
        limits,
        seconds(since),
        begins,
      );
      begins = false;
      since = 1;
    } else since += 1;
    const duty = governor.slowdown?.duty ?? 1;
    if (story.bursts) {
      card.work(load(second), duty, ambient(second));
      card.work(0, 1 - duty, ambient(second));
    } else card.work(duty * load(second), 1, ambient(second));
    life.push({ temperature: card.temperature(), said, duty, limit });
  }
  return life;
}

/** °C above the limit at the worst moment. */
export const overshoot = (life: readonly Moment[]): number =>
  Math.max(...life.map(({ temperature, limit }) => temperature - limit));

export const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, n) => sum + n, 0) / numbers.length;

/** Where a card would settle that nobody governs. */
export function settlesAt(plant: Plant, share: number): number {
  const card = openCard({ ...plant, noise: 0 }, () => 0);
  card.work(share, 3600);
  return card.temperature();
}

/** A card of `full` watts in a usual case. `mass`: J/K of its heatsink for every 300 W. `die`: apart from it or one with it. */
export function usualCard(full: number, mass: number, die: 'apart' | 'one', ambient = 25): Plant {
  const size = full / 300;
  return {
    idlePower: 20,
    fullPower: full,
    dieMass: 30 * size,
    sinkMass: mass * size,
    dieToSink: die === 'apart' ? 0.07 / size : 0,
    slowFan: (die === 'apart' ? 0.25 : 0.32) / size,
    fastFan: (die === 'apart' ? 0.17 : 0.24) / size,
    ambient,
    delay: 1,
    noise: 0,
    rounding: 1,
  };
}
