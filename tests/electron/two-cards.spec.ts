import { join } from 'node:path';
import { buildFakes } from '../fakes/build.ts';
import { type FakeDevice, fakeGpuEnvironment, writeGpuState } from '../fakes/gpu-state.ts';
import { expect, test } from './page/app.ts';
import { homePage } from './page/home-page.ts';
import { expectReadable } from './page/reading.ts';

const CARD: FakeDevice = {
  name: 'NVIDIA GeForce RTX 3060',
  capability: '8.6',
  mebibytes: 12_288,
  multiprocessors: 28,
};

test('one of two cards falls off the bus: the window names it, the other goes on, and it comes back by itself', async ({
  machine,
}) => {
  const folder = join(machine.home, 'card');
  const env = fakeGpuEnvironment({ fakes: await buildFakes(), folder, devices: [CARD, CARD] });
  writeGpuState(folder, { cards: [{ temperature: 41 }, { temperature: 52 }] });
  const app = await machine.start({ env });
  const window = await app.window();
  const page = homePage(window);
  await page.shareNow();
  await expect(page.headline).toHaveText('Waiting');
  await expect(window.getByRole('img', { name: /^Temperature 52/ })).toBeVisible();
  await expect(window.getByRole('alert')).toHaveCount(0);

  writeGpuState(folder, { cards: [{ temperature: 41 }, { lost: true }] });
  const alert = window.getByRole('alert').filter({ hasText: 'RTX 3060 stopped' });
  await expect(alert).toContainText('The rest goes on.');
  await expect(page.headline).toHaveText('Waiting');
  await expect(window.getByRole('img', { name: 'Temperature: not known' })).toBeVisible();
  await expect(window.getByRole('img', { name: /^Temperature 41/ })).toBeVisible();
  await expectReadable(app, window);

  writeGpuState(folder, { cards: [{ temperature: 41 }, { temperature: 47 }] });
  await expect(alert).toHaveCount(0);
  await expect(window.getByRole('img', { name: /^Temperature 47/ })).toBeVisible();
});
