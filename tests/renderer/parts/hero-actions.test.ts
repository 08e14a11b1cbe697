import { describe, expect, it } from 'vitest';
import { actionsFor } from '../../../src-renderer/parts/hero-actions.ts';
import { situation } from '../../../src-shared/moment/situation.ts';
import { snapshots } from '../../worlds/window/snapshots.ts';

describe('what the owner is offered', () => {
  it.each([
    ['earningMoney', ['pause']],
    ['waiting', ['start-now', 'pause']],
    ['game', ['not-a-game', 'pause']],
    ['pausedUntil', ['resume']],
    ['pausedForever', ['resume']],
    ['givenUp', ['try-again', 'diagnostics']],
    ['gpuLost', ['try-again', 'diagnostics']],
    ['offline', ['try-again']],
    ['hot', ['limits', 'pause']],
    ['off', []],
    ['noGpu', ['diagnostics']],
  ] as const)('fits the moment %s', (name, kinds) => {
    expect(actionsFor(situation(snapshots[name])).map((a) => a.kind)).toEqual(kinds);
  });

  it('names the game’s own file when asked not to pause for it', () => {
    expect(actionsFor(situation(snapshots.game))[0]).toMatchObject({ path: '/games/cs2' });
  });
});
