import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { type App, expect } from './app.ts';

/** The smallest size the design is made for, and the usual one. */
const SIZES = [
  { width: 860, height: 560 },
  { width: 1080, height: 720 },
] as const;

/** The page that is shown has no fault that axe knows, light and dark, and at every size nothing is out of sight. */
export async function expectReadable(app: App, window: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await window.emulateMedia({ colorScheme });
    await expect(window.locator('html')).toHaveAttribute('data-mantine-color-scheme', colorScheme);
    // Electron opens no blank page for axe to sum up in.
    const { violations } = await new AxeBuilder({ page: window }).setLegacyMode().analyze();
    const faults = violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
    expect(faults, colorScheme).toEqual([]);
  }
  const frame = await app.electron.browserWindow(window);
  for (const size of SIZES) {
    await frame.evaluate((own, { width, height }) => own.setContentSize(width, height), size);
    await expect.poll(() => window.evaluate(() => innerWidth)).toBe(size.width);
    const cut = await window.evaluate(() =>
      [document.documentElement, ...document.querySelectorAll('main, nav')]
        .filter((box) => box.scrollWidth > box.clientWidth)
        .map((box) => `${box.tagName}: ${box.scrollWidth} > ${box.clientWidth}`),
    );
    expect(cut, `at ${size.width} x ${size.height}`).toEqual([]);
  }
}
