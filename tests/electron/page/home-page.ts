import { expect, type Page } from '@playwright/test';

/** What the owner sees and touches in the window. */
export function homePage(window: Page) {
  const share = window.getByRole('switch', { name: 'Share my GPU' });
  const headline = window.locator('#hero-word');
  const startNow = window.getByRole('button', { name: 'Start now' });
  /** Whoever is at the machine says "Start now"; where nobody was for long, work starts by itself. */
  const goOn = async () => {
    await expect(headline).not.toHaveText(/^(Off|Starting)$/);
    if (await startNow.isVisible()) await startNow.click();
  };
  return {
    /** The big switch. */
    share,
    headline,
    reason: window.locator('#hero-reason'),
    today: window.locator('.today'),
    notice: (words: string | RegExp) => window.getByRole('status').filter({ hasText: words }),
    goto: (page: 'Home' | 'Earnings' | 'Jobs' | 'Limits' | 'Networks' | 'Settings') =>
      window.getByRole('button', { name: page, exact: true }).click(),
    goOn,
    /** Switches sharing on, and the lane is free to work. */
    async shareNow() {
      await share.click();
      await goOn();
    },
  };
}
