import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { PREFERRED_PORT } from '../../src-exchange/exchange.ts';
import { MAX_DELIVERIES } from '../../src-exchange/queue/queue.ts';
import { GIVE_UP_AFTER } from '../../src-main/agent/lane.ts';
import { minutes } from '../../src-shared/units.ts';
import { isAlive } from '../worlds/seen-processes.ts';
import { expect, test } from './page/app.ts';
import { insertCard } from './page/card.ts';
import { writeCountingJob } from './page/counting-job.ts';
import { homePage } from './page/home-page.ts';

const TORN = '{"sharing": true, "when": {"kind": "alwa';
const NOT_BOOKS = 'this is no database '.repeat(400);

test('damaged settings and books are kept aside and told, and sharing is off until the owner says so', async ({
  machine,
}) => {
  const books = join(machine.data, 'books');
  mkdirSync(books);
  writeFileSync(join(machine.data, 'settings.json'), TORN);
  writeFileSync(join(books, 'books.db'), NOT_BOOKS);
  const app = await machine.start();
  const page = homePage(await app.window());

  await expect(page.headline).toHaveText('Off');
  await expect(page.share).not.toBeChecked();
  await expect(page.notice(/settings were damaged .*sharing is off/)).toBeVisible();
  await expect(page.notice('the earnings file was damaged')).toBeVisible();
  const kept = (folder: string, name: RegExp) =>
    readdirSync(folder)
      .filter((file) => name.test(file))
      .map((file) => readFileSync(join(folder, file), 'utf8'));
  expect(kept(machine.data, /^settings\.corrupt-.*\.json$/)).toEqual([TORN]);
  expect(kept(books, /^books\.corrupt-.*\.db$/)).toEqual([NOT_BOOKS]);

  await page.share.click();
  await expect(page.share).toBeChecked();
  await app.quit();
  const again = await machine.start();
  const later = homePage(await again.window());
  await expect(later.share).toBeChecked();
  await expect(later.notice('damaged')).toHaveCount(0);
});

test('without a card and with its port taken Offpeak works all the same, and says both', async ({
  machine,
}) => {
  test.skip(existsSync('/proc/driver/nvidia'), 'this computer has a card');
  const other = createServer();
  // Where another program has it already, it is taken just as well.
  await new Promise<void>((taken) => {
    other.once('error', () => taken());
    other.listen(PREFERRED_PORT, '127.0.0.1', taken);
  });
  try {
    const app = await machine.start();
    const window = await app.window();
    const page = homePage(window);
    await expect(page.notice(`Port ${PREFERRED_PORT} is in use by another program`)).toBeVisible();
    await expect(window.getByText('No NVIDIA driver found.')).toBeVisible();
    await expect(window.getByText('Software renderer', { exact: true })).toBeVisible();
    const status = await machine.offpeak('status');
    expect(status).toMatchObject({ code: 0, text: expect.stringContaining('1 machine connected') });
  } finally {
    other.close();
  }
});

test('a job whose program does not load is refused with the reason, and the next job runs', async ({
  machine,
}) => {
  const card = await insertCard(machine.home, 1);
  const job = (name: string, ptx?: string) =>
    writeCountingJob(join(machine.home, name), {
      title: `The ${name} job`,
      steps: 20,
      pay: 1000,
      ...(ptx !== undefined && { ptx }),
    });
  try {
    const app = await machine.start({ env: card.env });
    const page = homePage(await app.window());
    await page.shareNow();

    const bad = await machine.offpeak('submit', job('broken', 'this is no PTX at all\n'), '--wait');
    expect(bad.code).toBe(1);
    expect(bad.text).toMatch(/The broken job failed: bad-program: .{10,}/);
    const good = await machine.offpeak('submit', job('sound'), '--wait');
    expect(good).toMatchObject({ code: 0, text: expect.stringContaining('Done.') });
    const { text } = await machine.offpeak('status');
    expect(text).toContain('Jobs: 0 waiting, 0 running, 1 done, 1 failed.');
    await expect(page.headline).toHaveText('Waiting');
  } finally {
    card.remove();
  }
});

test('a runner that dies again and again gets rests, then none, until the owner says try again', async ({
  machine,
}) => {
  // A score of crashes, each of a runner that must come up first.
  test.setTimeout(300_000);
  const card = await insertCard(machine.home, 25);
  try {
    const app = await machine.start({ env: card.env });
    const window = await app.window();
    const page = homePage(window);
    await page.shareNow();
    // Each job comes back until the network gives it up, and a card is given up when so many jobs crashed on it.
    const file = writeCountingJob(join(machine.home, 'job'), {
      title: 'A job',
      steps: 200,
      pay: 1000,
      array: GIVE_UP_AFTER,
    });
    await machine.offpeak('submit', file);

    const crashes = (GIVE_UP_AFTER - 1) * MAX_DELIVERIES + 1;
    for (let crash = 1; crash <= crashes; crash++) {
      await expect.poll(async () => (await card.look()).compute).toHaveLength(1);
      const [runner] = (await card.look()).compute;
      const pid = runner?.pid ?? -1;
      process.kill(pid, 'SIGKILL');
      await expect.poll(() => isAlive(pid)).toBe(false);
      if (crash === crashes) break;
      await expect(page.reason).toContainText('The last job ended with an error.');
      await expect(page.reason).toContainText('Tries again in');
      await app.passTime(minutes(1));
    }
    await expect(page.headline).toHaveText('Stopped after errors');
    await expect(page.reason).toHaveText(/.{10,} Nothing runs until you choose Try again\./);
    await app.passTime(minutes(60));
    await expect(page.headline).toHaveText('Stopped after errors');
    expect((await card.look()).compute).toEqual([]);

    await window.getByRole('button', { name: 'Try again' }).click();
    await expect(page.headline).toHaveText('Earning');
    await expect(page.today).toContainText('0.001');
  } finally {
    card.remove();
  }
});
