// Pictures of the window in every state, and axe's opinion of each:  node tests/renderer/look.mjs FOLDER [STATE ...]
// In German with LOOK_LANGUAGE=de.
// Needs a Chromium at CHROMIUM (default /usr/bin/chromium). For eyes, not for CI: the tests use real Electron.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium } from '@playwright/test';
import { runnerImport } from 'vite';
import { openPreview } from './preview.mjs';

const [folder = 'screenshots', ...wanted] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const language = process.env.LOOK_LANGUAGE ?? 'en';
const { module: names } = await runnerImport('./tests/renderer/place-names.ts', {
  configFile: false,
  logLevel: 'warn',
});
const named = (name) => names.placeName(name, language);
const preview = await openPreview();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
const sizes = [
  ['1080', { width: 1080, height: 720 }],
  ['860', { width: 860, height: 560 }],
];
/** Every page, and the tabs of one that has some. */
const places = [
  ['Home'],
  ['Earnings'],
  ['Jobs'],
  ['Limits', 'GPU'],
  ['Limits', 'When to share'],
  ['Limits', 'Games'],
  ['Networks'],
  ['Settings'],
];
const popover = { width: 360, height: 480 };
let faults = 0;
for (const state of wanted.length > 0 ? wanted : preview.states) {
  for (const theme of ['light', 'dark']) {
    for (const [name, viewport] of sizes) {
      const context = await browser.newContext({
        viewport,
        reducedMotion: 'reduce',
        locale: `${language}-${language === 'en' ? 'GB' : language.toUpperCase()}`,
      });
      const page = await context.newPage();
      page.on('console', (line) => {
        if (line.type() === 'error' || line.type() === 'warning') fault(line.text());
      });
      page.on('pageerror', (error) => fault(error.message));
      const where = `${state}-${theme}-${name}`;
      const fault = (text) => {
        faults += 1;
        console.log(`${where}: ${text}`);
      };
      await page.goto(`${preview.address}?state=${state}&theme=${theme}&language=${language}`);
      await page.getByRole('heading', { name: named('Home') }).waitFor();
      for (const [tab, part] of places) {
        await page.getByRole('button', { name: named(tab), exact: true }).click();
        if (part) await page.getByRole('tab', { name: named(part) }).click();
        await page.mouse.move(0, 0);
        await page.evaluate(() => document.fonts.ready);
        await page.locator('.chart-place').first().waitFor({ state: 'detached' });
        await page.screenshot({
          path: join(
            folder,
            `${[tab, part].join(' ').trim().toLowerCase().replaceAll(' ', '-')}-${where}.png`,
          ),
        });
        const { violations } = await new AxeBuilder({ page }).analyze();
        for (const v of violations) {
          const nodes = v.nodes
            .slice(0, 3)
            .map((n) => `${n.target.join(' ')} ${n.failureSummary ?? ''}`);
          fault(`${tab} ${part ?? ''}: axe ${v.id}: ${nodes.join(' | ')}`);
        }
        const sideways = await page.evaluate(() =>
          [document.documentElement, ...document.querySelectorAll('main')].some(
            (e) => e.scrollWidth > e.clientWidth,
          ),
        );
        if (sideways) fault(`${tab} ${part ?? ''}: scrolls sideways`);
      }
      await page.setViewportSize(popover);
      await page.goto(`${preview.address}?state=${state}&theme=${theme}#tray`);
      await page.reload();
      await page.locator('.tray-page').waitFor();
      await page.evaluate(() => document.fonts.ready);
      await page.screenshot({ path: join(folder, `tray-${state}-${theme}.png`) });
      const { violations } = await new AxeBuilder({ page }).analyze();
      for (const v of violations) fault(`tray: axe ${v.id}`);
      await context.close();
    }
  }
}
await browser.close();
preview.close();
console.log(faults === 0 ? 'No fault found.' : `${faults} faults.`);
process.exitCode = faults === 0 ? 0 : 1;
