import { createServer } from 'node:http';
import { z } from 'zod';
import { type App, expect, test } from './page/app.ts';
import { watchWindow } from './page/eyes.ts';
import { homePage } from './page/home-page.ts';
import { expectReadable } from './page/reading.ts';

test('a closed window leaves the app running; starting it again shows the window, which works', async ({
  machine,
}) => {
  const app = await machine.start();
  const first = await app.window();
  await homePage(first).share.click();
  await expect(homePage(first).share).toBeChecked();
  await first.close();
  await expect.poll(() => app.electron.windows().length).toBe(0);

  expect(await machine.startAgain()).toBe(0);
  const page = homePage(await app.window());
  await expect(page.share).toBeChecked();
  await page.share.click();
  await expect(page.headline).toHaveText('Off');
  await page.goto('Earnings');
  await expect(page.reason).toHaveCount(0);
});

test('a page that missed what changed is told all of it', async ({ machine }) => {
  const app = await machine.start();
  const window = await app.window();
  const page = homePage(window);
  await page.share.click();
  await expect(page.share).toBeChecked();
  // One more listener, and what it is told next is only what changed since the picture that the page has.
  const seen = await watchWindow(window);
  await expect.poll(() => seen.at(-1)?.settings.sharing).toBe(true);
  await window.reload();
  await expect(page.share).toBeChecked();
  await page.share.click();
  await expect(page.headline).toHaveText('Off');
});

/** Control and a key, as the system hands them to the window: what a driver types into the page does not pass by there. */
const press = (app: App, keyCode: string) =>
  app.electron.evaluate(({ BrowserWindow }, key) => {
    const [window] = BrowserWindow.getAllWindows();
    window?.webContents.sendInputEvent({ type: 'keyDown', keyCode: key, modifiers: ['control'] });
  }, keyCode);

test('a window that is closed opens again where it was: the page, the tab, the scrolling, the size', async ({
  machine,
}) => {
  const app = await machine.start();
  const first = await app.window();
  await expect(homePage(first).headline).toHaveText('Off');
  await homePage(first).goto('Limits');
  await first.getByRole('tab', { name: 'When to share' }).click();
  await app.electron.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.setBounds({ x: 60, y: 40, width: 900, height: 600 }),
  );
  const scroller = first.getByRole('main');
  await scroller.evaluate((area) => area.scrollTo(0, 120));
  const kept = () => first.evaluate(() => localStorage.getItem('offpeak.place') ?? '');
  await expect.poll(kept).toContain('"scrolled":{"limits":120}');
  await first.close();
  await expect.poll(() => app.electron.windows().length).toBe(0);

  expect(await machine.startAgain()).toBe(0);
  const again = await app.window();
  await expect(again.getByRole('heading', { name: 'Limits', level: 1 })).toBeVisible();
  await expect(again.getByRole('tab', { name: 'When to share' })).toHaveAttribute(
    'aria-selected',
    'true',
  );
  await expect.poll(() => again.getByRole('main').evaluate((area) => area.scrollTop)).toBe(120);
  await press(app, 'w');
  await expect.poll(() => app.electron.windows().length).toBe(0);
  await app.quit();

  // Also after a restart, on the ground of the theme that was chosen.
  const restarted = await machine.start();
  await expect(
    (await restarted.window()).getByRole('heading', { name: 'Limits', level: 1 }),
  ).toBeVisible();
  const bounds = await restarted.electron.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.getNormalBounds(),
  );
  expect(bounds).toEqual({ x: 60, y: 40, width: 900, height: 600 });
});

test('Control and Q quits from the window', async ({ machine }) => {
  const app = await machine.start();
  const window = await app.window();
  await expect(homePage(window).headline).toHaveText('Off');
  await press(app, 'q').catch(() => {
    // The app may be gone before it has answered.
  });
  expect(await app.ended).toBe(0);
});

test('the window reads well before anything has happened', async ({ machine }) => {
  const app = await machine.start();
  const window = await app.window();
  const page = homePage(window);
  await expect(page.headline).toHaveText('Off');
  for (const name of ['Home', 'Earnings'] as const) {
    await page.goto(name);
    await expect(window.getByRole('heading', { name, level: 1 })).toBeVisible();
    await expectReadable(app, window);
  }
});

test('the window is a locked room: no Node, no network, no other page, no permission', async ({
  machine,
}) => {
  let visitors = 0;
  const outside = createServer((_request, response) => {
    visitors += 1;
    response.setHeader('access-control-allow-origin', '*').end('hello');
  });
  await new Promise<void>((up) => outside.listen(0, '127.0.0.1', up));
  const { port } = z.object({ port: z.number() }).parse(outside.address());
  const url = `http://127.0.0.1:${port}/`;
  try {
    const app = await machine.start();
    const window = await app.window();
    await expect(homePage(window).headline).toHaveText('Off');
    const home = window.url();

    const found = await window.evaluate(async (address) => {
      const kind = (name: string) => typeof Reflect.get(globalThis, name);
      const outcome = (attempt: Promise<unknown>) =>
        attempt.then(
          (value) => String(value),
          () => 'refused',
        );
      return {
        node: ['require', 'process', 'module', 'Buffer', 'global'].map(kind),
        bridge: Object.keys(Reflect.get(globalThis, 'offpeak')).sort(),
        policy: document
          .querySelector('meta[http-equiv="Content-Security-Policy"]')
          ?.getAttribute('content'),
        fetched: await outcome(fetch(address)),
        pinged: await outcome(
          new Promise((open, fail) => {
            const image = new Image();
            image.onload = open;
            image.onerror = fail;
            image.src = address;
          }),
        ),
        popup: String(globalThis.open(address)),
        notify: await outcome(Notification.requestPermission()),
        camera: await outcome(navigator.mediaDevices.getUserMedia({ video: true })),
        place: await outcome(
          new Promise((open, fail) => navigator.geolocation.getCurrentPosition(open, fail)),
        ),
      };
    }, url);
    expect(found).toEqual({
      node: Array(5).fill('undefined'),
      bridge: ['ask', 'leavePopover', 'onSnapshot', 'send'],
      policy: expect.stringMatching(/^default-src 'none'; script-src 'self';/),
      fetched: 'refused',
      pinged: 'refused',
      popup: 'null',
      notify: 'denied',
      camera: 'refused',
      place: 'refused',
    });

    // Not only the page's own policy: the session itself lets nothing out.
    const asked = await app.electron.evaluate(
      ({ session }, address) =>
        session.defaultSession.fetch(address).then(
          () => 'answered',
          () => 'refused',
        ),
      url,
    );
    expect(asked).toBe('refused');

    const reply = await window.evaluate('offpeak.send({ kind: "format-disk" })');
    expect(reply).toMatchObject({
      kind: 'refused',
      detail: expect.objectContaining({ say: 'unreadable' }),
    });

    const tried = app.electron.evaluate(
      ({ webContents }) =>
        new Promise<string>((resolve) => {
          for (const contents of webContents.getAllWebContents())
            contents.once('will-navigate', (_event, to) => resolve(to));
        }),
    );
    await window.evaluate((address) => {
      location.href = address;
    }, url);
    expect(await tried).toBe(url);
    // Playwright's own locators wait for the navigation that never comes.
    const headline = 'document.querySelector("#hero-word").textContent';
    expect(await window.evaluate(headline)).toBe('Off');
    expect(window.url()).toBe(home);
    expect(app.electron.windows()).toHaveLength(1);
    expect(visitors).toBe(0);
  } finally {
    outside.close();
  }
});
