import { once } from 'node:events';
import { join } from 'node:path';
import { isAlive } from '../../worlds/seen-processes.ts';
import { expect, type Machine, type Program, test } from './app.ts';
import { type Card, DESKTOP_MEMORY } from './card.ts';
import { ONE_BAR } from './chart.ts';
import { COUNTERS, countersIn, keptBlobs, writeCountingJob } from './counting-job.ts';
import { stepsSeen, watchWindow } from './eyes.ts';
import { homePage } from './home-page.ts';
import { installGame } from './steam-home.ts';

/** With kernels of 25 ms a run of ten seconds: one checkpoint is taken (after five), and as much again remains. */
export const KERNEL_MILLIS = 25;
const STEPS = 400;
const PAY = 30_000;
const TITLE = 'Count to four hundred';
const CREDITS = '0.03';

/**
 * The main story: an owner shares, a job runs, a game starts and has the whole card at once, and after it the job goes
 * on where it was, ends, and is paid once.
 */
export async function tellTheThread(machine: Machine, card: Card, program?: Program) {
  const game = installGame(machine.home, 'Hollow Depths: Remastered');
  const how = { env: card.env, ...(program && { program }) };
  const app = await machine.start(how);
  const window = await app.window();
  const page = homePage(window);
  const seen = await watchWindow(window);
  const free = { used: DESKTOP_MEMORY, compute: [] };

  await test.step('the owner shares the card, and a job that is waiting runs on it', async () => {
    await expect(page.headline).toHaveText('Off');
    await page.shareNow();
  });
  const file = writeCountingJob(join(machine.home, 'job'), {
    title: TITLE,
    steps: STEPS,
    pay: PAY,
  });
  const results = join(machine.home, 'results');
  const delivered = machine.offpeak('submit', file, '--out', results);
  await expect(page.headline).toHaveText('Earning');
  await expect.poll(async () => (await card.look()).compute).toHaveLength(1);
  const [runner] = (await card.look()).compute;
  const runnerPid = runner?.pid ?? -1;
  expect(app.processes().map(({ pid }) => pid)).toContain(runnerPid);

  await expect.poll(() => keptBlobs(machine.data), 'a first checkpoint is kept').toHaveLength(2);

  const played = game.play();
  await test.step('a game gets the whole card, and the window says which game', async () => {
    await expect(page.headline).toHaveText('Paused');
    await expect(page.reason).toHaveText(`${game.title} is running. Resumes when you quit.`);
    await expect.poll(() => isAlive(runnerPid), 'the runner is gone').toBe(false);
    await expect.poll(card.look).toMatchObject(free);
    await expect(window.getByText('No limits while you play')).toBeVisible();
    expect(isAlive(played.pid ?? -1), 'nobody touches the game').toBe(true);
  });
  const during = seen.length;

  await test.step('after the game the job goes on from its checkpoint', async () => {
    expect(stepsSeen(seen.slice(during))).toEqual([]);
    played.kill('SIGKILL');
    await once(played, 'exit');
    await expect(page.headline).toHaveText('Earning');
    const [resumedAt = 0] = stepsSeen(seen.slice(during));
    expect(resumedAt).toBeGreaterThan(0);
    expect(Math.min(...stepsSeen(seen.slice(during)))).toBe(resumedAt);
  });

  await test.step('the buyer gets a result in which every step ran exactly once', async () => {
    expect(await delivered).toMatchObject({ code: 0, text: expect.stringContaining('Done.') });
    const counters = countersIn(results);
    expect(counters).toEqual(Array(COUNTERS).fill(STEPS));
  });

  const paidOnce = async () => {
    await expect(page.today).toContainText(CREDITS);
    const { text } = await machine.offpeak('status');
    expect(text).toContain('Jobs: 0 waiting, 0 running, 1 done, 0 failed.');
    await expect
      .poll(() => seen.at(-1)?.earnings.jobs)
      .toMatchObject([{ title: TITLE, amount: PAY, test: true, status: 'credited' }]);
    expect(seen.at(-1)?.today).toMatchObject({ test: PAY, money: 0, jobs: 1 });
  };
  await test.step('the job reached nothing of the owner', async () => {
    const { missing = null } = seen.at(-1)?.lanes[0]?.lockdown ?? {};
    // An older kernel has no Landlock; everything else every Linux has.
    expect(missing?.filter(({ what }) => what !== 'files')).toEqual([]);
  });

  await test.step('it is paid once, and Earnings shows it', async () => {
    await paidOnce();
    await page.goto('Earnings');
    const chart = window.getByRole('img', { name: /^Test credits per hour:/ });
    await expect(chart).toHaveAccessibleName(new RegExp(`${CREDITS}\\stest credits in all`));
    await expect(chart.locator('.chart-bars')).toHaveAttribute('d', ONE_BAR);
    await page.goto('Jobs');
    // It may have been stopped before: one run of it is paid.
    const paid = window.getByRole('row').filter({ hasText: TITLE }).filter({ hasText: 'Credited' });
    await expect(paid).toHaveCount(1);
    await expect(paid).toContainText(CREDITS);
  });

  await test.step('quitting leaves no process and a free card; the money is there after', async () => {
    await app.quit();
    expect(await card.look()).toMatchObject(free);
    const again = await machine.start(how);
    const later = await watchWindow(await again.window());
    await expect.poll(() => later.at(-1)?.connection.kind).toBe('online');
    expect(later.at(-1)?.today).toMatchObject({ test: PAY, money: 0, jobs: 1 });
    await again.quit();
  });
}
