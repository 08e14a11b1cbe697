import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { collect, type Shop, submit, waitFor } from '../../src-buyer/client.ts';
import { readJobFile } from '../../src-buyer/job-plan.ts';
import { findExchange } from '../../src-disk/running-exchange.ts';
import { SETTINGS_VERSION } from '../../src-main/settings/migrations.ts';
import { openPowerJournal } from '../../src-main/telemetry/power-journal.ts';
import { defaults } from '../../src-shared/settings.ts';
import { readPowerLimit } from '../fakes/gpu-state.ts';
import { expect, type Machine, test } from './page/app.ts';
import { DESKTOP_MEMORY, insertCard } from './page/card.ts';
import { COUNTERS, countersIn, keptBlobs, writeCountingJob } from './page/counting-job.ts';
import { stepsSeen, watchWindow } from './page/eyes.ts';
import { homePage } from './page/home-page.ts';

/** Eight seconds: a checkpoint after five, and three more to do. */
const STEPS = 320;
const KERNEL_MILLIS = 25;
const PAY = 30_000;
/** The emulated card, as its driver names it. */
const LANE = 'GPU-00000000-0000-0000-0000-000000000000';

/** The exchange that runs inside the app on this machine, as a buyer reaches it. */
async function shopOf({ home, environment }: Machine): Promise<Shop> {
  const find = () => findExchange({ env: environment(), platform: process.platform, home });
  await expect.poll(find, 'an exchange runs').toBeTruthy();
  const running = await find();
  if (!running) throw new Error('the exchange ended');
  return { url: running.url, token: running.buyerToken };
}

test('the app is killed outright in the middle of a job: nothing is left on the card, and nothing is lost', async ({
  machine,
}) => {
  const card = await insertCard(machine.home, KERNEL_MILLIS);
  try {
    const app = await machine.start({ env: card.env });
    await homePage(await app.window()).shareNow();
    const file = writeCountingJob(join(machine.home, 'job'), {
      title: 'A job',
      steps: STEPS,
      pay: PAY,
    });
    const plan = await readJobFile(file);
    if (plan.kind === 'bad-job-file') throw new Error(plan.detail);
    expect(await submit(plan, await shopOf(machine))).toMatchObject({ kind: 'submitted' });
    await expect.poll(() => keptBlobs(machine.data), 'a first checkpoint is kept').toHaveLength(2);
    process.kill(app.pid, 'SIGKILL');
    await app.ended;
    await expect.poll(app.processes).toEqual([]);
    expect(await card.look()).toMatchObject({ used: DESKTOP_MEMORY, compute: [] });

    const again = await machine.start({ env: card.env });
    const window = await again.window();
    const seen = await watchWindow(window);
    const page = homePage(window);
    await expect(page.share).toBeChecked();
    await page.goOn();
    await expect(page.today).toContainText('0.03');
    const [resumedAt = 0, ...later] = stepsSeen(seen);
    expect(resumedAt).toBeGreaterThan(0);
    expect(Math.min(resumedAt, ...later)).toBe(resumedAt);
    expect(seen.at(-1)?.today).toMatchObject({ test: PAY, jobs: 1 });
    const { text } = await machine.offpeak('status');
    expect(text).toContain('Jobs: 0 waiting, 0 running, 1 done, 0 failed.');

    const results = join(machine.home, 'results');
    const shop = await shopOf(machine);
    const ended = await waitFor(plan.array, shop);
    if (ended.kind === 'trouble') throw new Error(ended.detail);
    expect(await collect(plan, ended.jobs, shop, results)).toMatchObject({ kind: 'collected' });
    expect(countersIn(results)).toEqual(Array(COUNTERS).fill(STEPS));
  } finally {
    card.remove();
  }
});

test('the app is killed outright while the card is kept to fewer watts: the card has its own limit back at once', async ({
  machine,
}) => {
  const card = await insertCard(machine.home, KERNEL_MILLIS);
  const cardFolder = join(machine.home, 'card');
  // The driver has no such file before somebody has opened it.
  const limit = () =>
    existsSync(join(cardFolder, 'limits.shared')) ? readPowerLimit(cardFolder) : null;
  try {
    const wishes = {
      sharing: true,
      when: { kind: 'always' },
      cards: { [LANE]: { powerLimit: 120 } },
    };
    writeFileSync(
      join(machine.data, 'settings.json'),
      JSON.stringify({ version: SETTINGS_VERSION, ...defaults, ...wishes }),
    );
    const app = await machine.start({ env: card.env });
    await app.window();
    const file = writeCountingJob(join(machine.home, 'job'), {
      title: 'A job',
      steps: 100 * STEPS,
      pay: PAY,
    });
    const plan = await readJobFile(file);
    if (plan.kind === 'bad-job-file') throw new Error(plan.detail);
    expect(await submit(plan, await shopOf(machine))).toMatchObject({ kind: 'submitted' });
    await expect.poll(limit, 'the card is limited').toBe(120_000);
    process.kill(app.pid, 'SIGKILL');
    await app.ended;
    await expect.poll(limit, 'the limit comes back').toBe(170_000);
    await expect.poll(app.processes, 'no process is left').toEqual([]);
    expect(openPowerJournal(machine.data, Date.now).changed().size).toBe(0);
  } finally {
    card.remove();
  }
});
