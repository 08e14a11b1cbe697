import { describe, expect, test } from 'vitest';
import type { Effect, Event } from '../../../src-main/agent/event.ts';
import { refusesSpeedTest, speedTestView } from '../../../src-main/agent/speed-test.ts';
import type { SpeedWork } from '../../../src-main/agent/speed-work.ts';
import type { Agent } from '../../../src-main/agent/state.ts';
import { LaneId } from '../../../src-shared/gpu.ts';
import { JobId, type Outcome } from '../../../src-shared/job.ts';
import { defaults } from '../../../src-shared/settings.ts';
import { type Millis, millis, minutes, seconds, watts } from '../../../src-shared/units.ts';
import {
  assigned,
  away,
  card,
  empty,
  found,
  game,
  job,
  limited,
  live,
  offered,
  reading,
  SPEED_JOBS,
  T0,
} from '../../worlds/machine.ts';

const kinds = (effects: readonly Effect[]) => effects.map(({ kind }) => kind);
const measure: Event = { kind: 'measure', at: T0, lane: card.lane };
const limitable = { ...card, powerMin: watts(100), powerMax: watts(170), powerDefault: watts(170) };
const other = { ...card, lane: LaneId.parse('GPU-1'), index: 1 };

/** A machine with these cards, where the owner is away. */
const machine = (...gpus: (typeof card)[]) => {
  const readings = gpus.map(({ lane }) => reading({ lane }));
  return live(empty, [
    { ...found, gpus },
    { ...away, readings },
  ]).agent;
};
const ready = () => machine(card);
const submitted = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => (effect.kind === 'submit-speed-job' ? [effect] : []));

/** The awaited job, offered, taken and run, with this end; other events may come while it runs. */
function run(
  agent: Agent,
  id: string,
  at: Millis,
  outcome: Outcome,
  ...meanwhile: Event[]
): ReturnType<typeof live> {
  const jobId = JobId.parse(id);
  const lease = `L-${id}-${at}`;
  return live(agent, [
    { ...offered, at, job: jobId },
    { ...assigned, at, lease, job: { ...job, id: jobId } },
    { kind: 'prepared', at, lease },
    ...meanwhile,
    { kind: 'ended', at, lease, outcome },
  ]);
}
const done = (activeFor: number): Outcome => ({
  kind: 'done',
  outputs: [],
  activeFor: millis(activeFor),
});

/** Goes through a whole test. `takes`: how long a piece of work takes, in ms; or how else its job ends. */
function through(agent: Agent, takes: (work: SpeedWork, nth: number) => Outcome) {
  const works: SpeedWork[] = [];
  const effects: Effect[] = [];
  let at = T0;
  let now = live(agent, [measure]);
  effects.push(...now.effects);
  for (let waits = submitted(now.effects); waits.length > 0; waits = submitted(now.effects)) {
    const [next] = waits;
    if (!next) break;
    expect(waits).toHaveLength(1);
    works.push(next.work);
    at = millis(at + 100);
    now = run(now.agent, next.job, at, takes(next.work, works.length));
    effects.push(...now.effects);
  }
  return { agent: now.agent, effects, works };
}
/** A card that is equally fast at everything: a millisecond for each round. */
const even = ({ amount }: SpeedWork): Outcome => done(amount);

describe('measuring a card', () => {
  test('grows each kind of work until it takes long enough, then writes the speeds down and tells the network', () => {
    const { agent, effects, works } = through(ready(), even);
    const tried = (kind: string) =>
      works.flatMap((work) => (work.kind === kind ? [work.amount] : []));
    // 64 times as much at once and no more; then what is missing to 400 ms.
    expect(tried('fp32')).toEqual([1, 75, 400]);
    expect([...new Set(works.map(({ kind }) => kind))]).toEqual([
      'memory',
      'fp32',
      'fp16',
      'int32',
    ]);
    const [kept] = effects.filter((effect) => effect.kind === 'keep-speed');
    // 2 operations, 8 chains, 16 times, in 1024 * 256 threads, a thousand rounds a second.
    expect(kept).toMatchObject({
      speed: { points: [{ limit: null, speeds: { fp32: 67.1, fp16: 134.2 } }] },
    });
    expect(kinds(effects)).toContain('keep-speed');
    expect(
      kinds(effects).indexOf('advertise', kinds(effects).indexOf('keep-speed')),
    ).toBeGreaterThan(0);
    expect(agent.speedTest).toEqual({ kind: 'idle' });
  });

  test('tries lower limits, below the owner’s own, and leaves the card as it was', () => {
    const settings = limited(150);
    const { agent, effects } = through({ ...machine(limitable), settings }, even);
    const told = effects.flatMap((effect) => (effect.kind === 'limit-power' ? [effect.limit] : []));
    // 85 and 70 percent of 170 W; 55 percent is less than the card takes.
    expect([...new Set(told)]).toEqual([150, 145, 119]);
    expect(told.at(-1)).toBe(150);
    const kept = effects.find((effect) => effect.kind === 'keep-speed');
    expect(kept).toMatchObject({
      speed: { points: [{ limit: null }, { limit: 145 }, { limit: 119 }] },
    });
    const later = millis(T0 + minutes(5));
    expect(live(agent, [{ ...away, at: later }]).effects).toContainEqual({
      kind: 'limit-power',
      lane: card.lane,
      limit: null,
    });
  });

  test('begins no further limit when it has taken its time', () => {
    let now = live(machine(limitable), [measure]);
    let at = T0;
    let kept: Effect | undefined;
    for (let nth = 0; nth < 50 && !kept; nth++) {
      const [next] = submitted(now.effects);
      if (!next) break;
      at = millis(at + seconds(6));
      now = run(now.agent, next.job, at, done(300));
      kept = now.effects.find(({ kind }) => kind === 'keep-speed');
    }
    expect(kept).toMatchObject({ speed: { points: [{ limit: null }] } });
  });

  test('keeps what it has where the driver lets no limit be set', () => {
    let agent = machine(limitable);
    const first = live(agent, [measure]);
    agent = first.agent;
    let [next] = submitted(first.effects);
    let kept: Effect | undefined;
    while (next && !kept) {
      const trouble: Event = {
        kind: 'power-limited',
        at: T0,
        lane: card.lane,
        trouble: 'No rights.',
      };
      const now = run(agent, next.job, T0, done(300), trouble);
      ({ agent } = now);
      [next] = submitted(now.effects);
      kept = now.effects.find(({ kind }) => kind === 'keep-speed');
    }
    expect(kept).toMatchObject({ speed: { points: [{ limit: null }] } });
    expect(kept && 'speed' in kept && kept.speed.points).toHaveLength(1);
  });

  test('does without half precision where a card has none, and ends with the reason where anything else fails', () => {
    const broken: Outcome = {
      kind: 'failed',
      because: 'bad-program',
      detail: 'no such instruction',
    };
    const half = through(ready(), (work) => (work.kind === 'fp16' ? broken : even(work)));
    const kept = half.effects.find((effect) => effect.kind === 'keep-speed');
    expect(kept).toMatchObject({ speed: { points: [{ speeds: { fp16: null, int32: 67.1 } }] } });
    const whole = through(ready(), () => broken);
    expect(kinds(whole.effects)).not.toContain('keep-speed');
    expect(speedTestView(whole.agent.speedTest)).toMatchObject({
      kind: 'failed',
      lane: card.lane,
      detail: expect.stringContaining('no such instruction'),
    });
  });

  test('is seen to go on, piece by piece', () => {
    const begun = live(machine(limitable), [measure]);
    expect(speedTestView(begun.agent.speedTest)).toEqual({
      kind: 'running',
      lane: card.lane,
      done: 0,
      of: 12,
    });
    const [first] = submitted(begun.effects);
    const next = run(begun.agent, first?.job ?? '', T0, done(300));
    expect(speedTestView(next.agent.speedTest)).toMatchObject({ done: 1, of: 12 });
  });
});

describe('a job of the speed test', () => {
  const begun = () => {
    const { agent, effects } = live(ready(), [measure]);
    const [first] = submitted(effects);
    if (!first) throw new Error('nothing was handed in');
    return { agent, job: first.job };
  };

  test('that gives way to a game is waited for, and its time counts only where it was not resumed', () => {
    const { agent, job: id } = begun();
    const jobId = JobId.parse(id);
    const lease = 'L1';
    const played = live(agent, [
      { ...offered, job: jobId },
      { ...assigned, job: { ...job, id: jobId } },
      { kind: 'prepared', at: T0, lease },
      { kind: 'game-started', at: T0, game },
      { kind: 'ended', at: T0, lease, outcome: { kind: 'stopped', checkpoint: null } },
    ]);
    expect(submitted(played.effects)).toEqual([]);
    expect(speedTestView(played.agent.speedTest)).toMatchObject({ kind: 'running', done: 0 });
    const at = millis(T0 + seconds(20));
    const back = live(played.agent, [
      { kind: 'game-ended', at: T0, pid: game.pid },
      { ...away, at },
      { ...offered, at, job: jobId },
      {
        ...assigned,
        at,
        lease: 'L2',
        job: { ...job, id: jobId },
        checkpoint: { step: 7, buffers: [] },
      },
      { kind: 'prepared', at, lease: 'L2' },
      { kind: 'ended', at, lease: 'L2', outcome: done(5000) },
    ]);
    // The same piece once more, as another job.
    const [again] = submitted(back.effects);
    expect(again?.work).toMatchObject({ kind: 'memory', amount: 1 });
    expect(again?.job).not.toBe(id);
  });

  test('is not for another card, nor is one that nobody waits for, for any', () => {
    const both = live(machine(card, other), [measure]);
    const [first] = submitted(both.effects);
    const offer = { ...offered, job: JobId.parse(first?.job ?? '') };
    const declined = { kind: 'decline', because: 'it is to measure another card' };
    const elsewhere = live(both.agent, [{ ...offer, lane: other.lane }]);
    expect(elsewhere.effects).toMatchObject([declined]);
    expect(kinds(live(both.agent, [offer]).effects)).toEqual(['accept']);
    const left = { ...offered, job: JobId.parse(`${SPEED_JOBS}mfx3k1-1`) };
    expect(live(both.agent, [left]).effects).toMatchObject([declined]);
    expect(live(ready(), [left]).effects).toMatchObject([declined]);
    const stopped = live(both.agent, [{ kind: 'stop-measuring', at: T0 }, offer]);
    expect(stopped.effects).toMatchObject([declined]);
  });

  test('that the network does not take ends the test with the network’s words; an old one’s fate does not', () => {
    const { agent, job: id } = begun();
    const refused = {
      kind: 'not-submitted',
      at: T0,
      job: id,
      detail: 'The queue is full.',
    } as const;
    const { agent: after } = live(agent, [refused]);
    expect(after.speedTest).toEqual({
      kind: 'failed',
      lane: card.lane,
      detail: 'The queue is full.',
    });
    expect(live(agent, [{ ...refused, job: 'speed-other' }]).agent.speedTest.kind).toBe('running');
  });

  test('is given up after an hour', () => {
    const { agent } = begun();
    const hour = { ...away, at: millis(T0 + minutes(60)) };
    expect(live(agent, [hour]).agent.speedTest.kind).toBe('running');
    const over = live(agent, [{ ...hour, at: millis(hour.at + 1) }]).agent;
    expect(over.speedTest.kind).toBe('failed');
  });

  test('tells the most power it was seen to take, and no power of other work', () => {
    const { agent, job: id } = begun();
    const at = (power: number): Event => ({
      ...away,
      readings: [reading({ power: watts(power) })],
    });
    const idle = live(agent, [at(300)]).agent;
    let now = run(idle, id, T0, done(300), at(120), at(140), at(130));
    for (let nth = 0; nth < 3; nth++) {
      const [next] = submitted(now.effects);
      now = run(now.agent, next?.job ?? '', T0, done(300), at(100));
    }
    const kept = now.effects.find(({ kind }) => kind === 'keep-speed');
    expect(kept).toMatchObject({ speed: { points: [{ power: 140 }] } });
  });
});

describe('whether a card can be measured', () => {
  const elsewhere = { ...ready(), speedJobs: null };

  test('is known before anything is changed for it', () => {
    expect(refusesSpeedTest(ready(), card.lane)).toBeNull();
    expect(refusesSpeedTest(ready(), LaneId.parse('GPU-elsewhere'))).toBe('There is no such card.');
    expect(refusesSpeedTest(elsewhere, card.lane)).toContain('built-in network only');
    const running = live(ready(), [measure]).agent;
    expect(refusesSpeedTest(running, card.lane)).not.toBeNull();
    const none = { ...ready(), settings: { ...defaults, builtInNetwork: false } };
    expect(refusesSpeedTest(none, card.lane)).not.toBeNull();
  });

  test('decides: one that cannot hands nothing in, and a running test goes on', () => {
    expect(live(elsewhere, [measure]).effects).toEqual([]);
    const running = live(ready(), [measure]).agent;
    const twice = live(running, [measure]);
    expect(twice.effects).toEqual([]);
    expect(twice.agent.speedTest).toBe(running.speedTest);
  });
});
