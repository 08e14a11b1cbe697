import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { STEP_TIMEOUT } from '../../src-runner/work/execution.ts';
import { isAlive } from '../worlds/seen-processes.ts';
import { expect, test } from './page/app.ts';
import { homePage } from './page/home-page.ts';
import { startSpinning, webgpuOf } from './page/spinning-job.ts';
import { installGame } from './page/steam-home.ts';

test.skip(
  existsSync('/proc/driver/nvidia'),
  'this computer has a card, so there is no software lane',
);

/** Before the page itself gives its kernel up: after that nobody could tell who ended it. */
const SOON = { timeout: STEP_TIMEOUT / 2 };

test('a game ends a kernel that would never stop, and every process of the WebGPU host with it', async ({
  machine,
}) => {
  const game = installGame(machine.home, 'Hollow Depths: Remastered');
  const { app, page } = await startSpinning(machine);

  const played = game.play();
  await expect(page.headline).toHaveText('Paused');
  await expect.poll(() => webgpuOf(machine), SOON).toEqual([]);
  expect(isAlive(played.pid ?? -1), 'nobody touches the game').toBe(true);
  expect(isAlive(app.pid), 'the app lives').toBe(true);

  played.kill('SIGKILL');
  await once(played, 'exit');
  await expect(page.headline).toHaveText('Earning');
  await expect.poll(() => webgpuOf(machine), 'a new WebGPU host').not.toEqual([]);
});

test('the app is killed outright in the middle of a kernel: its WebGPU host dies with it', async ({
  machine,
}) => {
  const { app } = await startSpinning(machine);
  process.kill(app.pid, 'SIGKILL');
  await app.ended;
  await expect.poll(() => webgpuOf(machine), SOON).toEqual([]);
  await expect.poll(app.processes).toEqual([]);
});

test('quitting in the middle of a kernel leaves nothing of the WebGPU host', async ({
  machine,
}) => {
  const { app } = await startSpinning(machine);
  await app.quit();
  expect(await app.ended).toBe(0);
  expect(webgpuOf(machine)).toEqual([]);
});

test('quitting while it starts leaves no process, and the next start finds the folder free', async ({
  machine,
}) => {
  const first = await machine.start();
  await first.electron.close();
  expect(await first.ended).toBe(0);
  await expect.poll(first.processes).toEqual([]);

  const again = await machine.start();
  await expect(homePage(await again.window()).headline).toHaveText('Off');
});
