import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { earningsSheet } from '../../../src-main/window/earnings-sheet.ts';
import { runsSheet } from '../../../src-main/window/runs-sheet.ts';
import { isoMoment, spreadsheet } from '../../../src-main/window/spreadsheet.ts';
import { microUsd, millis } from '../../../src-shared/units.ts';
import { liveIn } from '../../worlds/computer/time-zone.ts';
import { tempFolder } from '../../worlds/temp-folder.ts';
import { ALWAYS, lease, openClean, START } from '../books/books-samples.ts';
import { claimed, credited, energy, lane, outputs } from '../books/ledger-samples.ts';

const ALL = { pay: null, what: null, outcome: null, search: '' } as const;
const NOW = new Date(2026, 10, 22, 15, 20).getTime();
const read = (text: string, delimiter = ','): string[][] =>
  parse(text, { bom: true, delimiter, relax_column_count: false, record_delimiter: '\r\n' });

describe('a table', () => {
  test('is read back by a spreadsheet cell by cell, whatever stands in it', () => {
    const number = fc.integer({ min: -1e12, max: 1e12 });
    const words = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('a;b', 'a,b', 'say "yes"', 'Größe', "it's", '1,5'),
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(words, number), { maxLength: 8 }),
        fc.constantFrom('en-US', 'de-DE', 'fr-FR', 'nonsense tag'),
        (rows, locale) => {
          const comma = locale === 'de-DE' || locale === 'fr-FR';
          const text = spreadsheet(
            ['Words', 'Number'],
            rows.map(([title, n]) => [title, { number: n / 1e6, digits: 6 }]),
            locale,
          );
          expect(text.startsWith('\ufeff')).toBe(true);
          const [headings, ...cells] = read(text, comma ? ';' : ',');
          expect(headings).toEqual(['Words', 'Number']);
          expect(cells).toHaveLength(rows.length);
          for (const [i, [title, n]] of rows.entries()) {
            const [said = '', figure = ''] = cells[i] ?? [];
            const line = title.replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ').trim();
            expect(said.replace(/^'/, '')).toBe(line.replace(/^'/, ''));
            expect(Math.round(Number(figure.replace(comma ? ',' : 'x', '.')) * 1e6)).toBe(n);
          }
        },
      ),
    );
  });

  test('holds no formula, however a title tries', () => {
    const start = fc.constantFrom(
      '=',
      '+',
      '-',
      '@',
      '\t',
      '\r',
      '\n',
      ' =',
      '\t=',
      '＝',
      '\u200b=',
    );
    fc.assert(
      fc.property(start, fc.string(), (sign, rest) => {
        const [, row] = read(spreadsheet(['Title'], [[`${sign}${rest}x`]], 'en-US'));
        expect(row?.[0]).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/);
      }),
    );
    expect(spreadsheet(['T'], [['=cmd|calc', { number: -1.5, digits: 2 }]], 'en')).toContain(
      `"'=cmd|calc",-1.50\r\n`,
    );
  });

  test('parts with semicolons where the comma is the decimal sign', () => {
    const cells = [['a;b', { number: 1.5, digits: 2 }]] as const;
    expect(spreadsheet(['x', 'y'], cells, 'de-DE')).toBe('\ufeffx;y\r\n"a;b";1,50\r\n');
    expect(spreadsheet(['x', 'y'], cells, 'en-US')).toBe('\ufeffx,y\r\n"a;b",1.50\r\n');
  });

  test('writes moments with the offset of their own night', () => {
    liveIn('Europe/Berlin');
    expect(isoMoment(Date.UTC(2026, 9, 25, 0, 30))).toBe('2026-10-25T02:30:00+02:00');
    expect(isoMoment(Date.UTC(2026, 9, 25, 1, 30))).toBe('2026-10-25T02:30:00+01:00');
    liveIn('America/St_Johns');
    expect(isoMoment(Date.UTC(2026, 0, 1))).toBe('2025-12-31T20:30:00-03:30');
  });
});

describe('the table of earnings', () => {
  test('adds up to what the page shows, money and test credits in columns of their own', () => {
    const books = openClean(tempFolder());
    const ago = (hours: number) => NOW - hours * 3_600_000;
    const kinds = ['kernel', 'llm', 'embed'] as const;
    for (const [n, what] of [...kinds, ...kinds].entries())
      books.append(
        claimed({ job: `job-${n}`, at: ago(n), amount: 100_001 * (n + 1), test: n > 2, what }),
      );
    books.append(energy(ago(2), 3_600_000, 220_000));
    const view = books.earnings('24h', millis(NOW));
    const file = earningsSheet(view, { language: 'en', locale: 'en-US' });
    expect(file).toMatchObject({ kind: 'file', name: 'offpeak-earnings-2026-11-22.csv' });
    const [headings = [], ...rows] = read(file.text);
    const sum = (heading: string) =>
      rows.reduce((total, row) => total + Number(row[headings.indexOf(heading)]) * 1e6, 0);
    expect(rows).toHaveLength(24);
    expect(sum('GPU kernels (USD)')).toBeCloseTo(view.totals.byKind.kernel.money, 3);
    expect(sum('Language models (USD)')).toBeCloseTo(view.totals.byKind.llm.money, 3);
    expect(sum('Embeddings (test credits, not money)')).toBeCloseTo(600_006, 3);
    expect(sum('Electricity (USD)')).toBeCloseTo(220_000, 3);
    expect(sum('Net (USD)')).toBeCloseTo(view.totals.money - 220_000, 3);
    expect(sum('Energy (kWh)')).toBeCloseTo(1e6, 3);
    expect(sum('Shared (GPU hours)') / 1e6).toBeCloseTo(view.totals.worked / 3_600_000, 3);
    expect(new Set(rows.map((row) => row[headings.indexOf('Currency')]))).toEqual(new Set(['USD']));
    expect(rows[0]?.[0]).toMatch(/^2026-11-21T16:00:00[+-]\d\d:\d\d$/);
  });

  test('is named after its time, and speaks German by German customs', () => {
    const books = openClean(tempFolder());
    const reader = { language: 'de', locale: 'de-DE' } as const;
    const named = (range: '7d' | '1y') => earningsSheet(books.earnings(range, millis(NOW)), reader);
    expect(named('1y').name).toBe('offpeak-earnings-2025-11-to-2026-11.csv');
    expect(named('7d').name).toBe('offpeak-earnings-2026-11-15-to-2026-11-22.csv');
    expect(named('7d').text).toContain('\ufeffBeginn;Ende;Geteilt (GPU-Stunden);');
    expect(named('7d').text).toContain(';0,000000;USD;');
  });
});

describe('the table of jobs', () => {
  test('has a line for each run with what a tax return asks for, and never adds test credits to money', () => {
    const books = openClean(tempFolder());
    const began = { ...START, at: millis(NOW - 3_600_000) };
    const key = { job: lease('L', 'a').job.id, fence: 1 };
    books.takeLease(lease('L', 'a'), began);
    books.addEnergy(millis(NOW), lane, 1_800_000, microUsd(300_000), [
      { ...key, joules: 1_800_000 },
    ]);
    books.finish('L', outputs, claimed({ at: NOW, amount: 1_250_000, test: false }));
    books.credit('L', credited({ at: NOW, amount: 1_250_000, test: false }), '0xproof');
    books.takeLease(lease('M', 'b'), began);
    books.finish('M', outputs, claimed({ job: 'b', at: NOW, amount: 5_000_000 }));
    const file = runsSheet(books, ALL, { language: 'en', locale: 'en-US' }, millis(NOW));
    expect(file.name).toBe('offpeak-jobs-2026-11-22.csv');
    const [headings = [], ...rows] = read(file.text);
    const row = (n: number) =>
      Object.fromEntries(headings.map((heading, i) => [heading, rows[n]?.[i]]));
    expect(row(1)).toMatchObject({
      Date: '2026-11-22',
      'Job ID': 'a',
      Title: 'Job a',
      Kind: 'GPU kernels',
      Network: 'Test network',
      'Time (hours)': '1.0000',
      'Amount (USD)': '1.250000',
      'Test credits (not money)': '',
      Currency: 'USD',
      'Energy (kWh)': '0.500000',
      'Electricity price (USD per kWh)': '0.3000',
      'Electricity cost (USD)': '0.150000',
      Status: 'Confirmed',
      Receipt: '0xproof',
    });
    expect(row(0)).toMatchObject({
      'Amount (USD)': '',
      'Test credits (not money)': '5.000000',
      Currency: 'test credits',
      'Energy (kWh)': '',
      Status: 'Claimed, not yet confirmed',
      Receipt: '',
    });
    expect(books.totals(...ALWAYS)).toMatchObject({ money: 1_250_000, test: 5_000_000 });
  });

  test('works out the number of a receipt from before it was written down', () => {
    const books = openClean(tempFolder());
    books.append(claimed({ at: NOW }));
    books.append(credited({ at: NOW }));
    const { text } = runsSheet(books, ALL, { language: 'de', locale: 'de-DE' }, millis(NOW));
    expect(read(text, ';')[1]?.at(-1)).toMatch(/^0x[0-9a-f]{64}$/);
  });
});
