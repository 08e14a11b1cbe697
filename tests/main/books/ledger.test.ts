import { join } from 'node:path';
import fc from 'fast-check';
import Libsql from 'libsql';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openBooks } from '../../../src-main/books/books.ts';
import { buckets } from '../../../src-main/books/buckets.ts';
import { MAX_SEGMENTS, SHORTEST_SEGMENT, strip } from '../../../src-main/books/day-strip.ts';
import { EarningsRange, type Entry } from '../../../src-shared/earnings.ts';
import { JobKind } from '../../../src-shared/job-kind.ts';
import { type Segment, StateKind } from '../../../src-shared/snapshot.ts';
import { millis } from '../../../src-shared/units.ts';
import { inEnglish } from '../../../src-shared/wording.ts';
import { tempFolder } from '../../worlds/temp-folder.ts';
import { claimed, credited, energy, voided } from './ledger-samples.ts';

function open(folder: string) {
  const opened = openBooks(folder);
  if (opened.kind !== 'open') throw new Error(inEnglish(opened.detail));
  onTestFinished(() => opened.books.close());
  return opened.books;
}

/** A few jobs, attempts and times, so that lines collide. */
const facts = fc.record({
  at: fc.integer({ min: 0, max: 5_000_000 }),
  job: fc.constantFrom('a', 'b', 'c'),
  fence: fc.integer({ min: 1, max: 3 }),
  amount: fc.integer({ min: 0, max: 1000 }),
  test: fc.boolean(),
});
/** Lines from before jobs had kinds say none. */
const kindOfClaim = fc.option(fc.constantFrom(...JobKind.options), { nil: undefined });
const entry: fc.Arbitrary<Entry> = fc.oneof(
  fc.tuple(facts, kindOfClaim).map(([f, what]) => claimed(what ? { ...f, what } : f)),
  facts.map(credited),
  facts.map(voided),
  fc
    .record({ at: fc.integer({ min: 0, max: 5_000_000 }), used: fc.nat(1000), cost: fc.nat(1000) })
    .map(({ at, used, cost }) => energy(at, used, cost)),
);

/** What the ledger says, told once more in the plainest way: job by job, over a list. */
function fold(entries: readonly Entry[], from: number, to: number) {
  const pay = () => ({ money: 0, test: 0 });
  const byKind = { kernel: pay(), llm: pay(), embed: pay() };
  const sums = { money: 0, test: 0, electricity: 0, joules: 0, jobs: 0, worked: 0, byKind };
  const within = (at: number) => at >= from && at < to;
  for (const job of ['a', 'b', 'c']) {
    const of = entries.filter((line) => line.kind !== 'energy' && line.job === job);
    const claim = (fence: number) =>
      of.find((line) => line.kind === 'claimed' && line.fence === fence);
    const credit = of.find((line) => line.kind === 'credited');
    const open = [3, 2, 1]
      .filter((fence) => !of.some((line) => line.kind === 'voided' && line.fence === fence))
      .flatMap((fence) => claim(fence) ?? []);
    const counts = credit ?? open[0];
    if (!counts || !('amount' in counts)) continue;
    if (!within((claim(counts.fence) ?? counts).at)) continue;
    const finished = claim(counts.fence);
    const kind = (finished?.kind === 'claimed' && finished.what) || 'kernel';
    sums[counts.test ? 'test' : 'money'] += counts.amount;
    byKind[kind][counts.test ? 'test' : 'money'] += counts.amount;
    sums.jobs += 1;
  }
  const worked = new Map<string, number>();
  for (const line of entries) {
    // The first claim of an attempt counts: saying it again changes nothing.
    if (line.kind !== 'claimed' || worked.has(`${line.job} ${line.fence}`)) continue;
    const [begun, ended] = [Math.max(line.at - line.activeFor, from), Math.min(line.at, to)];
    worked.set(`${line.job} ${line.fence}`, Math.max(0, ended - begun));
  }
  sums.worked = [...worked.values()].reduce((sum, time) => sum + time, 0);
  for (const line of entries)
    if (line.kind === 'energy' && within(line.at)) {
      sums.joules += line.joules;
      sums.electricity += line.cost;
    }
  return sums;
}

describe('the ledger', () => {
  test('sums to what an independent fold says, whatever is said in whatever order, and after a restart', () => {
    const moment = fc.integer({ min: -10, max: 5_500_000 });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 25 }), moment, moment, (entries, a, b) => {
        const folder = tempFolder();
        const first = open(folder);
        for (const line of entries) expect(first.append(line)).toEqual({ kind: 'ok' });
        const [from, to] = [millis(Math.min(a, b)), millis(Math.max(a, b))];
        expect(first.totals(from, to)).toEqual(fold(entries, from, to));
        first.close();
        expect(open(folder).totals(from, to)).toEqual(fold(entries, from, to));
      }),
      { numRuns: 40 },
    );
  }, 30_000);

  test('counts a line that is said twice once, and a job credited under two attempts once', () => {
    const books = open(tempFolder());
    for (const line of [claimed(), claimed(), credited(), credited(), credited({ fence: 2 })])
      books.append(line);
    expect(books.entries(millis(0), millis(1e6))).toEqual([claimed(), credited()]);
    expect(books.totals(millis(0), millis(1e6))).toMatchObject({ test: 500, jobs: 1 });
  });

  test('never adds test credits to money', () => {
    const books = open(tempFolder());
    books.append(claimed({ job: 'a', amount: 3, test: true }));
    books.append(claimed({ job: 'b', amount: 4, test: false }));
    expect(books.totals(millis(0), millis(1e6))).toMatchObject({ test: 3, money: 4, jobs: 2 });
  });

  test('lets no line change or go, not even by SQL', () => {
    const folder = tempFolder();
    const books = open(folder);
    books.append(claimed());
    const raw = new Libsql(join(folder, 'books.db'));
    for (const sql of ['update entries set amount = 9', 'delete from entries'])
      expect(() => raw.exec(sql)).toThrow('the ledger only grows');
    raw.close();
    expect(books.entries(millis(0), millis(1e6))).toEqual([claimed()]);
  });
});

describe('the earnings view', () => {
  test('shows each job in its bar, the same sums in all, and the latest job first', () => {
    const books = open(tempFolder());
    const now = millis(new Date(2026, 10, 22, 15, 20).getTime());
    const ago = (hours: number) => now - hours * 3_600_000;
    books.append(claimed({ job: 'old', at: ago(30), amount: 1 }));
    books.append(claimed({ job: 'late', at: ago(0.1), amount: 20 }));
    books.append(claimed({ job: 'early', at: ago(23), amount: 300 }));
    const day = books.earnings('24h', now);
    expect(day.totals).toMatchObject({ test: 320, jobs: 2 });
    expect(day.jobs.map(({ job }) => job)).toEqual(['late', 'early']);
    expect(day.buckets.at(-1)).toMatchObject({ test: 20, jobs: 1 });
    expect(day.buckets[0]).toMatchObject({ test: 300, jobs: 1 });
    expect(books.earnings('7d', now).totals).toMatchObject({ test: 321, jobs: 3 });
    // What was summed before a write must not hide the write.
    books.append(claimed({ job: 'new', at: now, amount: 4000 }));
    expect(books.earnings('7d', now).totals).toMatchObject({ test: 4321, jobs: 4 });
  });
});

describe('the bars', () => {
  const COUNT = { '24h': 24, '7d': 28, '30d': 30, '1y': 52 };
  const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe'];
  const inZone = (zone: string) => {
    const before = process.env.TZ;
    process.env.TZ = zone;
    onTestFinished(() => {
      if (before === undefined) delete process.env.TZ;
      else process.env.TZ = before;
    });
  };

  test.each(zones)(
    'in %s touch, hold now in the last, and start on local hours and days',
    (zone) => {
      inZone(zone);
      const when = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2028, 0, 1) });
      fc.assert(
        fc.property(when, fc.constantFrom(...EarningsRange.options), (at, range) => {
          const spans = buckets(range, millis(at));
          expect(spans).toHaveLength(COUNT[range]);
          for (const [i, { from, to }] of spans.entries()) {
            expect(to).toBeGreaterThan(from);
            if (i > 0) expect(from).toBe(spans[i - 1]?.to);
            const start = new Date(from);
            // Lord Howe's clock moves by half an hour, which cuts one bar of hours in two.
            if (zone !== 'Australia/Lord_Howe' || range !== '24h')
              expect(start.getMinutes()).toBe(0);
            if (range === '7d') expect(start.getHours() % 6).toBe(0);
            if (range === '30d' || range === '1y') expect(start.getHours()).toBe(0);
            if (range === '1y') expect(start.getDay()).toBe(1);
          }
          const last = spans.at(-1);
          expect(last && last.from <= at && at < last.to).toBe(true);
        }),
        { numRuns: 150 },
      );
    },
  );

  test('give the night the clocks go back a day of 25 hours', () => {
    inZone('Europe/Berlin');
    const days = buckets('30d', millis(Date.UTC(2026, 9, 26, 12)));
    const lengths = days.map(({ from, to }) => (to - from) / 3_600_000);
    expect(lengths.filter((hours) => hours !== 24)).toEqual([25]);
  });
});

describe('the strip', () => {
  const piece = fc.record({
    gap: fc.oneof(fc.constant(0), fc.integer({ min: -5000, max: 900_000 })),
    length: fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 0, max: 3_600_000 })),
    state: fc.constantFrom(...StateKind.options),
    label: fc.constantFrom('', 'Dota 2', 'Half-Life'),
  });

  test('covers the whole day with pieces one can see, whatever was written down', () => {
    const day = millis(86_400_000);
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 400 }), (pieces) => {
        let at = -100_000;
        const records: Segment[] = [];
        for (const { gap, length, state, label } of pieces) {
          records.push({ from: millis(at + gap), to: millis(at + gap + length), state, label });
          at += gap + length;
        }
        records.sort((a, b) => a.from - b.from);
        const shown = strip(records, millis(0), day);
        expect(shown[0]?.from).toBe(0);
        expect(shown.at(-1)?.to).toBe(day);
        expect(shown.length).toBeLessThanOrEqual(MAX_SEGMENTS);
        for (const [i, { from, to, state, label }] of shown.entries()) {
          const before = shown[i - 1];
          if (before) expect(from).toBe(before.to);
          if (before) expect([before.state, before.label]).not.toEqual([state, label]);
          if (shown.length > 1) expect(to - from).toBeGreaterThanOrEqual(SHORTEST_SEGMENT);
        }
      }),
    );
  });

  test('gives a blip to the longer of its neighbours', () => {
    const minute = 60_000;
    const at = (from: number, to: number, state: StateKind): Segment => ({
      from: millis(from * minute),
      to: millis(to * minute),
      state,
      label: '',
    });
    const shown = strip(
      [at(0, 30, 'earning'), at(30, 31, 'hot'), at(31, 41, 'paused')],
      millis(0),
      millis(41 * minute),
    );
    expect(shown).toEqual([at(0, 31, 'earning'), at(31, 41, 'paused')]);
  });
});
