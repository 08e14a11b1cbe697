import { expect, test } from 'vitest';
import { phaseOf } from '../../../src-main/agent/lane.ts';
import { type Gpu, LaneId } from '../../../src-shared/gpu.ts';
import { millis, seconds } from '../../../src-shared/units.ts';
import { card, empty, game, live, reading, sharing, T0 } from '../../worlds/machine.ts';

const second: Gpu = { ...card, lane: LaneId.parse('GPU-1'), index: 1 };
const always = { ...sharing, when: { kind: 'always' as const } };

/** What a program does on a card. */
const drawing = (load: number) => [{ pid: game.pid, memory: null, load, name: 'hl2', ours: false }];

/** Two cards; the game runs since T0. `after`: how long; `first`, `other`: what the game is seen to do on each. */
function lanesOf(after: number, first: typeof card | null, load: number, other = 0) {
  const at = millis(T0 + after);
  const { agent } = live({ ...empty, settings: always }, [
    { kind: 'gpus-found', at: T0, gpus: [card, second] },
    { kind: 'game-started', at: T0, game },
    {
      kind: 'sampled',
      at,
      readings: [
        reading({ programs: first ? drawing(load) : [] }),
        { ...reading({ programs: other > 0 ? drawing(other) : [] }), lane: second.lane },
      ],
      silentFor: millis(0),
      idleFor: millis(0),
      locked: false,
      onBattery: false,
      metered: false,
      earnsPerHour: null,
    },
    // The gap that launchers make between their programs is over.
  ]);
  return agent.lanes.map((lane) => phaseOf(lane).kind);
}

test('while nobody knows where a game is played, every card is the game’s', () => {
  expect(lanesOf(seconds(5), card, 0.9)).toEqual(['held', 'held']);
  expect(lanesOf(seconds(60), null, 0)).toEqual(['held', 'held']);
});

test('a machine with two cards games on one and earns on the other', () => {
  expect(lanesOf(seconds(60), card, 0.9)).toEqual(['held', 'seeking']);
});

test('a launcher’s window on one card does not free the other', () => {
  expect(lanesOf(seconds(60), card, 0.02)).toEqual(['held', 'held']);
});

test('a game that is on both cards has both', () => {
  expect(lanesOf(seconds(60), card, 0.9, 0.01)).toEqual(['held', 'held']);
});
