import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from './page/app.ts';
import { ONE_BAR } from './page/chart.ts';
import { homePage } from './page/home-page.ts';
import { expectReadable } from './page/reading.ts';

test.skip(
  existsSync('/proc/driver/nvidia'),
  'this computer has a card, so there is no software lane',
);

test('on a computer without a card one click runs an example, checks it, and shows test credits', async ({
  machine,
}) => {
  const app = await machine.start();
  const window = await app.window();
  const page = homePage(window);

  await expect(page.headline).toHaveText('Off');
  await expect(window.getByText('Try it with an example')).toBeVisible();
  await expect(window.getByText('Software renderer', { exact: true })).toBeVisible();
  await window.getByRole('button', { name: /Run.*Price a book of options/ }).click();
  await expect(page.headline).toHaveText('Earning');
  await expect(page.reason).toContainText(
    'Earning test credits on the software renderer, not money.',
  );
  await expect(window.getByText(/^All 240 prices agree with Black-Scholes/)).toBeVisible();
  await expect(page.today).toContainText('test credits');
  expect(await page.today.textContent()).not.toContain('$');
  expect(existsSync(join(machine.data, 'results', 'options', 'prices.csv'))).toBe(true);

  await expectReadable(app, window);

  await page.goto('Earnings');
  const chart = window.getByRole('img', { name: /^Test credits per hour:/ });
  await expect(chart.locator('.chart-bars')).toHaveAttribute('d', ONE_BAR);
  expect(await chart.textContent()).not.toContain('$');
  await expectReadable(app, window);

  await page.goto('Jobs');
  const row = window.getByRole('row').filter({ hasText: 'Price a book' });
  await expect(row).toContainText('Credited');
  expect(await row.textContent()).not.toContain('$');
  await expectReadable(app, window);
});
