import { z } from 'zod';
import { quote, said } from '../../src-shared/said.ts';
import type { Verdict } from './verdict.ts';

const positive = z.coerce.number().positive();

/** A row of examples/options/contracts.csv. Money in the currency of the share, rates and volatility per year. */
const Contract = z.object({
  id: z.string().min(1),
  kind: z.enum(['call', 'put']),
  spot: positive,
  strike: positive,
  rate: z.coerce.number(),
  volatility: positive,
  years: positive,
});
type Contract = z.infer<typeof Contract>;

/** A row of prices.csv. A standard error of zero is a wrong one: Monte Carlo knows nothing for certain. */
const Estimate = z.object({ price: z.coerce.number().nonnegative(), standard_error: positive });

/**
 * How far estimates may lie from the truth, in standard errors. For 240 normal ones, each of these limits is passed by
 * chance less than once in a million: more than `MAX_FAR` beyond `FAR` (each with probability 6.3e-5), one beyond
 * `TOO_FAR` (2e-9), or a mean square further from 1 than five of its own deviations, sqrt(2 / n) each.
 */
const FAR = 4;
const MAX_FAR = 2;
const TOO_FAR = 6;
const MEAN_SQUARE_DEVIATIONS = 5;

/** The largest standard error, as a share of the spot price, that still deserves the name of a price. */
const MAX_ERROR = 0.005;

/**
 * The standard normal distribution function: the series of G. Marsaglia, "Evaluating the Normal Distribution", Journal
 * of Statistical Software 11 (2004). Error below 1e-15 for |x| < 7; beyond, 0 or 1.
 */
export function normalBelow(x: number): number {
  if (Math.abs(x) > 7) return x > 0 ? 1 : 0;
  let term = x;
  let sum = x;
  for (let i = 3; Math.abs(term) > 1e-18; i += 2) {
    term *= (x * x) / i;
    sum += term;
  }
  return 0.5 + sum * Math.exp(-0.5 * x * x - 0.9189385332046727);
}

/** The price of a European option without dividends: F. Black and M. Scholes, Journal of Political Economy 81 (1973). */
export function blackScholes({ kind, spot, strike, rate, volatility, years }: Contract): number {
  const spread = volatility * Math.sqrt(years);
  const d1 = (Math.log(spot / strike) + rate * years) / spread + spread / 2;
  const sign = kind === 'call' ? 1 : -1;
  const discounted = strike * Math.exp(-rate * years);
  return sign * (spot * normalBelow(sign * d1) - discounted * normalBelow(sign * (d1 - spread)));
}

function rows<T>(text: string, row: z.ZodType<T>, file: string): T[] | string {
  const [header = '', ...lines] = text.trim().split(/\r?\n/);
  const names = header.split(',');
  const parsed: T[] = [];
  for (const [i, line] of lines.entries()) {
    const cells = line.split(',');
    const read = row.safeParse(Object.fromEntries(names.map((name, n) => [name, cells[n]])));
    if (!read.success) return `${file}, row ${i + 1}: ${z.prettifyError(read.error)}`;
    parsed.push(read.data);
  }
  return parsed;
}

/**
 * Compares prices found by Monte Carlo with the formula. `contracts` and `prices` are the texts of contracts.csv and
 * prices.csv, whose rows belong together in order.
 */
export function checkOptions({
  contracts,
  prices,
}: {
  readonly contracts: string;
  readonly prices: string;
}): Verdict {
  const wrong = (verdict: string): Verdict => ({ ok: false, verdict: quote(verdict) });
  const book = rows(contracts, Contract, 'contracts.csv');
  if (typeof book === 'string') return wrong(book);
  const estimates = rows(prices, Estimate, 'prices.csv');
  if (typeof estimates === 'string') return wrong(estimates);
  if (estimates.length !== book.length || book.length === 0)
    return wrong(`${book.length} contracts but ${estimates.length} prices`);

  let squares = 0;
  let far = 0;
  let worst = { id: '', away: 0 };
  for (const [i, contract] of book.entries()) {
    const estimate = estimates[i];
    if (!estimate) continue;
    if (estimate.standard_error > MAX_ERROR * contract.spot)
      return wrong(`${contract.id}: a standard error of ${estimate.standard_error} is too coarse`);
    const away = Math.abs(estimate.price - blackScholes(contract)) / estimate.standard_error;
    squares += away * away;
    if (away > FAR) far += 1;
    if (away > worst.away) worst = { id: contract.id, away };
  }
  const n = book.length;
  const meanSquare = squares / n;
  const furthest = `${worst.id} is ${worst.away.toFixed(1)} standard errors from Black-Scholes`;
  if (worst.away > TOO_FAR) return wrong(`${furthest}: that price is wrong`);
  if (far > MAX_FAR) return wrong(`${far} of ${n} prices lie more than ${FAR} standard errors off`);
  const rms = Math.sqrt(meanSquare).toFixed(2);
  if (Math.abs(meanSquare - 1) > MEAN_SQUARE_DEVIATIONS * Math.sqrt(2 / n))
    return wrong(`prices lie ${rms} standard errors from Black-Scholes on average, not about 1`);
  return {
    ok: true,
    verdict: said('optionsRight', {
      count: String(n),
      usual: { figure: Math.sqrt(meanSquare), digits: 2 },
      most: { figure: worst.away, digits: 1 },
    }),
  };
}
