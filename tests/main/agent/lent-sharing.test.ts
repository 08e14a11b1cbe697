import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Event } from '../../../src-main/agent/event.ts';
import { saved } from '../../../src-main/agent/lent-sharing.ts';
import type { Agent } from '../../../src-main/agent/state.ts';
import { defaults, type Settings } from '../../../src-shared/settings.ts';
import { away, card, empty, found, live, T0, working } from '../../worlds/machine.ts';
import { anyEvent } from './any-event.ts';

const off: Settings = { ...defaults, pausedUntil: 'forever' };
/** A machine whose owner has these settings, with a speed test that runs. */
const owner = (settings: Settings): Agent =>
  live({ ...empty, settings }, [found, away, measure]).agent;
const lent: Event = { kind: 'sharing-lent', at: T0 };
const returned: Event = { kind: 'stop-measuring', at: T0 };
const measure: Event = { kind: 'measure', at: T0, lane: card.lane };
const change = (settings: Settings): Event => ({ kind: 'settings-changed', at: T0, settings });

describe('sharing that a speed test was lent', () => {
  test('is as it was afterwards, and never on the disk', () => {
    const during = live(owner(off), [lent]).agent;
    expect(during.settings).toEqual({ ...off, sharing: true, pausedUntil: null });
    // Whatever else the owner changes meanwhile is kept.
    const dark = live(during, [change({ ...during.settings, theme: 'dark' })]).agent;
    expect(saved(dark)).toEqual({ ...off, theme: 'dark' });
    const after = live(dark, [returned]).agent;
    expect(after.settings).toEqual({ ...off, theme: 'dark' });
    expect(saved(after)).toEqual(after.settings);
    expect(live(after, [returned]).agent).toEqual(after);
  });

  test('is the owner’s as soon as they say anything about it', () => {
    const during = live(owner(off), [lent]).agent;
    for (const said of [
      { kind: 'sharing-kept', at: T0 } as const,
      change({ ...during.settings, pausedUntil: 'forever' }),
      change({ ...during.settings, sharing: false }),
    ]) {
      const { agent } = live(during, [said]);
      expect(saved(agent)).toEqual(agent.settings);
      expect(live(agent, [returned]).agent.settings).toEqual(agent.settings);
    }
  });

  test('is given back as it first was, also when it was lent twice', () => {
    expect(live(owner(off), [lent, lent, returned]).agent.settings).toEqual(off);
  });

  test('stops what runs when it is given back, and "start now" with it', () => {
    const start: Event = { kind: 'start-now', at: T0 };
    const borrowing = live({ ...working(), settings: off }, [lent, start, measure]);
    expect(borrowing.effects.map(({ kind }) => kind)).toEqual(['submit-speed-job']);
    const { agent, effects } = live(borrowing.agent, [returned]);
    expect(effects.map(({ kind }) => kind)).toEqual(['evict', 'release']);
    expect(agent.startNow).toBe(false);
  });
});

test('whatever happens while it is lent: the disk gets what the owner last said of sharing', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(anyEvent, fc.constantFrom(lent, measure, returned)), { maxLength: 40 }),
      (events) => {
        let agent = owner(off);
        let said: Pick<Settings, 'sharing' | 'pausedUntil'> = off;
        for (const event of events) {
          if (event.kind === 'settings-changed') {
            const { sharing, pausedUntil } = event.settings;
            const isNews =
              sharing !== agent.settings.sharing || pausedUntil !== agent.settings.pausedUntil;
            if (isNews) said = event.settings;
          }
          if (event.kind === 'sharing-kept') said = agent.settings;
          ({ agent } = live(agent, [event]));
          const { sharing, pausedUntil } = saved(agent);
          expect({ sharing, pausedUntil }).toEqual({
            sharing: said.sharing,
            pausedUntil: said.pausedUntil,
          });
        }
      },
    ),
  );
});
