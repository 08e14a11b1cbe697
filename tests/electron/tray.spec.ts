import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type App, expect, test } from './page/app.ts';
import { DESKTOP_MEMORY, insertCard } from './page/card.ts';
import { writeCountingJob } from './page/counting-job.ts';
import { homePage } from './page/home-page.ts';
import { expectReadable } from './page/reading.ts';
import { openTrayHost } from './page/tray-host.ts';

/** Long enough to be still running when the owner quits: eight minutes. */
const STEPS = 20_000;

/** Whether the window whose address ends so can be seen; false where there is none. */
const visible = (app: App, end: string) =>
  app.electron.evaluate(
    ({ BrowserWindow }, suffix) =>
      BrowserWindow.getAllWindows().some(
        (one) => one.webContents.getURL().endsWith(suffix) && one.isVisible(),
      ),
    end,
  );

test('from the tray alone the owner shares, pauses, opens the window, and quits without a trace', async ({
  machine,
}) => {
  const card = await insertCard(machine.home, 25);
  const tray = await openTrayHost();
  const line = async (label: string) => (await tray.menu()).find((one) => one.label === label);
  const saved = () => JSON.parse(readFileSync(join(machine.data, 'settings.json'), 'utf8'));
  try {
    const app = await machine.start({ env: card.env });
    await expect.poll(tray.icons).toBe(1);
    await expect.poll(tray.tooltip).toBe('Offpeak: Off');
    expect((await tray.menu()).map(({ label }) => label)).toEqual([
      expect.stringMatching(/^Off\. /),
      'Share my GPU',
      'Pause',
      'Open Offpeak',
      'Quit',
    ]);
    expect(await line('Share my GPU')).toMatchObject({ checked: false });
    expect(await line('Pause')).toMatchObject({ enabled: false });
    expect((await line('Pause'))?.menu.map(({ label }) => label)).toEqual([
      'For 15 minutes',
      'For 1 hour',
      expect.stringMatching(/^Until (tomorrow )?0?8:00/),
      'Until I turn it on',
    ]);

    await tray.click('Share my GPU');
    const window = await app.window();
    const page = homePage(window);
    await expect(page.share).toBeChecked();
    await expect.poll(() => line('Share my GPU')).toMatchObject({ checked: true });
    expect(saved()).toMatchObject({ sharing: true });

    expect(await line('Resume now')).toBeUndefined();
    await tray.click('For 1 hour');
    await expect(page.headline).toHaveText('Paused');
    await expect.poll(tray.tooltip).toMatch(/^Offpeak: Paused\. Until /);
    expect(saved()).toMatchObject({ sharing: true, pausedUntil: expect.any(Number) });
    await tray.click('Until I turn it on');
    await expect(page.reason).toHaveText('You paused sharing until you resume.');
    expect(saved()).toMatchObject({ sharing: true, pausedUntil: 'forever' });
    await expect.poll(() => line('Resume now')).toBeTruthy();
    await tray.click('Resume now');
    await expect(page.headline).not.toHaveText('Paused');

    await window.close();
    await expect.poll(() => app.electron.windows().length).toBe(0);
    await tray.click('Open Offpeak');
    const again = homePage(await app.window());
    await expect(again.share).toBeChecked();
    await again.goOn();

    await machine.offpeak(
      'submit',
      writeCountingJob(join(machine.home, 'job'), {
        title: 'A long job',
        steps: STEPS,
        pay: 1,
      }),
    );
    await expect(again.headline).toHaveText('Earning');
    await expect.poll(tray.tooltip).toMatch(/^Offpeak: Earning\. /);
    await expect.poll(async () => (await card.look()).compute).toHaveLength(1);

    await tray.click('Quit');
    expect(await app.ended).toBe(0);
    await expect.poll(app.processes).toEqual([]);
    expect(await card.look()).toMatchObject({ used: DESKTOP_MEMORY, compute: [] });
  } finally {
    tray.close();
    card.remove();
  }
});

test('a click on the icon opens the popover, which shares, pauses, leads to the window and goes away', async ({
  machine,
}) => {
  const card = await insertCard(machine.home, 25);
  const tray = await openTrayHost();
  try {
    const app = await machine.start({ env: { ...card.env, OFFPEAK_POPOVER: '1' } });
    await expect.poll(tray.icons).toBe(1);
    await expect.poll(tray.tooltip).toBe('Offpeak: Off');
    await (await app.window()).close();
    await expect.poll(() => app.electron.windows().length).toBe(0);

    await tray.activate();
    const popover = await app.popover();
    const page = homePage(popover);
    await expect(page.headline).toHaveText('Off');
    const size = await popover.evaluate(() => [globalThis.innerWidth, globalThis.innerHeight]);
    expect(size).toEqual([360, 480]);
    await expectReadable(app, popover);
    await expect(popover.getByRole('button', { name: 'Pause 1 hour' })).toHaveCount(0);

    // What a hand points at; the switch itself lies under its picture.
    await popover.locator('.big-switch .mantine-Switch-track').click();
    await expect(page.share).toBeChecked();
    await expect.poll(tray.tooltip).not.toBe('Offpeak: Off');
    await popover.getByRole('button', { name: 'Pause 1 hour' }).click();
    await expect(page.headline).toHaveText('Paused');
    await expect.poll(tray.tooltip).toMatch(/^Offpeak: Paused\. Until /);
    await popover.getByRole('button', { name: 'Resume now' }).click();
    await expect(page.headline).not.toHaveText('Paused');

    await popover.getByRole('button', { name: 'Open Offpeak' }).click();
    const window = await app.window();
    await expect(homePage(window).share).toBeChecked();
    await expect.poll(() => visible(app, '#tray')).toBe(false);
    await expect.poll(() => visible(app, '/index.html')).toBe(true);

    await tray.activate();
    await expect.poll(() => visible(app, '#tray')).toBe(true);
    await popover.keyboard.press('Escape');
    await expect.poll(() => visible(app, '#tray')).toBe(false);
  } finally {
    tray.close();
    card.remove();
  }
});

test('the popover is as locked a room as the window', async ({ machine }) => {
  const tray = await openTrayHost();
  try {
    const app = await machine.start({ env: { OFFPEAK_POPOVER: '1' } });
    await expect.poll(tray.icons).toBe(1);
    await tray.activate();
    const popover = await app.popover();
    await expect(homePage(popover).headline).not.toHaveText('');
    const found = await popover.evaluate(async () => ({
      node: ['require', 'process', 'module'].map((name) => typeof Reflect.get(globalThis, name)),
      popup: String(globalThis.open('http://127.0.0.1:9/')),
      fetched: await fetch('http://127.0.0.1:9/').then(
        () => 'answered',
        () => 'refused',
      ),
    }));
    expect(found).toEqual({
      node: ['undefined', 'undefined', 'undefined'],
      popup: 'null',
      fetched: 'refused',
    });
    const reply = await popover.evaluate('offpeak.send({ kind: "format-disk" })');
    expect(reply).toMatchObject({ kind: 'refused' });
  } finally {
    tray.close();
  }
});
