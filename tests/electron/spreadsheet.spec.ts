import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { writeYear } from '../bench/window/year.ts';
import { type App, expect, test } from './page/app.ts';
import { homePage } from './page/home-page.ts';
import { expectReadable } from './page/reading.ts';

/** Where the next file that the window saves goes, and when it is there. */
async function catchFile(app: App, folder: string): Promise<() => Promise<string>> {
  await app.electron.evaluate(({ session }, place) => {
    Object.assign(globalThis, { saved: '' });
    session.defaultSession.once('will-download', (_event, item) => {
      const path = `${place}/${item.getFilename()}`;
      item.setSavePath(path);
      item.once('done', (_done, state) => Object.assign(globalThis, { saved: `${state} ${path}` }));
    });
  }, folder);
  return async () => {
    const saved = () => app.electron.evaluate(() => String(Reflect.get(globalThis, 'saved')));
    await expect.poll(saved).toMatch(/^completed /);
    return (await saved()).slice('completed '.length);
  };
}

const linesOf = (path: string): string[] => readFileSync(path, 'utf8').trimEnd().split('\r\n');
const go = (window: Page, name: string) =>
  window.getByRole('button', { name, exact: true }).click();

test('a year of earnings leaves as a spreadsheet, in English and in German, and so does every job', async ({
  machine,
}) => {
  writeYear(join(machine.data, 'books'), { now: Date.now(), samples: 20_000, jobs: 300 });
  const app = await machine.start();
  const window = await app.window();
  await homePage(window).goto('Earnings');
  await window.getByText('1 year', { exact: true }).click();
  await expect(window.getByRole('heading', { name: 'Earnings per week, US$' })).toBeVisible();
  await expectReadable(app, window);

  const english = await catchFile(app, machine.home);
  await window.getByRole('button', { name: 'Export CSV' }).click();
  const weeks = linesOf(await english());
  expect(weeks[0]).toMatch(/^\uFEFF.*start.*,.*end/i);
  expect(weeks.length).toBeGreaterThan(50);
  expect(weeks[1]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d,/);

  await homePage(window).goto('Settings');
  await window.getByRole('combobox', { name: 'Language' }).click();
  await window.getByRole('option', { name: 'Deutsch' }).click();
  await expect(window.getByRole('heading', { name: 'Einstellungen', level: 1 })).toBeVisible();
  await expect(window.locator('html')).toHaveAttribute('lang', 'de');
  await go(window, 'Übersicht');
  await expect(window.locator('#hero-word')).toHaveText('Aus');

  await go(window, 'Aufträge');
  await expect(window.getByRole('heading', { name: 'Aufträge', level: 1 })).toBeVisible();
  await expectReadable(app, window);
  const german = await catchFile(app, machine.home);
  await window.keyboard.press('Control+e');
  const jobs = linesOf(await german());
  expect(jobs[0]).toContain('Datum');
  // All of them, not only those that are on the screen.
  expect(jobs.length).toBeGreaterThan(300);

  // The language is there after a restart.
  await app.quit();
  const again = await machine.start();
  const later = await again.window();
  await expect(later.getByRole('heading', { name: 'Aufträge', level: 1 })).toBeVisible();
});
