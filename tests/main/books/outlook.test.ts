import fc from 'fast-check';
import { expect, test } from 'vitest';
import { outlookOf } from '../../../src-main/books/outlook.ts';
import { millis } from '../../../src-shared/units.ts';
import { liveIn } from '../../worlds/computer/time-zone.ts';
import { tempFolder } from '../../worlds/temp-folder.ts';
import { openClean } from './books-samples.ts';
import { claimed, energy, voided } from './ledger-samples.ts';

const NOW = new Date(2026, 10, 22, 15, 20);
/** Noon of the day so many days ago. */
const noon = (daysAgo: number) => new Date(2026, 10, 22 - daysAgo, 12).getTime();
const earned = (daysAgo: number, amount: number) =>
  claimed({ job: `job-${daysAgo}`, at: noon(daysAgo), amount, test: false });

test('no week brought less than the worst or more than the best, and each of them was a week', () => {
  const day = fc.integer({ min: -1_000_000, max: 5_000_000 });
  fc.assert(
    fc.property(fc.array(day, { minLength: 7, maxLength: 30 }), (days) => {
      const outlook = outlookOf(days);
      const weeks: number[] = [];
      for (let first = 0; first + 7 <= days.length; first++) {
        let sum = 0;
        for (let i = first; i < first + 7; i++) sum += days[i] ?? 0;
        weeks.push(Math.round((sum * 30) / 7));
      }
      for (const week of weeks) {
        expect(outlook?.least).toBeLessThanOrEqual(week);
        expect(outlook?.most).toBeGreaterThanOrEqual(week);
      }
      expect(weeks).toContain(outlook?.least);
      expect(weeks).toContain(outlook?.most);
      const sum = days.reduce((all, one) => all + one, 0);
      expect(outlook?.daily).toBe(Math.round(sum / days.length) || 0);
    }),
  );
});

test('six days of money say nothing about a month, seven do; today is not over and does not count', () => {
  const books = openClean(tempFolder());
  for (let ago = 0; ago <= 6; ago++) books.append(earned(ago, 700_000));
  expect(books.earnings('24h', millis(NOW.getTime())).outlook).toBeNull();
  books.append(earned(7, 700_000));
  const month = 30 * 700_000;
  expect(books.earnings('24h', millis(NOW.getTime())).outlook).toEqual({
    least: month,
    most: month,
    daily: 700_000,
  });
});

test('electricity is taken off, also on days without a job, and may leave less than nothing', () => {
  const books = openClean(tempFolder());
  books.append(earned(14, 700_000));
  for (let ago = 1; ago <= 14; ago++) books.append(energy(noon(ago), 1_000_000, 50_000));
  // The first week has all the money, the last one only costs.
  expect(books.earnings('1y', millis(NOW.getTime())).outlook).toEqual({
    least: (-350_000 * 30) / 7,
    most: (350_000 * 30) / 7,
    daily: 0,
  });
});

test('test credits and refused work are no money to look forward to', () => {
  const books = openClean(tempFolder());
  for (let ago = 1; ago <= 20; ago++) {
    books.append(claimed({ job: `test-${ago}`, at: noon(ago), amount: 900 }));
    books.append(earned(ago, 900));
    books.append(voided({ job: `job-${ago}`, at: noon(ago) }));
  }
  expect(books.earnings('30d', millis(NOW.getTime())).outlook).toBeNull();
});

test('money of long ago is history, but a month without any has no outlook', () => {
  const books = openClean(tempFolder());
  books.append(earned(60, 900_000));
  expect(books.earnings('30d', millis(NOW.getTime())).outlook).toBeNull();
  books.append(earned(3, 700_000));
  expect(books.earnings('30d', millis(NOW.getTime())).outlook).toEqual({
    least: 0,
    most: 3_000_000,
    daily: Math.round(700_000 / 30),
  });
});

test('a night in which the clocks change is one day like any other', () => {
  liveIn('Europe/Berlin');
  const books = openClean(tempFolder());
  const now = millis(new Date(2026, 10, 1, 9).getTime());
  for (let ago = 1; ago <= 10; ago++) {
    // A minute before midnight: an hour off would put it into the next day.
    const at = new Date(2026, 10, 1 - ago, 23, 59).getTime();
    books.append(claimed({ job: `job-${ago}`, at, amount: 700_000, test: false }));
  }
  expect(books.earnings('7d', now).outlook).toEqual({
    least: 21_000_000,
    most: 21_000_000,
    daily: 700_000,
  });
});
