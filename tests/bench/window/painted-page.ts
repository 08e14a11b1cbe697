import { setTimeout as wait } from 'node:timers/promises';
import type { ElectronMain } from './electron-main.ts';

/** What a page has to show before it counts as painted, a CSS selector. */
export type Sight = string;

/** Milliseconds from the navigation of a new window, by its own clock. */
export type Paints = {
  /** The browser's own word for the first text or picture on the screen (Paint Timing). */
  readonly first: number;
  /** When the frame with each sight was drawn. */
  readonly sights: readonly number[];
};

/** Loading, drawing, and V8 tidying up after a window: the next one starts in quiet. */
const SETTLES_MS = 700;

/**
 * Closes the app's window and opens a new one, in a process of its own: what an owner does who clicks the tray. `open` is run
 * in the main process.
 */
export async function openAgain(
  app: ElectronMain,
  open: (electron: typeof Electron) => void,
  sights: readonly Sight[],
): Promise<Paints> {
  await app.run(({ BrowserWindow }) => {
    for (const window of BrowserWindow.getAllWindows()) window.close();
  });
  await wait(SETTLES_MS);
  // The watch is there as soon as the page is, before its own code.
  await app.run(
    ({ app: of }, watch) => {
      of.once('web-contents-created', (_event, contents) =>
        contents.once('did-navigate', () => void contents.mainFrame.executeJavaScript(watch)),
      );
    },
    `(${noteFirstSights})(${JSON.stringify(sights)})`,
  );
  await app.run(open);
  for (;;) {
    const paints = await app.inWindow<Paints | null>(`(${readPaints})(${JSON.stringify(sights)})`);
    if (paints) {
      await wait(SETTLES_MS);
      return paints;
    }
    await wait(50);
  }
}

/** Runs in the page: marks when each of `sights` was first there and the frame after it was drawn. */
function noteFirstSights(sights: readonly string[]): void {
  const open = new Set(sights);
  const note = () => {
    for (const sight of open)
      if (document.querySelector(sight)) {
        open.delete(sight);
        // A frame is on the screen when the next one begins.
        requestAnimationFrame(() =>
          requestAnimationFrame(() => {
            performance.mark(`bench ${sight}`);
          }),
        );
      }
    if (open.size === 0) watch.disconnect();
  };
  const watch = new MutationObserver(note);
  watch.observe(document, { childList: true, subtree: true });
  note();
}

/** Runs in the page: the times, or null while one is missing. */
function readPaints(sights: readonly string[]) {
  const at = (name: string) => performance.getEntriesByName(name)[0]?.startTime;
  const first = at('first-contentful-paint');
  const seen = sights.map((sight) => at(`bench ${sight}`));
  if (first === undefined || seen.includes(undefined)) return null;
  return { first, sights: seen };
}

/** Milliseconds from a click on `button` until the frame in which `sight` is there was drawn; it must not be there before. */
export const clickToPaint = (app: ElectronMain, button: Sight, sight: Sight): Promise<number> =>
  app.inWindow(`(${clickAndWait})(${JSON.stringify(button)}, ${JSON.stringify(sight)})`);

/** Runs in the page. */
function clickAndWait(button: string, sight: string): Promise<number> {
  return new Promise<number>((resolve, reject) => {
    const pressed = document.querySelector<HTMLElement>(button);
    if (!pressed) return reject(new Error(`there is no ${button}`));
    if (document.querySelector(sight)) return reject(new Error(`${sight} was there before`));
    const began = performance.now();
    const look = () => {
      if (!document.querySelector(sight)) return;
      watch.disconnect();
      requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - began)));
    };
    const watch = new MutationObserver(look);
    watch.observe(document, { childList: true, subtree: true, attributes: true });
    pressed.click();
  });
}

/** Presses `button` and waits until `sight` is there. */
export async function go(app: ElectronMain, button: Sight, sight: Sight): Promise<void> {
  await app.inWindow(`document.querySelector(${JSON.stringify(button)}).click()`);
  await until(app, sight);
}

export async function until(app: ElectronMain, sight: Sight): Promise<void> {
  while (!(await app.inWindow<boolean>(`!!document.querySelector(${JSON.stringify(sight)})`)))
    await wait(50);
}
