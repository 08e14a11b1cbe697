import type { Page } from '@playwright/test';

/** What a page has to show before it counts as painted, a CSS selector. */
export type Sight = string;

/**
 * Put into every new document before its own code: notes when `sight` was first in the page and the frame after it was
 * drawn, in milliseconds since the navigation began.
 */
function noteFirstSight(sight: Sight): void {
  const note = () => {
    if (!document.querySelector(sight)) return false;
    // A frame is on the screen when the next one begins.
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        performance.mark(`bench ${sight}`);
      }),
    );
    return true;
  };
  const watch = new MutationObserver(() => {
    if (note()) watch.disconnect();
  });
  if (!note()) watch.observe(document, { childList: true, subtree: true });
}

/** Loads the page again and again; milliseconds from each navigation until the browser says that it painted content. */
export async function firstPaints(page: Page, times: number): Promise<number[]> {
  const taken: number[] = [];
  for (let i = 0; i <= times; i++) {
    await page.reload();
    const at = await page.waitForFunction(
      () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0,
    );
    const ms = await at.jsonValue();
    // The first one fills V8's cache of compiled code.
    if (i > 0) taken.push(ms);
  }
  return taken;
}

/** Loads the page again and again; milliseconds from each navigation until the frame with `sight` was drawn. */
export async function paintTimes(page: Page, sight: Sight, times: number): Promise<number[]> {
  // Scripts of earlier measurements stay, so each sight has a mark of its own.
  await page.addInitScript(noteFirstSight, sight);
  const taken: number[] = [];
  for (let i = 0; i <= times; i++) {
    await page.reload();
    const at = await page.waitForFunction(
      (name) => performance.getEntriesByName(name)[0]?.startTime ?? 0,
      `bench ${sight}`,
    );
    const ms = await at.jsonValue();
    // The first one fills V8's cache of compiled code.
    if (i > 0) taken.push(ms);
  }
  return taken;
}

/** Milliseconds from a click on `button` until the frame in which `sight` is there was drawn; it must not be there before. */
export const clickToPaint = (page: Page, button: Sight, sight: Sight): Promise<number> =>
  page.evaluate(
    ([button, sight]) =>
      new Promise<number>((resolve, reject) => {
        const pressed = document.querySelector<HTMLElement>(button ?? '');
        if (!pressed) return reject(new Error(`there is no ${button}`));
        if (document.querySelector(sight ?? ''))
          return reject(new Error(`${sight} was there before`));
        const began = performance.now();
        const look = () => {
          if (!document.querySelector(sight ?? '')) return;
          watch.disconnect();
          requestAnimationFrame(() =>
            requestAnimationFrame(() => resolve(performance.now() - began)),
          );
        };
        const watch = new MutationObserver(look);
        watch.observe(document, { childList: true, subtree: true, attributes: true });
        pressed.click();
      }),
    [button, sight],
  );
