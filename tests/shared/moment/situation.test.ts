import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { NBSP } from '../../../src-shared/amount.ts';
import type { Reader } from '../../../src-shared/language/reader.ts';
import { hero, trayTooltip } from '../../../src-shared/moment/sentence.ts';
import { situation } from '../../../src-shared/moment/situation.ts';
import { quote } from '../../../src-shared/said.ts';
import type { LaneView, Slowdown } from '../../../src-shared/snapshot.ts';
import { HoldReason, Snapshot } from '../../../src-shared/snapshot.ts';
import { celsius, hours, millis, minutes, watts } from '../../../src-shared/units.ts';
import { arbitraryOf } from '../../worlds/arbitrary.ts';
import { busy, gpus, held, idle, paidJob } from '../../worlds/window/snapshot-parts.ts';
import { NOW, snapshots } from '../../worlds/window/snapshots.ts';

const reader: Reader = { locale: 'en-GB' };
const spoken = (snapshot: Snapshot): string => {
  const { word, reason } = hero(snapshot, reader);
  return `${word}. ${reason}`.replaceAll(NBSP, ' ');
};
const because = (reason: HoldReason): Snapshot => ({
  ...snapshots.waiting,
  lanes: [idle(gpus.card, held(reason))],
});
const slowed = (slowdown: Slowdown, more: Partial<LaneView> = {}): Snapshot => ({
  ...snapshots.earningMoney,
  lanes: [{ ...busy(gpus.card, paidJob), slowdown, ...more }],
});
const later = (length: number) => millis(NOW + length);

describe('a lane that is left alone', () => {
  it.each<[HoldReason, string]>([
    [
      { kind: 'other-program', title: 'Blender', load: 0.84 },
      'Paused. Blender is using the GPU (84 %). Resumes when it’s free.',
    ],
    [
      { kind: 'other-program', title: ' ', load: 0.5 },
      'Paused. Another program is using the GPU (50 %). Resumes when it’s free.',
    ],
    [
      { kind: 'memory-wanted', title: null },
      'Paused. Another program needs the graphics memory. Resumes when there is room.',
    ],
    [
      { kind: 'schedule', until: later(minutes(20)) },
      'Paused. Outside your schedule. Resumes today at 22:00.',
    ],
    [
      { kind: 'schedule', until: later(hours(9)) },
      'Paused. Outside your schedule. Resumes Fri 06:40.',
    ],
    [
      { kind: 'schedule', until: null },
      'Paused. Outside your schedule. No hour of your week is shared.',
    ],
    [{ kind: 'metered' }, 'Paused. Metered network. Resumes on an unmetered one.'],
    [
      { kind: 'power-dear', until: later(minutes(80)) },
      'Paused. Power costs more than jobs pay until 23:00.',
    ],
    [
      { kind: 'power-dear', until: null },
      'Paused. Power costs more than jobs pay, at every hour of your tariff.',
    ],
    [{ kind: 'card-off' }, 'Off. You don’t share this GPU.'],
    [
      {
        kind: 'too-hot',
        temperature: celsius(106),
        limit: celsius(105),
        resumesBelow: celsius(95),
      },
      'Too hot, stopped. The hottest spot of the GPU reached 106 °C. Resumes below 95 °C. Check the airflow.',
    ],
  ])('says why: $kind', (reason, said) => {
    expect(spoken(because(reason))).toBe(said);
  });
});

test('every reason to leave a card alone has a picture of the window', () => {
  const pictured = Object.values<Snapshot>(snapshots).flatMap(({ lanes }) =>
    lanes.flatMap(({ phase }) => (phase.kind === 'held' ? [phase.because.kind] : [])),
  );
  const kinds = HoldReason.options.map(({ shape }) => shape.kind.value);
  // A job that is given back is gone within seconds.
  expect(kinds.filter((kind) => !pictured.includes(kind))).toEqual(['skipped']);
});

describe('work that is slowed', () => {
  const wishes = { ...snapshots.earningMoney.settings, temperatureMax: celsius(78) };
  const away = 'Away for 42 min. Stops the moment you’re back.';

  it('by heat looks hot, and names the limit', () => {
    const hot = slowed({ duty: 0.62, because: 'heat' });
    expect(spoken({ ...hot, settings: wishes })).toBe(
      `Earning, slowed. GPU is close to your 78 °C limit, so work is slowed to 62 %. ${away}`,
    );
    expect(hero(hot)).toMatchObject({ state: 'hot', icon: 'flame' });
    expect(trayTooltip(hot).replaceAll(NBSP, ' ')).toBe('Offpeak: Hot. Slowed to 62 %');
  });

  it('names the limit of the card that has one of its own, and that card where two work', () => {
    const { lane } = gpus.second;
    const settings = { ...wishes, cards: { [lane]: { temperatureMax: celsius(70) } } };
    const second = busy(gpus.second, paidJob);
    const two: Snapshot = {
      ...snapshots.earningMoney,
      settings,
      lanes: [busy(gpus.card, paidJob), { ...second, slowdown: { duty: 0.5, because: 'heat' } }],
    };
    expect(spoken(two)).toContain(
      `Earning, slowed. ${gpus.second.name} is close to your 70 °C limit, so work is slowed to 50 %.`,
    );
  });

  it('by a power limit that the card does not keep itself says so, and why', () => {
    const settings = { ...wishes, cards: { [gpus.card.lane]: { powerLimit: watts(140) } } };
    const shown = slowed(
      { duty: 0.7, because: 'power' },
      { powerLimitTrouble: quote('The driver lets only an administrator set it') },
    );
    expect(spoken({ ...shown, settings })).toBe(
      `Earning, slowed. GPU keeps to your 140 W limit by pauses: work is slowed to 70 %. The driver lets only an administrator set it. ${away}`,
    );
    expect(hero(shown).state).toBe('earning');
  });

  it('in quiet hours says until when', () => {
    const settings = { ...wishes, quietHours: { from: 22 * 60, to: 7 * 60, duty: 0.5 } };
    const shown = { ...slowed({ duty: 0.5, because: 'quiet-hours' }), settings };
    expect(spoken(shown)).toBe(
      `Earning, slowed. Quiet hours until 07:00, so work is slowed to 50 %. ${away}`,
    );
  });

  it('so little that nobody could see it is not spoken of', () => {
    expect(spoken(slowed({ duty: 0.996, because: 'heat' }))).toBe(`Earning. ${away}`);
  });

  it('on two cards is told by heat before quiet hours', () => {
    const quiet = slowed({ duty: 0.5, because: 'quiet-hours' }).lanes;
    const hot = {
      ...busy(gpus.second, paidJob),
      slowdown: { duty: 0.9, because: 'heat' } as const,
    };
    expect(hero({ ...snapshots.earningMoney, lanes: [...quiet, hot] }).state).toBe('hot');
  });
});

describe('a card that its owner does not share', () => {
  const off = idle(gpus.second, held({ kind: 'card-off' }));

  it('is not missed while the other earns', () => {
    const one = { ...snapshots.earningMoney, lanes: [busy(gpus.card, paidJob), off] };
    expect(hero(one).word).toBe('Earning');
  });

  it('is the last thing to speak of, and says nothing of the connection', () => {
    const waiting = { ...snapshots.waiting, lanes: [off, ...snapshots.waiting.lanes] };
    expect(hero(waiting).state).toBe('waiting');
    const alone = { ...snapshots.offline, lanes: [off] };
    expect(hero(alone).state).toBe('off');
  });
});

describe('a pause over a clock that was set back', () => {
  const settings = { ...snapshots.pausedUntil.settings, pausedUntil: later(hours(3)) };

  it('ends when the lanes say, not when the settings did', () => {
    const until = later(minutes(20));
    const paused = { ...because({ kind: 'paused', until }), settings };
    expect(situation(paused)).toEqual({ kind: 'paused', until });
  });

  it('is over when the lanes work again', () => {
    expect(situation({ ...snapshots.earningMoney, settings }).kind).toBe('earning');
  });
});

it('fits into a tray tooltip, whatever the snapshot holds', () => {
  const emoji = because({ kind: 'game-running', title: '🎮'.repeat(200), path: '' });
  expect(trayTooltip(emoji).length).toBeGreaterThan(100);
  const any = arbitraryOf(Snapshot).map((value) => Snapshot.parse(value));
  fc.assert(
    fc.property(fc.oneof(any, fc.constant(emoji)), (snapshot) => {
      const said = trayTooltip(snapshot, reader);
      expect(said.length).toBeLessThanOrEqual(127);
      expect(said).not.toMatch(/\p{Cs}/u);
      const { reason, word, tag } = hero(snapshot, reader);
      expect(reason.length).toBeLessThanOrEqual(700);
      expect(word.length).toBeLessThanOrEqual(60);
      expect(tag.length).toBeLessThanOrEqual(20);
    }),
    { numRuns: 300 },
  );
});
