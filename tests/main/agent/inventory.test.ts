import { describe, expect, test } from 'vitest';
import { LaneId } from '../../../src-shared/gpu.ts';
import { millis, seconds } from '../../../src-shared/units.ts';
import { away, card, empty, found, live, reading, working } from '../../worlds/machine.ts';

const software = { ...card, lane: LaneId.parse('software'), software: true, index: 0 };
const lanesOf = ({ lanes }: typeof empty) => lanes.map(({ gpu }) => gpu.lane);
const kinds = (effects: readonly { readonly kind: string }[]) => effects.map(({ kind }) => kind);

describe('the software lane, which every machine has', () => {
  test('is worked on where there is no card, and gives way to one that is found later', () => {
    const none = live(empty, [{ ...found, gpus: [software] }]).agent;
    expect(lanesOf(none)).toEqual([software.lane]);
    expect(lanesOf(live(none, [{ ...found, gpus: [card, software] }]).agent)).toEqual([card.lane]);
  });

  test('does not start to cook the processor of a machine whose card failed', () => {
    const failed = live(working(), [{ ...found, gpus: [software] }]);
    expect(lanesOf(failed.agent)).toEqual([]);
    expect(kinds(failed.effects).slice(0, 2)).toEqual(['evict', 'release']);
    const back = live(failed.agent, [{ ...found, gpus: [card, software] }]).agent;
    expect(lanesOf(back)).toEqual([card.lane]);
  });

  test('is not lost because nothing is measured of it', () => {
    const readings = [reading({ lane: software.lane })];
    const silent = { ...away, readings, silentFor: seconds(60) };
    const { agent } = live(empty, [{ ...found, gpus: [software] }, silent]);
    expect(agent.lanes[0]).toMatchObject({ reading: { lost: false }, doing: { kind: 'seeking' } });
  });
});

test('a card that nobody could read for ten seconds is treated as lost, and its job given back', () => {
  const after = (silence: number) => live(working(), [{ ...away, silentFor: millis(silence) }]);
  expect(after(10_000).agent.lanes[0]?.reading).toEqual(reading());
  const lost = after(10_001);
  expect(lost.agent.lanes[0]).toMatchObject({
    // An old figure is no figure.
    reading: { lost: true, memoryUsed: null },
    hold: { reason: { kind: 'gpu-lost' } },
  });
  expect(kinds(lost.effects)).toContain('release');
});

test('a card that was never read is not lost: its first reading is waited for', () => {
  const { agent } = live(empty, [found, { ...away, readings: [], silentFor: seconds(60) }]);
  expect(agent.lanes[0]).toMatchObject({ reading: null, hold: { reason: { kind: 'starting' } } });
});
