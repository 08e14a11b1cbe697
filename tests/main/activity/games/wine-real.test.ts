import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { watchGames } from '../../../../src-main/activity/games/games.ts';
import type { Game } from '../../../../src-main/policy/circumstances.ts';
import { mailbox } from '../../../worlds/mailbox.ts';
import { notTriedHere } from '../../../worlds/not-tried.ts';

/** A Windows program that every Wine brings: it waits for a line on its standard input. */
const SHELL = '/usr/lib/x86_64-linux-gnu/wine/x86_64-windows/cmd.exe';
const here =
  existsSync(SHELL) && spawnSync('wine', ['--version'], { stdio: 'ignore' }).status === 0;

test.runIf(here || notTriedHere('a game under a real Wine: Wine is not installed'))(
  'a Windows game under a real Wine, started by another Windows program, starts and ends; Wine’s own are none',
  async () => {
    const home = realpathSync(mkdtempSync(join(tmpdir(), 'offpeak-wine-')));
    const env = {
      ...process.env,
      WINEPREFIX: join(home, 'prefix'),
      WINEDEBUG: '-all',
      DISPLAY: '',
    };
    const path = join(home, '.local/share/Steam/steamapps/common/Elden Ring/Game/elden.exe');
    mkdirSync(dirname(path), { recursive: true });
    copyFileSync(SHELL, path);
    const life = new AbortController();
    onTestFinished(() => {
      life.abort();
      // Ends the programs of this folder's Wine only.
      spawnSync('wineserver', ['-k'], { env });
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    });
    const box = mailbox<readonly ['started' | 'ended', Game]>();
    watchGames({
      signal: life.signal,
      rules: () => [],
      homes: [home],
      started: (game) => box.put(['started', game]),
      ended: (game) => box.put(['ended', game]),
    });
    const shell = spawn('wine', ['cmd', '/c', `Z:${path.replaceAll('/', '\\')}`], {
      env,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const [, game] = await box.until(([kind]) => kind === 'started');
    expect(game).toMatchObject({ path, title: 'Elden Ring' });
    shell.stdin.end('exit\r\n');
    await box.until(([kind]) => kind === 'ended');
    expect(box.seen().map(([kind, { title }]) => `${kind} ${title}`)).toEqual([
      'started Elden Ring',
      'ended Elden Ring',
    ]);
  },
  120_000,
);
