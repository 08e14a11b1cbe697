import { join } from 'node:path';
import { drmMachine, RADEON } from '../worlds/computer/drm-machine.ts';
import { expect, test } from './page/app.ts';
import { homePage } from './page/home-page.ts';

test('work for a Radeon is not done on the processor when WebGPU has nothing better, and the window says so', async ({
  machine,
}) => {
  const { root } = drmMachine({ card1: RADEON }, join(machine.home, 'system'));
  const app = await machine.start({ env: { OFFPEAK_SYSTEM_ROOT: root } });
  const window = await app.window();
  const page = homePage(window);
  await expect(window.getByText(/Radeon|73bf/i).first()).toBeVisible();
  await expect(window.getByText('Software renderer', { exact: true })).toHaveCount(0);

  await window.getByRole('button', { name: /Run.*Price a book of options/ }).click();
  await expect(page.reason).toContainText('WebGPU offers no card at all');
});
