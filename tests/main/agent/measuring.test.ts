import { describe, expect, test } from 'vitest';
import type { Effect, Event } from '../../../src-main/agent/event.ts';
import { speedTestView } from '../../../src-main/agent/speed-test.ts';
import type { Outcome } from '../../../src-shared/job.ts';
import { quote } from '../../../src-shared/said.ts';
import { millis, minutes, seconds, watts } from '../../../src-shared/units.ts';
import { away, card, limited, live, T0 } from '../../worlds/machine.ts';
import { saying } from '../../worlds/saying.ts';
import {
  done,
  even,
  machine,
  measure,
  measureThrough,
  run,
  submitted,
} from '../../worlds/speed-jobs.ts';

const kinds = (effects: readonly Effect[]) => effects.map(({ kind }) => kind);
const limitable = { ...card, powerMin: watts(100), powerMax: watts(170), powerDefault: watts(170) };
const ready = () => machine(card);

describe('measuring a card', () => {
  test('grows each kind of work until it takes long enough, then writes the speeds down and tells the network', () => {
    const { agent, effects, works } = measureThrough(ready(), even);
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
    const { agent, effects } = measureThrough({ ...machine(limitable), settings }, even);
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
        trouble: quote('No rights.'),
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
      detail: quote('no such instruction'),
    };
    const half = measureThrough(ready(), (work) => (work.kind === 'fp16' ? broken : even(work)));
    const kept = half.effects.find((effect) => effect.kind === 'keep-speed');
    expect(kept).toMatchObject({ speed: { points: [{ speeds: { fp16: null, int32: 67.1 } }] } });
    const whole = measureThrough(ready(), () => broken);
    expect(kinds(whole.effects)).not.toContain('keep-speed');
    expect(speedTestView(whole.agent.speedTest)).toMatchObject({
      kind: 'failed',
      lane: card.lane,
      detail: saying('no such instruction'),
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
