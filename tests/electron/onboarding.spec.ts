import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from './page/app.ts';
import { insertCard } from './page/card.ts';
import { writeCountingJob } from './page/counting-job.ts';
import { homePage } from './page/home-page.ts';
import { expectReadable } from './page/reading.ts';

/** The emulated card, as its driver names it. It takes 100 to 170 W. */
const CARD = 'GPU-00000000-0000-0000-0000-000000000000';

/** What the owner sees and touches at the first start. */
function firstStart(window: Page) {
  const button = (name: string) => window.getByRole('button', { name, exact: true });
  return {
    heading: window.getByRole('heading', { level: 1 }),
    button,
    press: (name: string) => button(name).click(),
    preset: (name: RegExp) => window.getByRole('radio', { name }),
  };
}

test('from the first start to earning: the test, the limits, what to expect, and only then is anything shared', async ({
  machine,
}) => {
  rmSync(join(machine.data, 'settings.json'));
  const card = await insertCard(machine.home, 1);
  const saved = () => JSON.parse(readFileSync(join(machine.data, 'settings.json'), 'utf8'));
  try {
    const app = await machine.start({ env: card.env });
    const window = await app.window();
    const page = firstStart(window);
    await expect(page.heading).toHaveText('We found your GPU');
    await expect(window.getByRole('navigation')).toHaveCount(0);
    await expectReadable(app, window);

    await page.press('Start the test');
    await expect(window.getByRole('progressbar')).toBeVisible();
    await expect(page.button('Continue')).toBeDisabled();
    await expect(page.button('Continue')).toBeEnabled({ timeout: 120_000 });
    await expect(window.getByText(/TFLOP\/s/)).toBeVisible();
    await page.press('Continue');

    await expect(page.heading).toHaveText('Set your limits');
    // The test has borrowed the card; whether to share is still the owner's to say.
    const balanced = page.preset(/^Balanced/);
    await expect(balanced).toBeChecked();
    await page.preset(/^Quiet/).click();
    await window.getByRole('textbox', { name: 'Minutes until away' }).fill('7');
    await expectReadable(app, window);
    await page.press('Back');
    await expect(page.heading).toHaveText('We found your GPU');
    await page.press('Continue');
    await expect(page.preset(/^Quiet/)).toBeChecked();
    await page.press('Continue');

    await expect(page.heading).toHaveText('What you can expect');
    await expect(window.getByText('This network pays test credits')).toBeVisible();
    await window.getByRole('textbox', { name: 'Electricity price' }).fill('0.31');
    await expect.poll(saved).toMatchObject({
      sharing: false,
      welcomed: false,
      when: { kind: 'away', after: 420_000 },
      temperatureMax: 70,
      cards: { [CARD]: { powerLimit: 100 } },
      pricePerKwh: 310_000,
    });
    await expectReadable(app, window);
    await page.press('Start sharing');

    const home = homePage(window);
    await expect(home.share).toBeChecked();
    expect(saved()).toMatchObject({ sharing: true, welcomed: true });
    // The test was no job that the owner knows of: the examples are still there to try.
    await expect(window.getByText('Try it with an example')).toBeVisible();
    await home.goOn();
    const order = writeCountingJob(join(machine.home, 'order'), {
      title: 'Count',
      steps: 2000,
      pay: 5,
    });
    const bought = machine.offpeak('submit', order, '--out', join(machine.home, 'results'));
    await expect(home.headline).toHaveText('Earning');
    expect((await bought).code).toBe(0);
  } finally {
    card.remove();
  }
});

test('who closes the window is asked again; who sets it up later is not, and nothing is shared', async ({
  machine,
}) => {
  rmSync(join(machine.data, 'settings.json'));
  const app = await machine.start();
  const first = await app.window();
  await expect(firstStart(first).button('Set up later')).toBeVisible();
  await first.close();
  await expect.poll(() => app.electron.windows().length).toBe(0);
  await machine.startAgain();
  const again = await app.window();
  await firstStart(again).press('Set up later');
  await expect(homePage(again).headline).toHaveText('Off');
  await app.quit();
  const later = await (await machine.start()).window();
  await expect(homePage(later).headline).toHaveText('Off');
  await expect(homePage(later).share).not.toBeChecked();
});

test('the diagnostics that the owner saves are a file of theirs, and speak of no home folder', async ({
  machine,
}) => {
  const app = await machine.start();
  const window = await app.window();
  await homePage(window).goto('Settings');
  const path = join(machine.home, 'diagnostics.txt');
  await app.electron.evaluate(({ session }, to) => {
    session.defaultSession.once('will-download', (_event, item) => item.setSavePath(to));
  }, path);
  await window.getByRole('button', { name: 'Save diagnostics' }).click();
  const text = () => readFileSync(path, 'utf8');
  await expect.poll(() => existsSync(path) && text().includes('Log:')).toBe(true);
  expect(text()).toContain('Offpeak 0.1.0');
  expect(text()).toContain('started 0.1.0');
  expect(text()).not.toContain(machine.home);
});
