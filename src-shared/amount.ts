import type { Words } from './language/language.ts';
import { type Reader, readerOf, sayTo } from './language/reader.ts';
import type { Bytes, Celsius, MicroUsd, Millis, Watts } from './units.ts';
import { amountWords } from './words/amount-words.ts';

/** Joins a number to its unit, so that no line breaks between them. */
export const NBSP = '\u00a0';

/** The minus sign as typeset; a hyphen is too short beside figures. */
const MINUS = '\u2212';

const MICROS = 1_000_000;
const CENT = 10_000;

/** Digits after the point: cents, or finer where cents would show nothing; six are exact. */
export type Digits = 2 | 4 | 6;

/** Making an Intl formatter costs about 50 µs and the window draws many figures a second, so each is made once. */
const numberFormats = new Map<string, Intl.NumberFormat>();

function numberFormat(reader: Reader, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const { locale } = readerOf(reader);
  const key = `${locale ?? ''} ${JSON.stringify(options)}`;
  const known = numberFormats.get(key);
  if (known) return known;
  const made = new Intl.NumberFormat(locale, options);
  numberFormats.set(key, made);
  return made;
}

const write = (format: Intl.NumberFormat, n: number): string =>
  format.format(n).replace('-', MINUS);

/** How many digits figures that stand together need, so that none of them is drawn as a false zero. */
export function digitsFor(...amounts: readonly MicroUsd[]): Digits {
  const least = Math.min(...amounts.filter((a) => a !== 0).map(Math.abs), CENT);
  if (least >= CENT) return 2;
  return least >= CENT / 100 ? 4 : 6;
}

/** A plain figure with `digits` after the point, without a unit. */
export const figure = (n: number, digits: number, reader: Reader = {}): string =>
  write(
    numberFormat(reader, {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
      signDisplay: 'negative',
    }),
    n,
  );

/** Money: US$. Never give it test credits. */
export const money = (
  amount: MicroUsd,
  reader: Reader = {},
  digits: number = digitsFor(amount),
): string =>
  write(
    numberFormat(reader, {
      style: 'currency',
      currency: 'USD',
      currencyDisplay: 'narrowSymbol',
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
      signDisplay: 'negative',
    }),
    amount / MICROS,
  );

/** The figure of an amount of test credits, for places that write the unit themselves. */
export const testFigure = (amount: MicroUsd, reader: Reader = {}): string =>
  figure(amount / MICROS, digitsFor(amount), reader);

/** Test credits: always with their unit, never with a currency sign. */
export const testCredits = (amount: MicroUsd, reader: Reader = {}): string =>
  sayTo(reader, amountWords.testCredits, { amount: testFigure(amount, reader) });

/** What something pays, as money or as test credits. */
export const pay = (
  { amount, test }: { readonly amount: MicroUsd; readonly test: boolean },
  reader: Reader = {},
): string => (test ? testCredits(amount, reader) : money(amount, reader));

/**
 * Net = earned - electricity in one precision. Net is the difference of the two figures as drawn, so that the sum a
 * reader does in their head comes out.
 */
export function netOf(
  totals: { readonly money: MicroUsd; readonly electricity: MicroUsd },
  reader: Reader = {},
): { readonly net: string; readonly earned: string; readonly electricity: string } {
  const digits = digitsFor(totals.money, totals.electricity);
  const unit = MICROS / 10 ** digits;
  const drawn = (amount: MicroUsd) => Math.round(amount / unit);
  const difference = drawn(totals.money) - drawn(totals.electricity);
  return {
    net: write(
      numberFormat(reader, {
        style: 'currency',
        currency: 'USD',
        currencyDisplay: 'narrowSymbol',
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
        signDisplay: 'negative',
      }),
      difference / 10 ** digits,
    ),
    earned: money(totals.money, reader, digits),
    electricity: money(totals.electricity, reader, digits),
  };
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

function inUnits(length: Millis, reader: Reader, dayWords: Words, mixedWords: Words): string {
  const ms = Math.max(0, length);
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)}${NBSP}s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)}${NBSP}min`;
  const hours = Math.floor(ms / HOUR);
  if (ms >= 2 * DAY) {
    const values = { days: String(Math.floor(ms / DAY)), hours: String(hours % 24) };
    return sayTo(reader, hours % 24 === 0 ? dayWords : mixedWords, values);
  }
  const rest = Math.floor(ms / MINUTE) % 60;
  return `${hours}${NBSP}h${rest ? `${NBSP}${String(rest).padStart(2, '0')}${NBSP}min` : ''}`;
}

/** A length of time in at most two units, rounded down: `42 s`, `42 min`, `3 h 05 min`, `2 d 4 h`. */
export const duration = (length: Millis, reader: Reader = {}): string =>
  inUnits(length, reader, amountWords.days, amountWords.daysAndHours);

/** The same as it stands after “for”, “after” or “in”: German bends its days there. */
export const forDuration = (length: Millis, reader: Reader = {}): string =>
  inUnits(length, reader, amountWords.forDays, amountWords.forDaysAndHours);

/** The moments an ECMAScript Date can hold. A number beyond them comes from a broken clock, not from a person. */
const LAST_MOMENT = 8_640_000_000_000_000;

const dateFormats = new Map<string, Intl.DateTimeFormat>();

/** A moment written with `options` for the reader. */
export function date(
  at: Millis,
  options: Omit<Intl.DateTimeFormatOptions, 'timeZone'>,
  reader: Reader = {},
): string {
  const { locale, timeZone } = readerOf(reader);
  const key = `${locale ?? ''} ${timeZone ?? ''} ${JSON.stringify(options)}`;
  let format = dateFormats.get(key);
  if (!format) {
    const zone = timeZone === undefined ? {} : { timeZone };
    format = new Intl.DateTimeFormat(locale, { ...options, ...zone });
    dateFormats.set(key, format);
  }
  return format.format(Math.min(Math.max(at, -LAST_MOMENT), LAST_MOMENT));
}

/** The time of day, `21:12` or `9:12 PM` as the reader's locale has it. */
export const clock = (at: Millis, reader: Reader = {}): string =>
  date(at, { hour: '2-digit', minute: '2-digit' }, reader).replace(' ', NBSP);

/** A moment seen from `now`: the time of day, and the day too where it is another one. */
export function moment(at: Millis, now: Millis, reader: Reader = {}): string {
  const day = (t: Millis) => date(t, { year: 'numeric', month: 'numeric', day: 'numeric' }, reader);
  if (day(at) === day(now)) return clock(at, reader);
  // A weekday names one day only within the days around now.
  const near = Math.abs(at - now) < 6 * DAY;
  const named = near
    ? date(at, { weekday: 'short' }, reader)
    : date(at, { month: 'short', day: 'numeric' }, reader);
  return `${named} ${clock(at, reader)}`;
}

/** Whole degrees; never a zero with a sign. */
export const temperature = (t: Celsius): string =>
  `${Math.round(t) || 0}${NBSP}°C`.replace('-', MINUS);

export const wattage = (w: Watts): string => `${Math.round(w)}${NBSP}W`;

const JOULES_PER_WH = 3600;

/** Electricity as it is billed, in kWh; what is too little to show there in Wh. */
export function energy(used: number, reader: Reader = {}): string {
  const wattHours = used / JOULES_PER_WH;
  return wattHours < 10
    ? `${figure(wattHours, 1, reader)}${NBSP}Wh`
    : `${figure(wattHours / 1000, 2, reader)}${NBSP}kWh`;
}

const GIBI = 1024 ** 3;

/** Graphics memory in the unit cards are sold by: `16` for a 16 GB card. */
export const gigabytes = (b: Bytes): number => b / GIBI;

/** A fraction from 0 to 1 as whole percent. */
export const percent = (fraction: number): string => `${Math.round(fraction * 100)}${NBSP}%`;
