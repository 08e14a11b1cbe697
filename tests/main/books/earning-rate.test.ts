import { describe, expect, test } from 'vitest';
import { earnsPerHour, openEarningRate } from '../../../src-main/books/earning-rate.ts';
import type { Entry } from '../../../src-shared/earnings.ts';
import { hours, millis, minutes } from '../../../src-shared/units.ts';
import { tempFolder } from '../../worlds/temp-folder.ts';
import { lease, OK, openClean, START } from './books-samples.ts';
import { claimed, credited, energy, outputs, voided } from './ledger-samples.ts';

type Work = {
  readonly job: string;
  readonly pay: number;
  readonly took: number;
  readonly test?: boolean;
};
const claim = ({ job, pay, took, test = false }: Work) => ({
  ...claimed({ job, amount: pay, test }),
  activeFor: millis(took),
});
const credit = ({ job, pay, test = false }: Work) => credited({ job, amount: pay, test });
const paid = (work: Work): Entry[] => [claim(work), credit(work)];

const long: Work = { job: 'a', pay: 30_000, took: minutes(30) };
const short: Work = { job: 'b', pay: 20_000, took: minutes(10) };

describe('what an hour of work brings', () => {
  test('is the money of all paid jobs over the time they took', () => {
    expect(earnsPerHour(paid(long))).toBe(60_000);
    expect(earnsPerHour([...paid(long), ...paid(short)])).toBe(75_000);
  });

  test('does not depend on what was paid first', () => {
    expect(earnsPerHour([claim(long), claim(short), credit(short), credit(long)])).toBe(75_000);
  });

  test('is what the network paid, not what we asked for', () => {
    expect(earnsPerHour([claim(long), credit({ ...long, pay: 15_000 })])).toBe(30_000);
  });

  test('leaves out a payment for work of the week before, whose time is not known here', () => {
    expect(earnsPerHour([credit(short), ...paid(long)])).toBe(60_000);
  });

  test('leaves out work that is not paid yet or was refused, and its time', () => {
    expect(earnsPerHour([...paid(long), claim(short)])).toBe(60_000);
    expect(earnsPerHour([...paid(long), claim(short), voided({ job: 'b' })])).toBe(60_000);
  });

  test('counts each try of a job by itself', () => {
    const second = { ...claim({ ...long, took: minutes(15) }), fence: 2 };
    const pay = credited({ job: 'a', fence: 2, amount: 30_000, test: false });
    expect(earnsPerHour([claim(long), second, pay])).toBe(120_000);
  });

  test('takes no test credit for money, and no electricity for pay', () => {
    const trial: Work = { job: 't', pay: 999_999, took: minutes(60), test: true };
    expect(earnsPerHour(paid(trial))).toBeNull();
    expect(earnsPerHour([...paid(trial), ...paid(long), energy(1000, 3_600_000, 5)])).toBe(60_000);
  });

  test('is not known from nothing, nor from a few minutes', () => {
    expect(earnsPerHour([])).toBeNull();
    expect(earnsPerHour(paid({ ...long, took: minutes(5) - 1 }))).toBeNull();
    expect(earnsPerHour(paid({ ...long, took: minutes(5) }))).toBe(360_000);
  });
});

describe('what the books say of it', () => {
  const at = hours(24 * 100);
  function pay(books: ReturnType<typeof openClean>, job: string, when: number, amount: number) {
    books.takeLease(lease(`L${job}`, job), START);
    const done = { ...claimed({ at: when, job, amount, test: false }), activeFor: minutes(30) };
    expect(books.finish(`L${job}`, outputs, done)).toEqual(OK);
    const cumulative = 1_000_000 + when;
    const receipt = credited({ at: when, job, amount, test: false, cumulative });
    expect(books.credit(`L${job}`, receipt)).toEqual(OK);
  }

  test('is of the last seven days: what the market paid before says nothing', () => {
    const books = openClean(tempFolder());
    pay(books, 'old', at - hours(8 * 24), 90_000);
    pay(books, 'new', at - hours(6 * 24), 10_000);
    expect(openEarningRate(books)(at)).toBe(20_000);
  });

  test('follows new pay within ten minutes, also where the clock is set back', () => {
    const books = openClean(tempFolder());
    const rate = openEarningRate(books);
    expect(rate(at)).toBeNull();
    pay(books, 'a', at - minutes(60), 10_000);
    expect(rate(millis(at + minutes(10)))).toBe(20_000);
    pay(books, 'b', at - minutes(50), 30_000);
    expect(rate(millis(at - minutes(1)))).toBe(40_000);
  });
});
