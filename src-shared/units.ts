/** Numbers that say what they measure. The brand exists only for the compiler; at run time they are plain numbers. */
declare const unit: unique symbol;
type In<Unit extends string> = number & { readonly [unit]: Unit };

export type Millis = In<'ms'>;
export type Celsius = In<'°C'>;
export type Watts = In<'W'>;
export type Joules = In<'J'>;
export type Bytes = In<'B'>;

/** Millionths of a dollar (or of a test credit). Always a whole safe integer, so a sum of a million jobs is exact. */
export type MicroUsd = In<'µ$'>;

export const millis = (n: number) => n as Millis;
export const seconds = (n: number) => (n * 1000) as Millis;
export const minutes = (n: number) => (n * 60_000) as Millis;
export const hours = (n: number) => (n * 3_600_000) as Millis;
export const celsius = (n: number) => n as Celsius;
export const watts = (n: number) => n as Watts;
export const joules = (n: number) => n as Joules;
export const bytes = (n: number) => n as Bytes;
export const mebibytes = (n: number) => (n * 1024 ** 2) as Bytes;
export const gibibytes = (n: number) => (n * 1024 ** 3) as Bytes;

/** Rounds to the nearest whole micro-dollar. Throws RangeError where the sum no longer fits exactly. */
export function microUsd(n: number): MicroUsd {
  const whole = Math.round(n);
  if (!Number.isSafeInteger(whole)) throw new RangeError(`not a sum of money: ${n}`);
  return whole as MicroUsd;
}

/** The start of the minute that `at` lies in. */
export const wholeMinute = (at: Millis): Millis => millis(Math.floor(at / minutes(1)) * minutes(1));
