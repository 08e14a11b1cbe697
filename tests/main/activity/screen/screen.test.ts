import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Seeing, watchFullScreen } from '../../../../src-main/activity/screen/full-screen.ts';
import { covers, monitorsIn } from '../../../../src-main/activity/screen/x11-screen.ts';
import type { Child } from '../../../../src-main/children/child.ts';
import { nodeSpawn } from '../../../../src-main/children/node-child.ts';
import type { FullScreenProgram } from '../../../../src-main/policy/full-screen-game.ts';
import { millis } from '../../../../src-shared/units.ts';
import { type Bundle, bundle } from '../../../worlds/bundle.ts';
import { openSteamHome } from '../../../worlds/computer/steam-home.ts';
import { mailbox } from '../../../worlds/mailbox.ts';
import { notTriedHere } from '../../../worlds/not-tried.ts';

test('a window covers a monitor only when nothing of it is left to see', () => {
  const monitor = { x: 1920, y: 0, width: 1920, height: 1080 };
  expect(covers(monitor, monitor)).toBe(true);
  expect(covers({ x: 0, y: 0, width: 3840, height: 1080 }, monitor)).toBe(true);
  expect(covers({ ...monitor, height: 1040 }, monitor)).toBe(false);
  expect(covers({ ...monitor, x: 1919 }, monitor)).toBe(false);
});

test('no list of monitors makes us stumble', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
      const areas = monitorsIn(Buffer.from(noise));
      expect(areas.every(({ width, height }) => width > 0 && height > 0)).toBe(true);
    }),
  );
});

const XVFB = '/usr/bin/Xvfb';
const here = process.platform === 'linux' && existsSync(XVFB);
const NO_X11 = 'full-screen windows on X11: Xvfb is not installed';

const SCREEN = { x: 0, y: 0, width: 640, height: 480 };
type Order =
  | (typeof SCREEN & { pid: number; full?: true; maximized?: true; desktop?: true })
  | null;

describe.runIf(here || notTriedHere(NO_X11))('on an X11 desktop', () => {
  let server: ChildProcess;
  let display: string;
  let probe: Bundle;
  beforeAll(async () => {
    server = spawn(XVFB, ['-displayfd', '3', '-screen', '0', '640x480x24', '-nolisten', 'tcp'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    const [number] = await once(server.stdio[3] as NodeJS.ReadableStream, 'data');
    display = `:${String(number).trim()}`;
    probe = await bundle('src-main/activity/screen/screen-probe.ts');
  }, 120_000);
  afterAll(() => {
    server.kill('SIGKILL');
    probe.remove();
  });

  let life: AbortController;
  let home: ReturnType<typeof openSteamHome>;
  let client: ChildProcess;
  let ignored: ReadonlySet<string>;
  beforeEach(async () => {
    life = new AbortController();
    home = openSteamHome();
    ignored = new Set();
    client = fork(join(import.meta.dirname, '../../../worlds/computer/x-client.mjs'), [display]);
    await once(client, 'message');
  });
  afterEach(() => {
    life.abort();
    client.kill('SIGKILL');
    home.remove();
  });
  const show = (order: Order) => client.send(order as object);

  function watch(env: Record<string, string> = { DISPLAY: display }) {
    const box = mailbox<FullScreenProgram | null>();
    const sight = mailbox<Seeing>();
    const children: Child[] = [];
    const spawnProbe = nodeSpawn(probe.file, { env });
    const { recheck } = watchFullScreen({
      spawn: (listen) => {
        const child = spawnProbe(listen);
        children.push(child);
        return child;
      },
      signal: life.signal,
      changed: box.put,
      seeing: sight.put,
      env,
      ignored: (path) => ignored.has(path),
      titleOf: (pid) => (pid === game ? 'Doom' : null),
      rest: { first: millis(10), longest: millis(50), soundAfter: millis(50) },
    });
    return { ...box, sight, children, recheck };
  }
  let game: number | undefined;
  const program = (name: string): { pid: number; path: string } => {
    const path = home.placeProgram(join(home.home, name));
    const { pid } = home.run(path);
    if (pid === undefined) throw new Error('it did not start');
    return { pid, path };
  };

  test('a program that goes full-screen and leaves again is seen, by what its window says', async () => {
    const { pid, path } = program('doom');
    game = pid;
    show({ ...SCREEN, width: 300, height: 200, pid });
    const { until, sight, seen } = watch();
    await sight.until(({ kind }) => kind === 'all');
    expect(seen()).toEqual([]);
    show({ ...SCREEN, width: 300, height: 200, pid, full: true });
    expect(await until((one) => one !== null)).toEqual({ pid, path, title: 'Doom' });
    show({ ...SCREEN, width: 300, height: 200, pid });
    await until((one) => one === null);
  });

  test('a borderless window of the monitor’s size is full-screen; when it is closed there is none', async () => {
    const { pid, path } = program('quake');
    const { until } = watch();
    show({ ...SCREEN, pid });
    expect(await until((one) => one !== null)).toEqual({ pid, path, title: 'quake' });
    show(null);
    await until((one) => one === null);
  });

  test.each([
    ['a maximized window', { maximized: true }],
    ['the desktop itself', { desktop: true }],
  ] as const)('%s is not full-screen', async (_what, more) => {
    const { pid } = program('other');
    const next = program('next');
    const { until, seen } = watch();
    show({ ...SCREEN, pid, ...more });
    show({ ...SCREEN, pid: next.pid });
    expect((await until((one) => one !== null))?.pid).toBe(next.pid);
    expect(seen()).toHaveLength(1);
  });

  test('a player of films and what the owner excused are none, until the owner thinks again', async () => {
    const film = program('vlc');
    const { pid, path } = program('tool');
    ignored = new Set([path]);
    const { until, sight, seen, recheck } = watch();
    show({ ...SCREEN, pid: film.pid });
    await sight.until(({ kind }) => kind === 'all');
    show({ ...SCREEN, pid });
    await expect.poll(() => sight.seen().length, { timeout: 20_000 }).toBeGreaterThan(1);
    expect(seen()).toEqual([]);
    ignored = new Set();
    // The window may have been told before or after, so think again until it is seen.
    const thinkAgain = () => {
      recheck();
      return seen().at(-1)?.pid;
    };
    await expect.poll(thinkAgain, { timeout: 20_000 }).toBe(pid);
    ignored = new Set([path]);
    recheck();
    await until((one) => one === null);
  });

  test('a probe that dies lets go, is started again and sees the same', async () => {
    const { pid } = program('doom');
    show({ ...SCREEN, pid });
    const { until, children, seen } = watch();
    await until((one) => one?.pid === pid);
    children[0]?.kill();
    await until((one) => one === null);
    await expect.poll(() => seen().at(-1)?.pid, { timeout: 20_000 }).toBe(pid);
    expect(children).toHaveLength(2);
  });

  test('where there is no desktop, or only Wayland, that is said and nothing is started', async () => {
    expect(watch({}).sight.seen()).toEqual([
      { kind: 'none', detail: 'There is no desktop to look at.' },
    ]);
    const wayland = watch({ WAYLAND_DISPLAY: 'wayland-0' });
    expect(wayland.sight.seen()[0]).toMatchObject({
      kind: 'none',
      detail: expect.stringContaining('Wayland'),
    });
    expect(wayland.children).toEqual([]);
    const { sight } = watch({ DISPLAY: ':4999' });
    expect(await sight.until(({ kind }) => kind === 'none')).toMatchObject({
      detail: 'There is no X11 display to look at.',
    });
  });
});
