/** Numbers of milliseconds, to a tenth. */
const tenth = (ms: number): number => Math.round(ms * 10) / 10;

/** The value below which `share` of all lie (nearest rank). */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const found = sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
  if (found === undefined) throw new Error('a quantile of nothing');
  return tenth(found);
}

export type Spread = { readonly p50: number; readonly p99: number; readonly n: number };

export const spread = (values: readonly number[]): Spread => ({
  p50: quantile(values, 0.5),
  p99: quantile(values, 0.99),
  n: values.length,
});

/** A spread that also tells the worst. */
export type Reach = Spread & { readonly max: number };

export const reach = (values: readonly number[]): Reach => ({
  ...spread(values),
  max: quantile(values, 1),
});

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** To so many digits that count: for figures from microseconds to seconds. */
export const digits = (value: number, count = 3): number => Number(value.toPrecision(count));
