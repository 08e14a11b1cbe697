import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  lookAtPads,
  NO_PADS,
  type Pad,
  type PadActivity,
  type Pads,
} from '../../../../src-main/activity/owner/windows-gamepads.ts';
import { openProgramPoll, POLL_EVERY } from '../../../../src-main/activity/programs/programs.ts';
import type { WindowsProcess } from '../../../../src-main/activity/programs/windows-processes.ts';
import { windowsTable } from '../../../../src-main/activity/programs/windows-table.ts';
import {
  type InFront,
  isFullScreen,
} from '../../../../src-main/activity/screen/windows-foreground.ts';
import { millis, seconds } from '../../../../src-shared/units.ts';

/** A Windows whose list of processes and paths the test sets. */
function openWindows() {
  let listed: readonly WindowsProcess[] | null = [];
  const paths = new Map<number, string>();
  const asked: number[] = [];
  const news: string[] = [];
  const table = windowsTable({
    list: () => listed,
    pathOf: (pid) => {
      asked.push(pid);
      return paths.get(pid) ?? null;
    },
  });
  const poll = openProgramPoll(table, {
    started: (pid, program) => news.push(`${pid} started ${program}`),
    ended: (pid) => news.push(`${pid} ended`),
  });
  let beat = 0;
  const look = (list: readonly WindowsProcess[] | null): string[] => {
    listed = list;
    news.length = 0;
    poll(millis(beat++ * POLL_EVERY));
    return [...news];
  };
  return { paths, asked, look };
}

const born = (pid: number, at: number, name = 'doom.exe'): WindowsProcess => ({
  pid,
  born: at,
  name,
});

describe('programs on Windows', () => {
  test('a game whose path Windows keeps to itself is told by its name', () => {
    const { look } = openWindows();
    expect(look([born(8, 1)])).toEqual(['8 started doom.exe']);
    expect(look([])).toEqual(['8 ended']);
  });

  test('a path is asked for once, however long the game runs', () => {
    const { look, paths, asked } = openWindows();
    paths.set(8, 'D:\\Games\\doom.exe');
    expect(look([born(8, 1)])).toEqual(['8 started D:\\Games\\doom.exe']);
    for (let i = 0; i < 100; i++) expect(look([born(8, 1)])).toEqual([]);
    expect(asked).toEqual([8]);
  });

  test('a look without an answer ends no game', () => {
    const { look } = openWindows();
    look([born(8, 1)]);
    expect(look(null)).toEqual([]);
    expect(look([born(8, 1)])).toEqual([]);
  });

  test('a game that gets the number of a program just ended is told, one look later', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 2, max: 30 }), fc.constantFrom('a.exe', 'b.exe')), {
          minLength: 1,
          maxLength: 6,
        }),
        (holders) => {
          const { look } = openWindows();
          const told = holders.flatMap(([looks, name], at) =>
            Array.from({ length: looks }, () => look([born(8, at, name)])).flat(),
          );
          told.push(...look([]));
          expect(told).toEqual(holders.flatMap(([, name]) => [`8 started ${name}`, '8 ended']));
        },
      ),
    );
  });
});

describe('the program in front on Windows', () => {
  const screen = [0, 0, 2560, 1440] as const;
  const game: InFront = { window: screen, screen, exclusive: false, ofShell: false };

  test('a borderless game fills its screen; on a second screen too', () => {
    expect(isFullScreen(game)).toBe(true);
    const second = [2560, -300, 4480, 780] as const;
    expect(isFullScreen({ ...game, window: second, screen: second })).toBe(true);
  });

  test('a maximized window does not, with a taskbar or without', () => {
    expect(isFullScreen({ ...game, window: [-8, -8, 2568, 1408] })).toBe(false);
    expect(isFullScreen({ ...game, window: [-8, -8, 2568, 1448] })).toBe(false);
  });

  test('exclusive full screen counts whatever size its window has; the desktop never does', () => {
    expect(isFullScreen({ ...game, window: [0, 0, 640, 480], exclusive: true })).toBe(true);
    expect(isFullScreen({ ...game, ofShell: true })).toBe(false);
  });
});

describe('gamepads', () => {
  const still: Pad = { packet: 1, buttons: 0, triggers: [0, 0], sticks: [0, 0, 0, 0] };
  const looks = (...seen: readonly Pads[]): PadActivity =>
    seen.reduce((activity, pads, second) => lookAtPads(activity, pads, seconds(second)), NO_PADS);

  test('a gamepad that lies on the table is nobody', () => {
    expect(looks([still], [still], [still]).usedAt).toBeNull();
  });

  test('the owner who presses a button is there', () => {
    const pressed = { ...still, packet: 2, buttons: 0x1000 };
    expect(looks([still], [pressed], [pressed]).usedAt).toBe(seconds(1));
  });

  test('a worn stick that trembles is nobody; one that is pushed is the owner', () => {
    const at = (packet: number, x: number): Pads => [{ ...still, packet, sticks: [x, 0, 0, 0] }];
    expect(looks(at(1, 900), at(2, -1200), at(3, 2100)).usedAt).toBeNull();
    expect(looks(at(1, 900), at(2, -1200), at(3, 32_767)).usedAt).toBe(seconds(2));
  });

  test('a slow push counts as soon as it has gone far enough', () => {
    const slow = Array.from(
      { length: 20 },
      (_, i): Pads => [{ ...still, packet: i, sticks: [0, i * 1000, 0, 0] }],
    );
    expect(looks(...slow).usedAt).toBe(seconds(16));
  });

  test('a gamepad that is switched on is the owner; one that runs out is not', () => {
    expect(looks([null], [null], [still]).usedAt).toBe(seconds(2));
    expect(looks([still], [null]).usedAt).toBeNull();
  });
});
