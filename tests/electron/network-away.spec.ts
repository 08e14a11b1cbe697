import { farExchange } from '../flows/far-exchange.ts';
import { expect, test } from './page/app.ts';
import { insertCard } from './page/card.ts';
import { homePage } from './page/home-page.ts';

test('the network dies and comes back: the window says since when, keeps sharing, and goes on by itself', async ({
  machine,
}) => {
  const card = await insertCard(machine.home, 25);
  const exchange = await farExchange();
  try {
    const { url } = await exchange.start();
    const app = await machine.start({
      env: { ...card.env, OFFPEAK_NETWORK: url, OFFPEAK_TRUST_PTX: '1' },
    });
    const page = homePage(await app.window());
    await page.shareNow();
    await expect(page.headline).toHaveText('Waiting');

    await exchange.kill();
    await expect(page.headline).toHaveText('Offline');
    await expect(page.reason).toHaveText(
      /^No connection since .+ Finished work is kept and sent later\.$/,
    );
    await expect(page.share).toBeChecked();

    // While nothing answers: once the exchange is back, Offpeak may have found it before the hand reaches the button.
    await (await app.window()).getByRole('button', { name: 'Try again' }).click();
    await expect(page.headline).toHaveText('Offline');

    await exchange.start();
    await expect(page.headline).toHaveText('Waiting');
  } finally {
    await exchange.end();
    card.remove();
  }
});
