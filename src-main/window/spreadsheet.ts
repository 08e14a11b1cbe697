import { plain } from '../../src-shared/plain-text.ts';

/** One cell. A number is written with exactly `digits` after its point; null leaves the cell empty. */
export type Cell = string | { readonly number: number; readonly digits: number } | null;

/** Longer than any title; a cell of a spreadsheet holds 32,767. */
const LONGEST_TEXT = 2000;
/** Without it a spreadsheet takes UTF-8 for the system's old code page. */
const BYTE_ORDER_MARK = '\ufeff';

/**
 * What a spreadsheet would run as a formula (https://owasp.org/www-community/attacks/CSV_Injection): the full-width signs
 * are read like the others by some of them.
 */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/u;

/** Text that `plain` would leave as it is; most is, and there may be a million cells. */
const SIMPLE = /^[!-~](?: ?[!-~]){0,500}$/;

/** How a region writes its tables. */
type Style = { readonly separator: string; readonly point: string };

/** A decimal comma takes the comma, so such regions part cells with a semicolon. */
function styleOf(locale: string): Style {
  let point = '.';
  try {
    const parts = new Intl.NumberFormat(locale).formatToParts(1.5);
    point = parts.find(({ type }) => type === 'decimal')?.value ?? '.';
  } catch {
    // Not a language tag: as in English.
  }
  return point === ',' ? { separator: ';', point } : { separator: ',', point: '.' };
}

/** Foreign words on one line, quoted where they hold what parts cells, and never a formula. */
function textCell(text: string, { separator }: Style): string {
  const line = SIMPLE.test(text) ? text : plain(text, LONGEST_TEXT);
  const safe = FORMULA.test(text) || FORMULA.test(line) ? `'${line}` : line;
  return safe.includes(separator) || /[",;'\r\n]/.test(safe)
    ? `"${safe.replaceAll('"', '""')}"`
    : safe;
}

function cell(value: Cell, style: Style): string {
  if (value === null) return '';
  if (typeof value === 'string') return textCell(value, style);
  const { number, digits } = value;
  return number.toFixed(digits).replace('.', style.point);
}

/** A table as a CSV file (RFC 4180) that a spreadsheet of this region opens right. `locale`: a BCP 47 tag. */
export function spreadsheet(
  headings: readonly string[],
  rows: Iterable<readonly Cell[]>,
  locale: string,
): string {
  const style = styleOf(locale);
  const line = (cells: readonly Cell[]) =>
    `${cells.map((value) => cell(value, style)).join(style.separator)}\r\n`;
  let text = BYTE_ORDER_MARK + line(headings);
  for (const cells of rows) text += line(cells);
  return text;
}

/** What the window saves as a file. */
export const csvFile = (name: string, text: string) =>
  ({ kind: 'file', name, type: 'text/csv;charset=utf-8', text }) as const;

const two = (n: number): string => String(n).padStart(2, '0');

/** The local day, `2026-11-22`. */
export function isoDay(at: number): string {
  const d = new Date(at);
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`;
}

/** A moment in local time with its offset (ISO 8601): `2026-11-22T15:20:00+01:00`. */
export function isoMoment(at: number): string {
  const d = new Date(at);
  const offset = -d.getTimezoneOffset();
  const size = Math.abs(offset);
  const zone = `${offset < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
  return `${isoDay(at)}T${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}${zone}`;
}
