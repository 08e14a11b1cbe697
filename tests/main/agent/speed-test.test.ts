import { describe, expect, test } from 'vitest';
import type { Effect, Event } from '../../../src-main/agent/event.ts';
import { refusesSpeedTest, speedTestView } from '../../../src-main/agent/speed-test.ts';
import { LaneId } from '../../../src-shared/gpu.ts';
import { JobId } from '../../../src-shared/job.ts';
import { quote, said } from '../../../src-shared/said.ts';
import { defaults } from '../../../src-shared/settings.ts';
import { millis, minutes, seconds, watts } from '../../../src-shared/units.ts';
import {
  assigned,
  away,
  card,
  game,
  job,
  live,
  offered,
  reading,
  SPEED_JOBS,
  T0,
} from '../../worlds/machine.ts';
import { done, machine, measure, run, submitted } from '../../worlds/speed-jobs.ts';

const kinds = (effects: readonly Effect[]) => effects.map(({ kind }) => kind);
const other = { ...card, lane: LaneId.parse('GPU-1'), index: 1 };
const ready = () => machine(card);

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
      detail: quote('The queue is full.'),
    } as const;
    const { agent: after } = live(agent, [refused]);
    expect(after.speedTest).toEqual({
      kind: 'failed',
      lane: card.lane,
      detail: quote('The queue is full.'),
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
    expect(refusesSpeedTest(ready(), LaneId.parse('GPU-elsewhere'))).toEqual(said('noSuchCard'));
    expect(refusesSpeedTest(elsewhere, card.lane)).toEqual(said('speedElsewhere'));
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
