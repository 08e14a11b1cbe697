import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkExample } from '../../src-buyer/checkers/check-example.ts';
import { blackScholes, checkOptions, normalBelow } from '../../src-buyer/checkers/options.ts';
import { saying } from '../worlds/saying.ts';
import { exampleFile } from './example-run.ts';

const contracts = readFileSync(exampleFile('options/contracts.csv'), 'utf8');
const book = contracts
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => {
    const [id = '', kind, ...numbers] = line.split(',');
    const [spot = 0, strike = 0, rate = 0, volatility = 0, years = 0] = numbers.map(Number);
    return {
      id,
      kind: kind === 'call' ? 'call' : 'put',
      spot,
      strike,
      rate,
      volatility,
      years,
    } as const;
  });

/** Numbers that look normal: every quantile once, in a fixed shuffle. */
const normals = book.map((_, i) => {
  const wanted = (((i * 97) % book.length) + 0.5) / book.length;
  let [low, high] = [-7, 7];
  for (let k = 0; k < 50; k++) {
    const middle = (low + high) / 2;
    if (normalBelow(middle) < wanted) low = middle;
    else high = middle;
  }
  return low;
});

/** A result with standard errors of a thousandth of the spot price, off by what `bend` makes of honest noise. */
function prices(bend: (noise: number, i: number) => number, shown = (error: number) => error) {
  const lines = book.map((contract, i) => {
    const error = contract.spot / 1000;
    const price = Math.max(blackScholes(contract) + error * bend(normals[i] ?? 0, i), 0);
    return `${price},${shown(error)}`;
  });
  return ['price,standard_error', ...lines].join('\n');
}
const ok = (text: string) => checkOptions({ contracts, prices: text }).ok;

test('the formula gives the textbook price', () => {
  // J. C. Hull, Options, Futures, and Other Derivatives: S = 42, K = 40, r = 10 %, sigma = 20 %, half a year
  const hull = { id: 'hull', spot: 42, strike: 40, rate: 0.1, volatility: 0.2, years: 0.5 };
  expect(blackScholes({ ...hull, kind: 'call' })).toBeCloseTo(4.759, 3);
  expect(blackScholes({ ...hull, kind: 'put' })).toBeCloseTo(0.8086, 4);
});

test('honest noise passes', () => {
  expect(checkOptions({ contracts, prices: prices((noise) => noise) })).toMatchObject({ ok: true });
});

test.each([
  ['one price is wrong', prices((noise, i) => (i === 100 ? 8 : noise))],
  ['three prices are doubtful', prices((noise, i) => (i < 3 ? 4.5 : noise))],
  ['all prices are a little too high', prices((noise) => noise + 1)],
  ['the noise is twice what it claims', prices((noise) => 2 * noise)],
  ['the prices are copied from the formula', prices(() => 0)],
  [
    'errors are claimed so large that anything fits',
    prices(
      (noise) => noise,
      (error) => 10 * error,
    ),
  ],
  [
    'nothing is known and nothing claimed',
    prices(
      (noise) => noise,
      () => 0,
    ),
  ],
  [
    'a price is missing',
    prices((noise) => noise)
      .split('\n')
      .slice(0, -1)
      .join('\n'),
  ],
  ['a price is no number', prices((noise) => noise).replace(/\n[^,]+,/, '\nNaN,')],
])('a book is refused where %s', (_, text) => {
  expect(ok(text)).toBe(false);
});

test('a result that is not there is a verdict, not a crash', async () => {
  const verdict = await checkExample('scene', exampleFile('scene'), exampleFile('nowhere'));
  expect(verdict).toMatchObject({ ok: false, verdict: saying('scene.png') });
});
