import { expect, test } from 'vitest';
import { type Controls, obey } from '../../../src-main/owner/commands.ts';
import { LaneId } from '../../../src-shared/gpu.ts';
import { type Said, said } from '../../../src-shared/said.ts';
import { defaults, type Settings } from '../../../src-shared/settings.ts';
import { celsius, gibibytes, millis, watts } from '../../../src-shared/units.ts';
import { Command } from '../../../src-shared/window-protocol.ts';

/** Controls that remembers what it was asked. */
function controlsWith(
  settings: Settings,
  { disk = null, noTest = null }: { disk?: Said | null; noTest?: Said | null } = {},
) {
  const asked: string[] = [];
  let now = settings;
  const controls: Controls = {
    now: () => 1000,
    settings: () => now,
    change: (next) => {
      now = next;
      return disk;
    },
    startNow: () => asked.push('start-now'),
    tryAgain: () => asked.push('try-again'),
    runExample: (id) => asked.push(`run ${id}`),
    refusesSpeedTest: () => noTest,
    lendSharing: () => asked.push('lend sharing'),
    keepSharing: () => undefined,
    runSpeedTest: (lane) => asked.push(`measure ${lane}`),
    stopSpeedTest: () => asked.push('stop measuring'),
    showResults: () => said('noResults'),
    watchEarnings: (range) => asked.push(`watch ${range}`),
    dismiss: (notice) => asked.push(`dismiss ${notice}`),
    skipJob: (lane) => asked.push(`skip ${lane}`),
    scanGames: () => asked.push('scan'),
    startAtLogin: () => said('loginNotHere'),
  };
  return { controls, asked, settings: () => now };
}
const ok = { kind: 'ok' };

test('the switch turns sharing on and ends an old pause', () => {
  const s = controlsWith({ ...defaults, pausedUntil: 'forever' });
  expect(obey({ kind: 'set-sharing', on: true }, s.controls)).toEqual(ok);
  expect(s.settings()).toMatchObject({ sharing: true, pausedUntil: null });
});

test('a pause of an hour ends an hour from now; one for ever waits for the owner', () => {
  const s = controlsWith(defaults);
  obey({ kind: 'pause', for: millis(3_600_000) }, s.controls);
  expect(s.settings().pausedUntil).toBe(3_601_000);
  obey({ kind: 'pause', for: 'forever' }, s.controls);
  expect(s.settings().pausedUntil).toBe('forever');
  obey({ kind: 'resume' }, s.controls);
  expect(s.settings().pausedUntil).toBeNull();
});

test('"not a game" is remembered once, whatever was said about that program before', () => {
  const s = controlsWith({ ...defaults, games: [{ path: '/a/b', title: 'B', verdict: 'pause' }] });
  obey({ kind: 'not-a-game', path: '/a/b' }, s.controls);
  expect(s.settings().games).toEqual([{ path: '/a/b', title: 'b', verdict: 'ignore' }]);
});

test('a program that the owner judges again keeps its place in their list and gets its title', () => {
  const rules: Settings['games'] = [
    { path: '/a/b', title: 'B', verdict: 'ignore' },
    { path: '/a/c', title: 'C', verdict: 'ignore' },
  ];
  const s = controlsWith({ ...defaults, games: rules });
  obey({ kind: 'always-pause', path: '/a/x/../b', title: 'The Game' }, s.controls);
  expect(s.settings().games).toEqual([
    { path: '/a/x/../b', title: 'The Game', verdict: 'pause' },
    rules[1],
  ]);
  obey({ kind: 'not-a-game', path: '/a/d', title: 'Still a title' }, s.controls);
  expect(s.settings().games[2]).toEqual({
    path: '/a/d',
    title: 'Still a title',
    verdict: 'ignore',
  });
});

test('a program is named by its whole path, and by no more paths than the settings hold', () => {
  const s = controlsWith(defaults);
  expect(obey({ kind: 'always-pause', path: 'cs2.exe', title: 'CS 2' }, s.controls)).toMatchObject({
    kind: 'refused',
    detail: said('noWholePath', { path: 'cs2.exe' }),
  });
  expect(s.settings().games).toEqual([]);

  const rule = (n: number) => ({ path: `/g/${n}`, title: `${n}`, verdict: 'pause' }) as const;
  const full = controlsWith({
    ...defaults,
    games: Array.from({ length: 1000 }, (_, n) => rule(n)),
  });
  expect(obey({ kind: 'not-a-game', path: '/new' }, full.controls)).toMatchObject({
    kind: 'refused',
  });
  expect(obey({ kind: 'not-a-game', path: '/g/7' }, full.controls)).toEqual(ok);
  expect(full.settings().games).toHaveLength(1000);
});

test('a change to one card leaves its other wishes and all other cards alone', () => {
  const [left, right] = [LaneId.parse('GPU-left'), LaneId.parse('GPU-right')];
  const cards = { [left]: { enabled: false, powerLimit: watts(150) }, [right]: { enabled: false } };
  const s = controlsWith({ ...defaults, cards });
  const change = (patch: object) =>
    obey(Command.parse({ kind: 'change-card', lane: left, patch }), s.controls);
  change({ temperatureMax: 70, vramMax: gibibytes(8), powerLimit: undefined });
  expect(s.settings().cards).toEqual({
    [left]: {
      enabled: false,
      powerLimit: 150,
      temperatureMax: celsius(70),
      vramMax: gibibytes(8),
    },
    [right]: { enabled: false },
  });
  // Null is the card's own power limit, all of its memory, and the temperature of every card.
  change({ temperatureMax: null, vramMax: null, powerLimit: null, enabled: true });
  expect(s.settings().cards[left]).toEqual({ enabled: true, powerLimit: null, vramMax: null });
});

test('a change of settings can erase no card', () => {
  const cards = { [LaneId.parse('GPU-left')]: { enabled: false } };
  const s = controlsWith({ ...defaults, cards });
  obey(Command.parse({ kind: 'change-settings', patch: { cards: {}, theme: 'dark' } }), s.controls);
  expect(s.settings()).toEqual({ ...defaults, cards, theme: 'dark' });
});

test('a change of settings leaves the switch and everything unnamed alone', () => {
  const s = controlsWith({ ...defaults, sharing: true });
  const command = Command.parse({
    kind: 'change-settings',
    patch: { temperatureMax: 70, theme: undefined, sharing: false, pausedUntil: 'forever' },
  });
  obey(command, s.controls);
  expect(s.settings()).toEqual({ ...defaults, sharing: true, temperatureMax: 70 });
});

test('running an example is consent: it shares, and starts now', () => {
  const s = controlsWith(defaults);
  expect(obey({ kind: 'run-example', example: 'scene' }, s.controls)).toEqual(ok);
  expect(s.settings().sharing).toBe(true);
  expect(s.asked).toEqual(['start-now', 'run scene']);
});

test('a speed test that only borrows the card changes nothing of what the owner set', () => {
  const s = controlsWith(defaults);
  const lane = LaneId.parse('GPU-0');
  expect(obey({ kind: 'run-speed-test', lane, lend: true }, s.controls)).toEqual(ok);
  expect(s.asked).toEqual(['lend sharing', 'start-now', 'measure GPU-0']);
  expect(s.settings()).toEqual(defaults);
  expect(obey({ kind: 'stop-speed-test' }, s.controls)).toEqual(ok);
  expect(s.asked.at(-1)).toBe('stop measuring');
});

test('an example that could not run is refused, and nothing is shared for it', () => {
  for (const [wishes, why] of [
    [{ builtInNetwork: false }, 'noNetworkOn'],
    [{ kinds: { ...defaults.kinds, kernel: false } }, 'noKernelsTaken'],
  ] as const) {
    const s = controlsWith({ ...defaults, ...wishes });
    expect(obey({ kind: 'run-example', example: 'scene' }, s.controls)).toMatchObject({
      kind: 'refused',
      detail: said(why),
    });
    expect(s.settings().sharing).toBe(false);
    expect(s.asked).toEqual([]);
  }
});

test('a speed test is consent too; where it cannot be run, nothing is shared for it', () => {
  const lane = LaneId.parse('GPU-left');
  const s = controlsWith(defaults);
  expect(obey({ kind: 'run-speed-test', lane }, s.controls)).toEqual(ok);
  expect(s.settings().sharing).toBe(true);
  expect(s.asked).toEqual(['start-now', 'measure GPU-left']);

  const noTest = said('speedElsewhere');
  const abroad = controlsWith({ ...defaults, pausedUntil: 'forever' }, { noTest });
  expect(obey({ kind: 'run-speed-test', lane }, abroad.controls)).toEqual({
    kind: 'refused',
    detail: noTest,
  });
  expect(abroad.settings()).toEqual({ ...defaults, pausedUntil: 'forever' });
  expect(abroad.asked).toEqual([]);
});

test('what cannot be done is said', () => {
  expect(obey({ kind: 'show-results', example: 'scene' }, controlsWith(defaults).controls)).toEqual(
    {
      kind: 'refused',
      detail: said('noResults'),
    },
  );
  const full = controlsWith(defaults, { disk: said('booksFull') });
  expect(obey({ kind: 'set-sharing', on: true }, full.controls)).toEqual({
    kind: 'refused',
    detail: said('booksFull'),
  });
});
