import { describe, expect, it } from 'vitest';
import { actionsFor, pauseChoices } from '../../src-renderer/hero-actions.ts';
import { situation } from '../../src-shared/situation.ts';
import { hours, millis } from '../../src-shared/units.ts';
import { Command } from '../../src-shared/window-protocol.ts';
import { snapshots } from './snapshots.ts';

describe('what the owner is offered', () => {
  it.each([
    ['earningMoney', ['pause']],
    ['waiting', ['start-now', 'pause']],
    ['game', ['not-a-game', 'pause']],
    ['pausedUntil', ['resume']],
    ['pausedForever', ['resume']],
    ['givenUp', ['try-again']],
    ['offline', ['pause']],
    ['off', []],
    ['noGpu', []],
  ] as const)('fits the moment %s', (name, kinds) => {
    expect(actionsFor(situation(snapshots[name])).map((a) => a.kind)).toEqual(kinds);
  });

  it('names the game’s own file when asked not to pause for it', () => {
    expect(actionsFor(situation(snapshots.game))[0]).toMatchObject({ path: '/games/cs2' });
  });
});

describe('the longer pauses', () => {
  const lengthAt = (hour: number) => {
    const now = millis(new Date(2026, 2, 12, hour, 0).getTime());
    const morning = pauseChoices(now)[1];
    return morning?.command.kind === 'pause' ? morning.command.for : null;
  };

  it('end at six tomorrow in the evening, and at six today in the small hours', () => {
    expect(lengthAt(21)).toBe(hours(9));
    expect(lengthAt(2)).toBe(hours(4));
    expect(lengthAt(6)).toBe(hours(24));
  });

  it('are all commands the agent takes', () => {
    for (const { command } of pauseChoices(millis(new Date(2026, 2, 12, 5, 59, 59, 900).getTime())))
      expect(Command.safeParse(command).success).toBe(true);
  });
});
