import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Controls, obey } from '../../../src-main/owner/commands.ts';
import { inverseOf } from '../../../src-renderer/parts/undo.ts';
import { LaneId } from '../../../src-shared/gpu.ts';
import { cardSettings, defaults, Settings } from '../../../src-shared/settings.ts';
import { Command, type CommandInput } from '../../../src-shared/window-protocol.ts';

const lane = LaneId.parse('GPU-1');
const start: Settings = Settings.parse({
  ...defaults,
  temperatureMax: 75,
  cards: { [lane]: { powerLimit: 200 } },
  games: [{ path: '/g/a', title: 'A', verdict: 'pause' }],
  schedule: [1, 2, 3, 4, 5, 6, 7],
});

/** What an agent makes of the settings. */
function after(settings: Settings, command: CommandInput): Settings {
  let now = settings;
  const controls = {
    settings: () => now,
    change: (next: Settings) => {
      now = next;
      return null;
    },
  } as Controls;
  expect(obey(Command.parse(command), controls)).toEqual({ kind: 'ok' });
  return now;
}

const patches = fc.record(
  {
    temperatureMax: fc.integer({ min: 60, max: 88 }),
    schedule: fc.option(fc.constant<number[]>([7, 7, 7, 7, 7, 7, 7])),
    quietHours: fc.option(fc.constant({ from: 60, to: 120, duty: 0.5 })),
    pauseOnBattery: fc.boolean(),
    modelDisk: fc.integer({ min: 0, max: 10 }),
    games: fc.constant<Settings['games']>([]),
    when: fc.constant({ kind: 'always' as const }),
  },
  { requiredKeys: [] },
);
const cards = fc.record(
  {
    enabled: fc.boolean(),
    temperatureMax: fc.option(fc.integer({ min: 60, max: 88 })),
    powerLimit: fc.option(fc.integer({ min: 100, max: 300 })),
    vramMax: fc.option(fc.integer({ min: 0, max: 9 })),
  },
  { requiredKeys: [] },
);
const command: fc.Arbitrary<CommandInput> = fc.oneof(
  patches.map((patch) => ({ kind: 'change-settings' as const, patch })),
  cards.map((patch) => ({ kind: 'change-card' as const, lane, patch })),
  fc
    .constantFrom('/g/a', '/g/b')
    .map((path) => ({ kind: 'not-a-game' as const, path, title: 'X' })),
  fc
    .constantFrom('/g/a', '/g/b')
    .map((path) => ({ kind: 'always-pause' as const, path, title: 'X' })),
);

/** Settings as they work: what is left out of a card is what every card has. */
const working = (settings: Settings) => ({ ...settings, cards: cardSettings(settings, lane) });

test('undo brings every limit back to what it was, and no other', () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 3 }), command, (before, change) => {
      const was = before.reduce(after, start);
      const next = after(was, change);
      const back = inverseOf(change, was);
      if (back === null) expect(working(next)).toEqual(working(was));
      else expect(working(after(next, back))).toEqual(working(was));
    }),
  );
});

test('a choice of what is set already has nothing to take back', () => {
  expect(inverseOf({ kind: 'change-settings', patch: { temperatureMax: 75 } }, start)).toBeNull();
  expect(
    inverseOf({ kind: 'change-card', lane, patch: { powerLimit: 200, vramMax: null } }, start),
  ).toBeNull();
  expect(inverseOf({ kind: 'change-card', lane, patch: { powerLimit: 199 } }, start)).toEqual({
    kind: 'change-card',
    lane,
    patch: { powerLimit: 200 },
  });
  expect(inverseOf({ kind: 'start-now' }, start)).toBeNull();
});
