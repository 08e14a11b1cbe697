import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newLane, workOf } from '../../../src-main/agent/lane.ts';
import type { Agent } from '../../../src-main/agent/state.ts';
import { openEnergyMeter } from '../../../src-main/books/energy-meter.ts';
import { REST_OF_PC } from '../../../src-main/books/rest-meter.ts';
import { type Gpu, LaneId } from '../../../src-shared/gpu.ts';
import { JobId } from '../../../src-shared/job.ts';
import { joules, millis, watts } from '../../../src-shared/units.ts';
import { card, done, empty, live, reading, sharing, T0, working } from '../../worlds/machine.ts';

/** A meter, and what it wrote. */
function metering() {
  const written: { at: number; joules: number }[] = [];
  const runs: { at: number; job: string; joules: number }[] = [];
  const meter = openEnergyMeter({
    write(at, lane, joules, used) {
      expect(lane).toBe(card.lane);
      if (joules > 0) written.push({ at: at - T0, joules });
      for (const { job, joules } of used) runs.push({ at: at - T0, job, joules });
      return true;
    },
  });
  const look = (
    second: number,
    power: number | null,
    agent = working(),
    counter: number | null = null,
  ) => {
    const at = millis(T0 + second * 1000);
    const seen = live(agent, [
      {
        kind: 'sampled',
        at,
        readings: [
          reading({
            power: power === null ? null : watts(power),
            energy: counter === null ? null : joules(counter),
          }),
        ],
        silentFor: millis(0),
        idleFor: millis(3_600_000),
        locked: false,
        onBattery: false,
        metered: false,
        earnsPerHour: null,
      },
    ]).agent;
    meter.look(seen);
  };
  return { meter, look, written, runs };
}

test('a minute at 200 watts is 12 kilojoules on the bill', () => {
  const { look, written } = metering();
  for (let second = 0; second <= 60; second++) look(second, 200);
  expect(written).toEqual([{ at: 60_000, joules: 12_000 }]);
});

test('power that rises evenly is billed as its mean', () => {
  const { meter, look, written } = metering();
  for (let second = 0; second <= 10; second++) look(second, second * 10);
  meter.close();
  expect(written).toEqual([{ at: 10_000, joules: 500 }]);
});

test('time nobody measured is not billed, and neither is a card that does not say what it draws', () => {
  const { meter, look, written } = metering();
  look(0, 100);
  look(1, 100);
  look(601, 100);
  look(602, 100);
  meter.close();
  expect(written.reduce((sum, { joules }) => sum + joules, 0)).toBe(200);
  const silent = metering();
  for (let second = 0; second <= 60; second++) silent.look(second, null);
  silent.meter.close();
  expect(silent.written).toEqual([]);
});

test('a job is on the bill when it ends; a burst of short jobs does not fill the ledger', () => {
  const { look, written } = metering();
  const idle = live(working(), [done]).agent;
  for (let second = 0; second < 12; second++) look(second, 200);
  look(12, 200, idle);
  expect(written).toEqual([{ at: 12_000, joules: 2400 }]);
  for (let second = 13; second < 21; second++) look(second, 200, second % 2 ? working() : idle);
  expect(written).toHaveLength(1);
});

/** What is billed for one reading a second, of power and of the card's counter. */
function billed(...readings: readonly (readonly [number | null, number | null])[]): number {
  const { meter, look, written } = metering();
  readings.forEach(([power, counter], second) => {
    look(second, power, working(), counter);
  });
  meter.close();
  return written.reduce((sum, { joules }) => sum + joules, 0);
}

/** The same agent at work under another lease, since this second. */
function at(second: number, job: string): Agent {
  const agent = working();
  return {
    ...agent,
    lanes: agent.lanes.map((lane) => {
      const work = workOf(lane);
      if (!work || lane.doing.kind !== 'running') return lane;
      const startedAt = millis(T0 + second * 1000);
      const id = JobId.parse(job);
      const next = { ...work, lease: `L-${job}`, job: { ...work.job, id }, startedAt };
      return { ...lane, doing: { ...lane.doing, work: next } };
    }),
  };
}

test('a job shows what it has used so far, and nothing where nobody measures it', () => {
  const { meter, look } = metering();
  const first = at(0, 'first');
  expect(meter.usedBy(card.lane, 'L-first')).toBeNull();
  for (let second = 0; second <= 5; second++) look(second, 200, first);
  expect(meter.usedBy(card.lane, 'L-first')).toBe(1000);
  // The next job has not been looked at yet, on a card that is measured.
  expect(meter.usedBy(card.lane, 'L-second')).toBe(0);
  look(6, null, first);
  expect(meter.usedBy(card.lane, 'L-first')).toBeNull();
});

test('a second in which one job followed on another is shared by its parts', () => {
  const { meter, look, runs } = metering();
  look(0, 100, at(0, 'first'));
  look(1, 100, at(0, 'first'));
  look(2, 100, at(1.25, 'second'));
  expect(meter.usedBy(card.lane, 'L-second')).toBe(75);
  meter.close();
  expect(runs).toEqual([
    { at: 2000, job: 'first', joules: 125 },
    { at: 2000, job: 'second', joules: 75 },
  ]);
});

test('a job that ended is in the books soon, though the bill is written by the minute', () => {
  const { look, written, runs } = metering();
  for (let second = 0; second < 20; second++) look(second, 100, at(0, 'first'));
  look(20, 100, at(20, 'second'));
  expect(runs).toEqual([{ at: 20_000, job: 'first', joules: 2000 }]);
  expect(written).toEqual([]);
});

test('whatever cards draw and jobs come, the jobs together used what is on the bill', () => {
  const second = fc.record({
    power: fc.oneof(
      { weight: 9, arbitrary: fc.integer({ min: 0, max: 400 }) },
      { weight: 1, arbitrary: fc.constant(null) },
    ),
    job: fc.constantFrom('a', 'b', 'c', null),
    gap: fc.constantFrom(1, 1, 1, 2, 4, 60),
  });
  const idle = live(working(), [done]).agent;
  fc.assert(
    fc.property(fc.array(second, { maxLength: 200 }), (seconds) => {
      const { meter, look, written, runs } = metering();
      let time = 0;
      for (const { power, job, gap } of seconds) {
        look(time, power, job === null ? idle : at(time, job));
        time += gap;
      }
      meter.close();
      const sum = (lines: readonly { joules: number }[]) =>
        lines.reduce((total, { joules }) => total + joules, 0);
      expect(sum(runs)).toBeCloseTo(sum(written), 5);
    }),
    { numRuns: 30 },
  );
}, 60_000);

test('what the disk would not take of a job is taken later', () => {
  let works = false;
  const taken: number[] = [];
  const meter = openEnergyMeter({
    write(_at, _lane, _joules, runs) {
      if (works) taken.push(...runs.map(({ joules }) => joules));
      return works;
    },
  });
  const seen = (second: number) => {
    const agent = at(0, 'first');
    const now = millis(T0 + second * 1000);
    const lanes = agent.lanes.map((lane) => ({ ...lane, reading: reading({ power: watts(100) }) }));
    meter.look({ ...agent, now, lanes });
  };
  for (let second = 0; second <= 70; second++) seen(second);
  works = true;
  for (let second = 71; second <= 130; second++) seen(second);
  expect(taken).toEqual([12_000]);
});

test('a card that counts its own energy is billed by that, not by glimpses of its power', () => {
  expect(billed([100, 5000], [300, 5180], [100, 5350])).toBe(350);
  expect(billed([null, 5000], [null, 5180])).toBe(180);
});

test('a counter that begins anew with its driver never takes anything off the bill', () => {
  expect(billed([200, 1e9], [200, 1e9 + 190], [200, 50], [200, 240])).toBe(190 + 200 + 190);
  expect(billed([null, 1e9], [null, 50], [null, 240])).toBe(190);
});

test('a counter that leaps is not believed', () => {
  expect(billed([200, 100], [200, 1e12], [200, 1e12 + 210])).toBe(200 + 210);
});

test('a counter that comes and goes leaves the power to bill by', () => {
  expect(billed([200, 100], [200, null], [200, 900], [200, 1090])).toBe(200 + 200 + 190);
});

describe('the rest of the PC', () => {
  /** What ten seconds cost, of which the first `busy` were worked in, with 50 W beside the cards; joules by lane. */
  function bill(gpus: readonly Gpu[], power: number | null, busy: number, restOfPc = 50) {
    const sums: Record<string, number> = {};
    const meter = openEnergyMeter({
      write: (_at, lane, joules) => {
        sums[lane] = (sums[lane] ?? 0) + joules;
        return true;
      },
    });
    const settings = { ...sharing, restOfPc: watts(restOfPc) };
    for (let second = 0; second <= 10; second++) {
      const lanes = gpus.map((gpu) => ({
        ...newLane(gpu),
        reading: reading({ lane: gpu.lane, power: power === null ? null : watts(power) }),
        doing:
          second <= busy
            ? ({ kind: 'running', work: worked } as const)
            : ({ kind: 'seeking', since: T0, accepted: null } as const),
      }));
      meter.look({ ...empty, settings, lanes, now: millis(T0 + second * 1000) });
    }
    meter.close();
    return sums;
  }
  const [lane] = working().lanes;
  const work = lane && workOf(lane);
  if (!work) throw new Error('no work');
  const worked = work;
  const second = { ...card, lane: LaneId.parse('GPU-1'), index: 1 };

  test('is billed while work is done, beside the card and not as the card’s', () => {
    // The second in which work ends counts whole.
    expect(bill([card], 100, 3)).toEqual({ [card.lane]: 400, [REST_OF_PC]: 200 });
  });

  test('is billed once, however many cards work', () => {
    expect(bill([card, second], 100, 10)[REST_OF_PC]).toBe(500);
  });

  test('is all there is to bill on the software renderer, and nothing beside a card that says nothing', () => {
    expect(bill([{ ...card, software: true }], null, 10)).toEqual({ [REST_OF_PC]: 500 });
    expect(bill([card], null, 10)).toEqual({});
  });

  test('is nothing where the owner names none', () => {
    expect(bill([card], 100, 10, 0)).toEqual({ [card.lane]: 1000 });
  });
});
