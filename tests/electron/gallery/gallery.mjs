// Pictures of every screen in every state, and axe's opinion of each, in real Electron; for npm run screenshots.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import { _electron as electron } from '@playwright/test';
import { runnerImport } from 'vite';
import { openPreview } from '../../worlds/window/preview.mjs';
import { tour } from './tour.mjs';

const WINDOW = fileURLToPath(new URL('window.cjs', import.meta.url));
const PLACE_NAMES = fileURLToPath(new URL('../../worlds/window/place-names.ts', import.meta.url));
const SIZES = [
  { name: '1080', width: 1080, height: 720 },
  { name: '860', width: 860, height: 560 },
];
/** A page is there in a second; longer is a fault, told with the others. */
const PATIENCE_MS = 15_000;
const THEMES = ['light', 'dark'];
const LANGUAGES = ['en', 'de'];

/**
 * Writes all pictures into `folder` and returns what is wrong with the pages, one line each.
 * @param {{ executable: string, switches: readonly string[], folder: string, states: readonly string[],
 *   say: (line: string) => void }} options `states`: only these; empty: all.
 * @returns {Promise<{ pictures: number, faults: string[] }>}
 */
export async function drawGallery({ executable, switches, folder, states, say }) {
  mkdirSync(folder, { recursive: true });
  const preview = await openPreview();
  const app = await electron.launch({
    executablePath: executable,
    args: [...switches, '--force-device-scale-factor=1', WINDOW],
  });
  const faults = [];
  let pictures = 0;
  try {
    const page = await app.firstWindow();
    page.setDefaultTimeout(PATIENCE_MS);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    const frame = await app.browserWindow(page);
    let where = '';
    const fault = (text) => faults.push(`${where}: ${text}`);
    page.on('console', (line) => {
      if (line.type() === 'error' || line.type() === 'warning') fault(line.text());
    });
    page.on('pageerror', (error) => fault(error.message));
    const { module: names } = await runnerImport(PLACE_NAMES, { configFile: false });
    const stops = tour(preview.states, names.placeName).filter(
      ({ state }) => states.length === 0 || states.includes(state),
    );
    for (const { state, place, size, open } of stops) {
      for (const language of LANGUAGES)
        for (const theme of THEMES) {
          const sizes = size ? [size] : SIZES;
          where = [place, state, language, theme].join('-');
          try {
            const query = new URLSearchParams({ state, theme, language });
            await page.goto(`${preview.address}?${query}${place === 'popover' ? '#tray' : ''}`);
            // Another hash alone loads nothing.
            if (place === 'popover') await page.reload();
            for (const [n, { name, width, height }] of sizes.entries()) {
              where = [place, state, language, theme, name].join('-');
              await frame.evaluate((own, [w, h]) => own.setContentSize(w, h), [width, height]);
              await page.waitForFunction(
                ([w, h]) => innerWidth === w && innerHeight === h,
                [width, height],
              );
              if (n === 0) await open(page, language);
              await page.mouse.move(0, 0);
              await page.waitForFunction(drawn);
              await page.evaluate(() => document.fonts.ready);
              await page.screenshot({ path: join(folder, `${where}.png`), animations: 'disabled' });
              pictures += 1;
              if (await scrollsSideways(page)) fault('scrolls sideways');
            }
            if (language === 'en') await inspect(page, fault);
          } catch (error) {
            fault(error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error));
          }
        }
      say(`${place} ${state}`);
    }
  } finally {
    await app.close();
    preview.close();
  }
  return { pictures, faults };
}

async function inspect(page, fault) {
  // Electron opens no blank page for axe to sum up in.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  for (const { id, nodes } of violations) {
    const found = nodes.slice(0, 3).map((n) => `${n.target.join(' ')} ${n.failureSummary ?? ''}`);
    fault(`axe ${id}: ${found.join(' | ').replaceAll(/\s+/g, ' ')}`);
  }
}

const scrollsSideways = (page) =>
  page.evaluate(() =>
    [document.documentElement, ...document.querySelectorAll('main, nav')].some(
      (box) => box.scrollWidth > box.clientWidth,
    ),
  );

/** Runs in the page: whether everything on it has been read and drawn. */
function drawn() {
  const main = document.querySelector('main:not(.alone)');
  return main?.firstElementChild && !document.querySelector('[aria-busy="true"]');
}
