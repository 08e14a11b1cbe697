import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { watchGames } from '../../../../src-main/activity/games/games.ts';
import { exeOf } from '../../../../src-main/activity/programs/process-table.ts';
import { watchPrograms } from '../../../../src-main/activity/programs/programs.ts';
import type { Game } from '../../../../src-main/policy/circumstances.ts';
import type { GameRule } from '../../../../src-shared/settings.ts';
import { openSteamHome } from '../../../worlds/computer/steam-home.ts';
import { mailbox } from '../../../worlds/mailbox.ts';
import { onLinux } from '../../../worlds/not-tried.ts';
import { PATIENTLY } from '../../../worlds/patience.ts';

vi.setConfig({ testTimeout: 30_000 });

type News = { readonly kind: 'started' | 'ended'; readonly game: Game };

let life: AbortController;
let steam: ReturnType<typeof openSteamHome>;
beforeEach(() => {
  life = new AbortController();
  steam = openSteamHome();
});
afterEach(() => {
  life.abort();
  steam.remove();
});

/** Old kernels and containers do not tell ordinary users of new programs. */
function kernelTells(): boolean {
  const trial = new AbortController();
  const { kind } = watchPrograms({ signal: trial.signal, started: () => {}, ended: () => {} });
  trial.abort();
  return kind === 'events';
}
const ways = kernelTells() ? (['events', 'polling'] as const) : (['polling'] as const);

describe.runIf(onLinux('games that start and end')).each(ways)('by %s', (way) => {
  let rules: readonly GameRule[];
  beforeEach(() => {
    rules = [];
  });

  function watch() {
    const box = mailbox<News>();
    const { watching, recheck } = watchGames({
      signal: life.signal,
      rules: () => rules,
      homes: [steam.home],
      started: (game) => box.put({ kind: 'started', game }),
      ended: (game) => box.put({ kind: 'ended', game }),
      ...(way === 'polling' && { only: way }),
    });
    const titles = () => box.seen().map(({ kind, game }) => `${kind} ${game.title}`);
    const started = (title: string) =>
      box.until(({ kind, game }) => kind === 'started' && game.title === title);
    const ended = (title: string) =>
      box.until(({ kind, game }) => kind === 'ended' && game.title === title);
    return { watching, recheck, titles, started, ended };
  }

  test('a game of a Steam library starts and ends under its own title', async () => {
    const path = steam.install({ folder: 'HL2', program: 'bin/hl2_linux', title: 'Half-Life 2' });
    const { started, ended, titles, watching } = watch();
    expect(watching.kind).toBe(way);
    const child = steam.run(path);
    expect((await started('Half-Life 2')).game).toEqual({
      pid: child.pid,
      path,
      title: 'Half-Life 2',
    });
    child.kill('SIGKILL');
    expect((await ended('Half-Life 2')).game.pid).toBe(child.pid);
    expect(titles()).toEqual(['started Half-Life 2', 'ended Half-Life 2']);
  });

  test('a game that runs already when Offpeak starts is seen at once', async () => {
    const path = steam.install({ folder: 'Celeste', program: 'Celeste' });
    const other = steam.install({ folder: 'Marker', program: 'marker' });
    const child = steam.run(path);
    await new Promise((resolve) => child.once('spawn', resolve));
    const { titles, started } = watch();
    // Said before watchGames returned; the marker only shows that the watch goes on.
    expect(titles()).toEqual(['started Celeste']);
    steam.run(other);
    await started('Marker');
  });

  test('a game of several processes ends with its last; its crash handler counts for nothing', async () => {
    const path = steam.install({ folder: 'Portal', program: 'portal', title: 'Portal' });
    const helper = steam.install({ folder: 'Portal', program: 'bin/UnityCrashHandler64' });
    const next = steam.install({ folder: 'Next', program: 'next' });
    const { started, ended, titles } = watch();
    steam.run(helper);
    const [one, two] = [steam.run(path), steam.run(path)];
    await started('Portal');
    one.kill('SIGKILL');
    await new Promise((resolve) => one.once('exit', resolve));
    const marker = steam.run(next);
    await started('Next');
    marker.kill('SIGKILL');
    await ended('Next');
    expect(titles()).toEqual(['started Portal', 'started Next', 'ended Next']);
    two.kill('SIGKILL');
    await ended('Portal');
    expect(titles()).toHaveLength(4);
  });

  test('a script that becomes the game by exec is seen as the game', async () => {
    const path = steam.install({ folder: 'Hades', program: 'Hades' });
    const { started } = watch();
    const child = steam.runShell(`sleep 0.4; exec "${path}" 600`);
    expect((await started('Hades')).game.pid).toBe(child.pid);
  });

  test('a launcher that becomes its game leaves no gap in which work could start', async () => {
    const launcher = steam.install({ folder: 'Doom', program: 'launcher', title: 'Doom' });
    const path = steam.install({ folder: 'Doom', program: 'bin/doom' });
    const next = steam.install({ folder: 'Next', program: 'next' });
    // A real shell, so that it can exec.
    copyFileSync('/bin/sh', launcher);
    const { started, titles } = watch();
    const child = steam.run(launcher, ['-c', `read line; exec "${path}" 600`], 'pipe');
    await started('Doom');
    child.stdin?.end('now\n');
    await expect.poll(() => exeOf(child.pid ?? 0), PATIENTLY).toBe(path);
    steam.run(next);
    await started('Next');
    expect(titles()).toEqual(['started Doom', 'started Next']);
  });

  test('a program the owner named is a game anywhere; one they excused is none', async () => {
    const own = steam.placeProgram(join(steam.home, 'My Games/emulator'));
    const excused = steam.install({ folder: 'Blender', program: 'blender' });
    mkdirSync(join(steam.home, 'links'));
    symlinkSync(own, join(steam.home, 'links/emulator'));
    rules = [
      { path: join(steam.home, 'links/emulator'), title: 'Emulator', verdict: 'pause' },
      { path: excused, title: 'Blender', verdict: 'ignore' },
    ];
    const { started, titles } = watch();
    steam.run(excused);
    steam.run(own);
    await started('Emulator');
    expect(titles()).toEqual(['started Emulator']);
  });

  test('“not a game”, said while it runs, lets work go on; taken back, it stops again', async () => {
    const path = steam.install({ folder: 'Blender', program: 'blender', title: 'Blender' });
    const { started, titles, recheck } = watch();
    steam.run(path);
    await started('Blender');
    rules = [{ path, title: 'Blender', verdict: 'ignore' }];
    recheck();
    expect(titles()).toEqual(['started Blender', 'ended Blender']);
    rules = [];
    recheck();
    expect(titles()).toEqual(['started Blender', 'ended Blender', 'started Blender']);
  });

  test('a game whose file was replaced by an update while it runs is still that game', async () => {
    const path = steam.install({ folder: 'Factorio', program: 'factorio' });
    const child = steam.run(path);
    await new Promise((resolve) => child.once('spawn', resolve));
    rmSync(path);
    const { started } = watch();
    expect((await started('Factorio')).game.path).toBe(path);
  });

  test('a library on another drive, added while Offpeak runs, counts from its first game on', async () => {
    const { started } = watch();
    const library = join(steam.home, 'drive/SteamLibrary');
    const path = steam.install({ folder: 'Rust', program: 'rust', title: 'Rust', library });
    steam.listLibraries([steam.steam, library]);
    steam.run(path);
    expect((await started('Rust')).game.path).toBe(path);
  });

  test('a game moved elsewhere and linked back is still that game', async () => {
    const path = steam.install({ folder: 'Dota 2', program: 'game/dota2', title: 'Dota 2' });
    const common = join(steam.steam, 'steamapps/common');
    mkdirSync(join(steam.home, 'fast'));
    renameSync(join(common, 'Dota 2'), join(steam.home, 'fast/dota'));
    symlinkSync(join(steam.home, 'fast/dota'), join(common, 'Dota 2'));
    const { started } = watch();
    steam.run(path);
    expect((await started('Dota 2')).game.path).toBe(join(steam.home, 'fast/dota/game/dota2'));
  });

  test('after the end, nothing is said any more', async () => {
    const path = steam.install({ folder: 'Quake', program: 'quake' });
    const { titles } = watch();
    life.abort();
    const again = new AbortController();
    const seen = mailbox<string>();
    watchPrograms({ signal: again.signal, started: (_pid, exe) => seen.put(exe), ended: () => {} });
    steam.run(path);
    await seen.until((exe) => exe === path);
    again.abort();
    expect(titles()).toEqual([]);
  });
});

test.runIf(onLinux('games that start and end'))(
  'looking ourselves, an old script that becomes a game by exec is not missed',
  async () => {
    const path = steam.install({ folder: 'Late', program: 'late' });
    const box = mailbox<Game>();
    watchGames({
      signal: life.signal,
      rules: () => [],
      homes: [steam.home],
      started: box.put,
      ended: () => {},
      only: 'polling',
    });
    // Older than a new process that is looked at more often.
    const script = steam.runShell(`sleep 2.5; exec "${path}" 600`);
    expect((await box.until(({ title }) => title === 'Late')).pid).toBe(script.pid);
  },
  30_000,
);

test.runIf(onLinux('games that start and end'))(
  'a game that was installed a moment before it is started is seen, by any launcher',
  async () => {
    const box = mailbox<Game>();
    const { titleOf } = watchGames({
      signal: life.signal,
      rules: () => [],
      homes: [steam.home],
      started: box.put,
      ended: () => {},
    });
    const path = steam.placeProgram(join(steam.home, 'Epic/Control/control'));
    const list = join(steam.home, '.config/heroic/legendaryConfig/legendary/installed.json');
    mkdirSync(join(list, '..'), { recursive: true });
    const game = { title: 'Control', install_path: join(steam.home, 'Epic/Control') };
    writeFileSync(list, JSON.stringify({ Calluna: game }));
    const child = steam.run(path);
    expect(await box.until(({ title }) => title === 'Control')).toMatchObject({ path });
    expect(titleOf(child.pid ?? 0)).toBe('Control');
  },
  30_000,
);

test.runIf(onLinux('games that start and end'))(
  'a storm of programs hides no game',
  async () => {
    const path = steam.install({ folder: 'Storm', program: 'storm' });
    const box = mailbox<Game>();
    const { watching } = watchGames({
      signal: life.signal,
      rules: () => [],
      homes: [steam.home],
      started: box.put,
      ended: () => {},
    });
    expect(['events', 'polling']).toContain(watching.kind);
    const note = join(steam.home, 'pid');
    steam.runShell(
      `for i in $(seq 400); do /bin/true; done; "${path}" 600 & echo $! > "${note}.new"; mv "${note}.new" "${note}"`,
    );
    // As when the main process is busy: nothing is read while more happens than the kernel keeps for us.
    const pause = new Int32Array(new SharedArrayBuffer(4));
    while (!existsSync(note)) Atomics.wait(pause, 0, 0, 20);
    const pid = Number(readFileSync(note, 'utf8'));
    while (exeOf(pid) !== path) Atomics.wait(pause, 0, 0, 20);
    try {
      expect((await box.until(({ title }) => title === 'Storm')).pid).toBe(pid);
    } finally {
      process.kill(pid, 'SIGKILL');
    }
  },
  30_000,
);
