import { expect, test } from 'vitest';
import {
  type Accounts,
  openSnapshots,
  type Surroundings,
} from '../../../src-main/window/snapshots.ts';
import { noTotals } from '../../../src-shared/earnings.ts';
import { hours, millis } from '../../../src-shared/units.ts';
import { T0, working } from '../../worlds/machine.ts';
import { earningMoney } from '../../worlds/window/snapshot-bases.ts';

const { connection, network, speedTest } = earningMoney;
const around: Surroundings = {
  version: '1.0.0',
  books: 1,
  startsAtLogin: null,
  libraries: [],
  connection,
  network,
  gpuTrouble: null,
  examples: [],
  notices: [],
  lockdownOf: () => null,
  usedBy: () => null,
  speedOf: () => null,
  speedTest,
};

/** Books that note what they are asked. */
function watchedBooks() {
  const asked: string[] = [];
  let span: object = {};
  const note = <T>(name: string, answer: T): T => {
    asked.push(name);
    return answer;
  };
  const accounts: Accounts = {
    totals: () => note('today', noTotals),
    earnings: (range) => note(range, { ...earningMoney.earnings, range }),
    strip: (from, to) => {
      span = { from, to };
      return note('strip', []);
    },
    hasRun: () => note('hasRun', false),
  };
  return { accounts, take: () => asked.splice(0), span: () => span };
}

const at = (ms: number) => ({ ...working(), now: millis(T0 + ms) });

test('another period is in the very next snapshot, and the books are asked for nothing else', () => {
  const books = watchedBooks();
  const snapshots = openSnapshots(books.accounts);
  expect(snapshots.take(at(0), around).earnings.range).toBe('24h');
  expect(books.take().sort()).toEqual(['24h', 'hasRun', 'strip', 'today']);
  snapshots.watch('1y');
  expect(snapshots.take(at(1), around).earnings.range).toBe('1y');
  expect(books.take()).toEqual(['1y']);
});

test('a new entry is in the next snapshot everywhere; without one the sums are kept for ten seconds', () => {
  const books = watchedBooks();
  const snapshots = openSnapshots(books.accounts);
  snapshots.take(at(0), around);
  books.take();
  snapshots.take(at(9_000), around);
  expect(books.take()).toEqual([]);
  snapshots.stale();
  snapshots.take(at(9_001), around);
  expect(books.take().sort()).toEqual(['24h', 'hasRun', 'strip', 'today']);
  snapshots.take(at(20_000), around);
  expect(books.take().sort()).toEqual(['24h', 'hasRun', 'strip', 'today']);
});

test('the strip is a day that ends with a whole minute, and moves on with the next', () => {
  const books = watchedBooks();
  const snapshots = openSnapshots(books.accounts);
  const minute = Math.ceil(T0 / 60_000) * 60_000 - T0;
  snapshots.take(at(minute + 58_000), around);
  expect(books.span()).toEqual({ from: T0 + minute - hours(24), to: T0 + minute });
  snapshots.take(at(minute + 59_999), around);
  expect(books.span()).toMatchObject({ to: T0 + minute });
  snapshots.take(at(minute + 60_000), around);
  expect(books.span()).toMatchObject({ to: T0 + minute + 60_000 });
});
