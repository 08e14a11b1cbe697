import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { readPowerLimit } from '../fakes/gpu-state.ts';
import { expect, test } from './page/app.ts';
import { insertCard } from './page/card.ts';
import { writeCountingJob } from './page/counting-job.ts';
import { homePage } from './page/home-page.ts';
import { expectReadable } from './page/reading.ts';
import { installGame } from './page/steam-home.ts';

/** The emulated card, as its driver names it. */
const CARD = 'GPU-00000000-0000-0000-0000-000000000000';
const GIB = 1024 ** 3;

/** The settings as they are on disk; none before the first change. */
function settingsIn(data: string) {
  const file = join(data, 'settings.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}

/** What the owner sees and touches on the page Limits. */
function limitsPage(window: Page) {
  return {
    tab: (name: string) => window.getByRole('tab', { name }).click(),
    temperature: window.getByRole('slider', { name: 'Temperature limit' }),
    power: window.getByRole('slider', { name: 'Power limit' }),
    memory: window.getByRole('slider', { name: 'VRAM cap' }),
    /** The figure of a limit, which can be written. */
    figure: (limit: string) => window.getByRole('button', { name: new RegExp(`^${limit}: `) }),
    written: (limit: string) => window.getByRole('textbox', { name: limit, exact: true }),
    /** What was changed just now, and the way back. */
    change: window.locator('.changes'),
    undo: window.getByRole('button', { name: 'Undo' }),
    addApp: window.getByRole('button', { name: 'Add app' }),
    /** An hour of the morning; the system's language has it with or without AM. */
    hour: (day: string, hour: number) =>
      window.getByRole('gridcell', { name: new RegExp(`^${day} 0?${hour}:00(.AM)?$`) }),
    path: window.getByRole('textbox', { name: 'Whole path of the program' }),
    verdict: window.getByRole('combobox', { name: 'When The Long Night runs' }),
  };
}

test('the limits, the week and the games that the owner sets are all there after a restart', async ({
  machine,
}) => {
  const card = await insertCard(machine.home, 25);
  const saved = () => settingsIn(machine.data);
  try {
    const app = await machine.start({ env: card.env });
    const window = await app.window();
    const limits = limitsPage(window);
    await homePage(window).goto('Limits');

    await limits.temperature.focus();
    await expect(limits.temperature).toHaveAttribute('aria-valuenow', '78');
    for (let press = 0; press < 4; press += 1) await limits.temperature.press('ArrowLeft');
    await expect.poll(saved).toMatchObject({ temperatureMax: 74 });
    await limits.undo.click();
    await expect(limits.temperature).toHaveAttribute('aria-valuenow', '78');
    await expect.poll(saved).toMatchObject({ temperatureMax: 78 });
    await expect(limits.change).toBeEmpty();
    await limits.figure('Temperature limit').click();
    await limits.written('Temperature limit').fill('74');
    await limits.written('Temperature limit').press('Enter');
    await expect(limits.change).toContainText(/Temperature limit: 74.°C/);
    await limits.memory.press('End');
    await limits.memory.press('PageDown');
    await window.getByRole('textbox', { name: /^The most disk/ }).fill('12');
    await limits.power.press('Home');
    const least = Number(await limits.power.getAttribute('aria-valuemin'));
    await expect.poll(saved).toMatchObject({
      temperatureMax: 74,
      cards: { [CARD]: { powerLimit: least, vramMax: 7 * GIB } },
      modelDisk: 12 * GIB,
    });

    await limits.tab('When to share');
    await window.getByText('While I work, but not while I play').click();
    await window.getByText('Nights', { exact: true }).click();
    await expect(limits.hour('Tuesday', 8)).toHaveAttribute('aria-selected', 'false');
    // The keyboard enters the grid at one place and walks from there.
    await window.getByRole('grid').locator('[tabindex="0"]').focus();
    await window.keyboard.press('ArrowDown');
    for (let press = 0; press < 8; press += 1) await window.keyboard.press('ArrowRight');
    await expect(limits.hour('Tuesday', 8)).toBeFocused();
    await window.keyboard.press('Space');
    await expect(limits.hour('Tuesday', 8)).toHaveAttribute('aria-selected', 'true');
    await window.keyboard.press('Shift+ArrowRight');
    await expect(limits.hour('Tuesday', 9)).toHaveAttribute('aria-selected', 'true');
    await expect(window.getByText('Allowed: 65 h per week')).toBeVisible();

    await window.getByRole('switch', { name: 'Use schedule' }).click({ force: true });
    await expect.poll(() => saved().schedule).toBeNull();
    await window.getByRole('switch', { name: 'Use schedule' }).click({ force: true });
    await expect(window.getByText('Allowed: 65 h per week')).toBeVisible();

    await limits.tab('Games');
    await limits.addApp.click();
    await limits.path.fill('long-night');
    await window.getByRole('button', { name: 'Pause for it' }).click();
    await expect(window.getByRole('alert')).toContainText('is not the whole path of a program');
    await limits.path.fill('/opt/games/long-night');
    await window.getByRole('textbox', { name: 'Name' }).fill('The Long Night');
    await window.getByRole('button', { name: 'Pause for it' }).click();
    await expect(limits.verdict).toHaveValue('Pause');
    await expect(window.getByRole('alert')).toHaveCount(0);
    await limits.verdict.click();
    await window.getByRole('option', { name: 'Ignore' }).click();
    await expect(limits.verdict).toHaveValue('Ignore');
    await app.quit();

    const again = await (await machine.start({ env: card.env })).window();
    const kept = limitsPage(again);
    // The window is where it was left.
    await expect(kept.verdict).toHaveValue('Ignore');
    await kept.tab('GPU');
    await expect(kept.temperature).toHaveAttribute('aria-valuenow', '74');
    await expect(kept.power).toHaveAttribute('aria-valuenow', String(least));
    await kept.tab('When to share');
    await expect(again.getByRole('radio', { name: /^While I work/ })).toBeChecked();
    await expect(kept.hour('Tuesday', 8)).toHaveAttribute('aria-selected', 'true');
    await expect(kept.hour('Wednesday', 8)).toHaveAttribute('aria-selected', 'false');
    expect(saved().games).toEqual([
      { path: '/opt/games/long-night', title: 'The Long Night', verdict: 'ignore' },
    ]);
  } finally {
    card.remove();
  }
});

test('a card keeps to a limit that is moved while it works, and a game that the owner ignores holds up nothing', async ({
  machine,
}) => {
  const card = await insertCard(machine.home, 25);
  const game = installGame(machine.home, 'Hollow Depths');
  const watts = () => (readPowerLimit(join(machine.home, 'card')) ?? 0) / 1000;
  try {
    const app = await machine.start({ env: card.env });
    const window = await app.window();
    const limits = limitsPage(window);
    const home = homePage(window);
    await home.shareNow();
    for (const n of [1, 2, 3])
      await machine.offpeak(
        'submit',
        writeCountingJob(join(machine.home, `job-${n}`), { title: 'Count', steps: 2000, pay: 10 }),
      );
    await expect(home.headline).toHaveText('Earning');

    await home.goto('Limits');
    await limits.power.press('Home');
    const least = Number(await limits.power.getAttribute('aria-valuemin'));
    await expect.poll(watts, 'the card has the least limit').toBe(least);
    await limits.power.press('PageUp');
    await expect.poll(watts, 'the card has 25 W more').toBe(least + 25);
    await limits.undo.click();
    await expect.poll(watts, 'the card has the least limit again').toBe(least);

    await limits.tab('Games');
    await expect(window.getByText('1 game', { exact: true })).toBeVisible();
    const verdict = window.getByRole('combobox', { name: 'When Hollow Depths runs' });
    await window.keyboard.press('Control+f');
    await expect(window.getByRole('searchbox', { name: 'Search games' })).toBeFocused();
    await window.keyboard.type('no such game');
    await expect(verdict).toHaveCount(0);
    await window.getByRole('searchbox', { name: 'Search games' }).fill('hollow');
    await expect(verdict).toHaveValue('Pause');

    const played = game.play();
    await home.goto('Home');
    await expect(home.headline).toHaveText('Paused');
    await home.goto('Limits');
    await limits.tab('Games');
    await verdict.click();
    await window.getByRole('option', { name: 'Ignore' }).click();
    await home.goto('Home');
    await home.goOn();
    await expect(home.headline).toHaveText('Earning');
    await home.goto('Limits');
    await limits.tab('Games');
    await verdict.click();
    await window.getByRole('option', { name: 'Pause' }).click();
    await home.goto('Home');
    await expect(home.headline).toHaveText('Paused');
    played.kill('SIGKILL');
  } finally {
    card.remove();
  }
});

test('the owner paints a stretch of the week with the mouse, and says what electricity costs', async ({
  machine,
}) => {
  const app = await machine.start();
  const window = await app.window();
  const limits = limitsPage(window);
  const saved = () => settingsIn(machine.data);
  await homePage(window).goto('Limits');
  await limits.tab('When to share');
  await limits.hour('Tuesday', 8).dragTo(limits.hour('Thursday', 9));
  // Two hours on each of three days.
  await expect(window.getByText('Allowed: 162 h per week')).toBeVisible();
  await expect(limits.hour('Tuesday', 9)).toHaveAttribute('aria-selected', 'false');
  const noEightNorNine = 2 ** 24 - 1 - 2 ** 8 - 2 ** 9;
  await expect
    .poll(() => saved().schedule?.slice(0, 4))
    .toEqual([2 ** 24 - 1, noEightNorNine, noEightNorNine, noEightNorNine]);

  await homePage(window).goto('Settings');
  await window.getByText('By time of day').click();
  await window.getByRole('textbox', { name: 'Period 1: from' }).fill('23:30');
  await window.getByRole('textbox', { name: 'Period 1: to' }).fill('00:00');
  await window.getByRole('textbox', { name: 'Period 1: price' }).fill('0.175');
  await window.getByRole('textbox', { name: 'At all other times' }).fill('0.29');
  await window.getByRole('switch', { name: /^Keep this PC awake/ }).click({ force: true });
  await expect.poll(saved).toMatchObject({
    tariff: [{ from: 1410, to: 1440, pricePerKwh: 175_000 }],
    pricePerKwh: 290_000,
    keepAwake: true,
  });
});

test('both pages read well, light and dark, at both sizes', async ({ machine }) => {
  const card = await insertCard(machine.home, 25);
  try {
    const app = await machine.start({ env: card.env });
    const window = await app.window();
    const page = homePage(window);
    const frame = await app.electron.browserWindow(window);
    const readAtBothSizes = async () => {
      await frame.evaluate((own) => own.setContentSize(860, 560));
      await expect.poll(() => window.evaluate(() => innerWidth)).toBe(860);
      await expectReadable(app, window);
      // That left it at its usual size.
      expect(await window.evaluate(() => innerWidth)).toBe(1080);
      await expectReadable(app, window);
    };
    await page.goto('Limits');
    for (const tab of ['GPU', 'When to share', 'Games']) {
      await limitsPage(window).tab(tab);
      await readAtBothSizes();
    }
    await page.goto('Settings');
    await window.getByText('By time of day').click();
    await expect(window.getByRole('textbox', { name: 'Period 1: price' })).toBeVisible();
    await readAtBothSizes();
  } finally {
    card.remove();
  }
});
