import { join } from 'node:path';
import fc from 'fast-check';
import Libsql from 'libsql';
import { describe, expect, test } from 'vitest';
import { RUNS_AT_ONCE, type RunFilter, RunOutcome } from '../../../src-shared/question.ts';
import { quote } from '../../../src-shared/said.ts';
import { microUsd, millis } from '../../../src-shared/units.ts';
import { liveIn } from '../../worlds/computer/time-zone.ts';
import { tempFolder } from '../../worlds/temp-folder.ts';
import { ALWAYS, lease, OK, open, openClean, START } from './books-samples.ts';
import { claimed, credited, lane, outputs, voided } from './ledger-samples.ts';

const all: RunFilter = { pay: null, what: null, outcome: null, search: '' };
const at = (time: number) => ({ ...START, at: millis(time) });
const PRICE = microUsd(360_000);

describe('a run', () => {
  test('says what it is from its first moment, then what it used, then what it is worth', () => {
    const books = openClean(tempFolder());
    const only = () => books.runs(all, null).runs[0];
    books.takeLease(lease('L', 'a'), at(1000));
    expect(only()).toMatchObject({
      job: 'a',
      title: 'Job a',
      what: 'kernel',
      network: 'Test network',
      gpu: 'A card',
      startedAt: 1000,
      endedAt: null,
      outcome: 'running',
      joules: null,
      electricity: null,
      amount: null,
      test: true,
    });
    const key = { job: lease('L', 'a').job.id, fence: 1 };
    books.addEnergy(millis(2000), lane, 70, PRICE, [{ ...key, joules: 50 }]);
    books.addEnergy(millis(3000), lane, 0, PRICE, [{ ...key, joules: 30 }]);
    // 0.36 $ for 3.6 MJ is 0.1 µ$ a joule.
    expect(only()).toMatchObject({ joules: 80, electricity: 8 });
    books.finish('L', outputs, claimed({ at: 4000 }));
    expect(only()).toMatchObject({ outcome: 'claimed', endedAt: 4000, amount: 500 });
    books.credit('L', credited({ at: 9000 }), '0xabc');
    expect(only()).toMatchObject({ outcome: 'credited', endedAt: 4000, receipt: '0xabc' });
    // Of what the card used, the bill has all; what was said of the run only is no second line.
    expect(books.totals(...ALWAYS)).toMatchObject({ joules: 70, electricity: 7 });
  });

  test('that gives way keeps its reason, and the word of the network that it is back changes nothing', () => {
    const books = openClean(tempFolder());
    books.takeLease(lease('L', 'a'), at(1000));
    const because = { kind: 'game-running', title: 'Half-Life 2', path: '/hl2' } as const;
    expect(books.endRun('L', { at: millis(5000), outcome: 'stopped', because })).toEqual(OK);
    books.dropLease('L', {
      at: millis(6000),
      outcome: 'stopped',
      because: { kind: 'given-back' },
    });
    expect(books.runs(all, null).runs).toMatchObject([
      { outcome: 'stopped', endedAt: 5000, because, amount: null },
    ]);
    expect(books.leases()).toEqual([]);
  });

  test('whose claim is refused is worth nothing and says why', () => {
    const books = openClean(tempFolder());
    books.takeLease(lease('L', 'a'), at(1000));
    books.finish('L', outputs, claimed({ at: 4000 }));
    books.voidClaim('L', voided({ at: 8000 }));
    expect(books.runs(all, null).runs).toMatchObject([
      {
        outcome: 'voided',
        amount: 0,
        endedAt: 4000,
        because: { kind: 'said', detail: 'finished elsewhere' },
      },
    ]);
  });

  test('that a killed program was in the middle of ended when the program last said that it lives', () => {
    const folder = tempFolder();
    const before = openClean(folder);
    before.takeLease(lease('L', 'a'), at(1000));
    before.takeLease(lease('M', 'b'), at(90_000));
    before.recordState(millis(0), 'earning', '');
    before.recordState(millis(60_000), 'earning', '');
    before.close();
    const books = openClean(folder);
    const because = { kind: 'app-ended' };
    expect(books.runs(all, null).runs).toMatchObject([
      { job: 'b', outcome: 'stopped', endedAt: 90_000, because },
      { job: 'a', outcome: 'stopped', endedAt: 60_000, because },
    ]);
    // The leases themselves wait for the network, as ever.
    expect(books.leases()).toHaveLength(2);
    books.takeLease(lease('L', 'a'), at(200_000));
    expect(books.runs(all, null).runs[0]).toMatchObject({
      job: 'a',
      outcome: 'running',
      startedAt: 200_000,
      endedAt: null,
      because: null,
    });
  });

  test('is shown with what the ledger says, whatever is said in whatever order', () => {
    const facts = fc.record({
      at: fc.integer({ min: 0, max: 5_000_000 }),
      job: fc.constantFrom('a', 'b'),
      fence: fc.integer({ min: 1, max: 3 }),
      amount: fc.integer({ min: 0, max: 1000 }),
      test: fc.boolean(),
    });
    const line = fc.oneof(
      facts.map(claimed),
      facts.map((f) => [claimed(f), credited(f)]),
      facts.map(voided),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), (said) => {
        const books = openClean(tempFolder());
        for (const entry of said.flat()) books.append(entry);
        const sum = (test: boolean) =>
          books
            .runs(all, null)
            .runs.filter((run) => run.test === test)
            .reduce((total, { amount }) => total + (amount ?? 0), 0);
        const { money, test } = books.totals(...ALWAYS);
        expect([sum(false), sum(true)]).toEqual([money, test]);
        const lines = books.entries(...ALWAYS);
        for (const { job, fence, outcome } of books.runs(all, null).runs) {
          const has = (kind: string) =>
            lines.some(
              (l) => l.kind === kind && l.kind !== 'energy' && l.job === job && l.fence === fence,
            );
          const word = has('credited') ? 'credited' : has('voided') ? 'voided' : 'claimed';
          expect(outcome).toBe(word);
        }
        books.close();
      }),
      { numRuns: 40 },
    );
  }, 30_000);

  test('whose lines a damaged file lost is not shown as paid', () => {
    const folder = tempFolder();
    const before = openClean(folder);
    before.takeLease(lease('L', 'a'), at(1000));
    before.finish('L', outputs, claimed({ at: 4000 }));
    before.credit('L', credited({ at: 9000 }));
    before.close();
    const raw = new Libsql(join(folder, 'books.db'));
    // As if the page of the ledger were gone: the file no longer passes for whole.
    raw.exec(`drop trigger entries_no_delete; delete from entries; pragma application_id = 1`);
    raw.close();
    const { books } = open(folder);
    expect(books.totals(...ALWAYS)).toMatchObject({ test: 0, jobs: 0 });
    expect(books.runs(all, null).runs).toMatchObject([
      { job: 'a', outcome: 'stopped', amount: null, because: { kind: 'unreadable' } },
    ]);
  });
});

describe('the list of runs', () => {
  /** Runs with times that repeat, of every outcome. */
  function filled(count: number) {
    const books = openClean(tempFolder());
    for (let n = 0; n < count; n++) {
      const [name, job] = [`L${n}`, `job-${n}`];
      books.takeLease(lease(name, job), at(Math.floor(n / 3) * 50_000_000));
      const test = n % 2 === 0;
      if (n % 5 < 3) books.finish(name, outputs, claimed({ job, at: n * 20_000_000, test }));
      else if (n % 5 === 3)
        books.endRun(name, {
          at: millis(n * 20_000_000),
          outcome: 'failed',
          because: { kind: 'fault', fault: 'timed-out', detail: quote('no step') },
        });
    }
    return books;
  }

  test('gives every run of a filter once, newest first, page by page', () => {
    const books = filled(RUNS_AT_ONCE * 2 + 30);
    const every = [...books.everyRun(all, 1000)];
    expect(every).toHaveLength(RUNS_AT_ONCE * 2 + 30);
    const filters = [
      all,
      { ...all, pay: 'money' },
      { ...all, pay: 'test', what: 'kernel' },
      { ...all, outcome: 'failed' },
      { ...all, what: 'llm' },
      { ...all, search: 'JOB 11' },
    ] as const;
    for (const filter of filters) {
      const fits = every.filter(
        (run) =>
          (filter.pay === null || run.test === (filter.pay === 'test')) &&
          (filter.what === null || run.what === filter.what) &&
          (filter.outcome === null || run.outcome === filter.outcome) &&
          run.title.toLowerCase().includes(filter.search.toLowerCase()),
      );
      const paged: number[] = [];
      for (let before: number | null = null; ; ) {
        const { runs, more }: ReturnType<typeof books.runs> = books.runs(filter, before);
        paged.push(...runs.map(({ id }) => id));
        before = runs.at(-1)?.id ?? null;
        if (!more) break;
      }
      expect(paged).toEqual(fits.map(({ id }) => id));
      expect([...books.everyRun(filter, 1000)].map(({ id }) => id)).toEqual(paged);
    }
    const times = every.map(({ startedAt }) => startedAt);
    expect(times).toEqual([...times].sort((a, b) => b - a));
  }, 30_000);

  test('takes letters that mean something to a database for letters', () => {
    const books = filled(3);
    for (const search of ['%', '_', '\\', "'"])
      expect(books.runs({ ...all, search }, null).runs).toEqual([]);
    expect(books.runs({ ...all, search: ' job-2 ' }, null).runs).toMatchObject([{ job: 'job-2' }]);
  });

  test('after a run that is not there is empty', () => {
    expect(filled(2).runs(all, 999)).toEqual({ runs: [], more: false });
  });

  test('sums whole local days, those of 25 hours too, money and test credits apart', () => {
    liveIn('Europe/Berlin');
    const books = openClean(tempFolder());
    // 0:30 and 23:30 of the night in which the clocks go back, and 0:30 of the day after.
    const moments = [
      new Date(2026, 9, 25, 0, 30),
      new Date(2026, 9, 25, 23, 30),
      new Date(2026, 9, 26, 0, 30),
    ].map((date) => date.getTime());
    for (const [n, started] of moments.entries()) {
      const job = lease(`L${n}`, `job-${n}`);
      books.takeLease(job, at(started));
      const key = { job: job.job.id, fence: 1 };
      books.addEnergy(millis(started), lane, 100, PRICE, [{ ...key, joules: 100 }]);
      const test = n === 1;
      books.finish(`L${n}`, outputs, claimed({ job: `job-${n}`, at: started, amount: 7, test }));
    }
    // Only the latest is on the page, but its day is whole; the other days are asked for by name.
    expect(books.runDays(all, moments.slice(0, 1).map(millis))).toEqual([
      { from: new Date(2026, 9, 25).getTime(), joules: 200, money: 7, test: 7, electricity: 20 },
    ]);
    expect(books.runDays(all, moments.map(millis)).map(({ joules }) => joules)).toEqual([100, 200]);
    expect(books.runDays({ ...all, pay: 'money' }, moments.slice(1, 2).map(millis))).toMatchObject([
      { money: 7, test: 0, joules: 100 },
    ]);
  });

  test('shows every outcome there is', () => {
    const books = filled(5);
    books.append(credited({ job: 'job-0', test: true }));
    books.append(voided({ job: 'job-1' }));
    books.endRun('L4', {
      at: millis(1),
      outcome: 'stopped',
      because: { kind: 'skipped' },
    });
    books.takeLease(lease('L9', 'job-9'), at(9));
    for (const outcome of RunOutcome.options)
      expect(books.runs({ ...all, outcome }, null).runs).toHaveLength(1);
  });
});
