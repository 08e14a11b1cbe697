import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { openBooks } from '../../../src-main/books/books.ts';
import { millis } from '../../../src-shared/units.ts';
import { inEnglish } from '../../../src-shared/wording.ts';
import { tempFolder } from '../../worlds/temp-folder.ts';
import { claimed, credited, voided } from './ledger-samples.ts';

const NOW = millis(1_700_000_000_000);

function books() {
  const opened = openBooks(tempFolder());
  if (opened.kind !== 'open') throw new Error(inEnglish(opened.detail));
  onTestFinished(() => opened.books.close());
  return opened.books;
}

test('what could be paid out is the money that was credited, of all time, and no test credits', () => {
  const amount = fc.integer({ min: 1, max: 1_000_000 });
  const fate = fc.constantFrom('claimed', 'credited', 'voided');
  fc.assert(
    fc.property(fc.array(fc.tuple(amount, fate, fc.boolean()), { maxLength: 12 }), (jobs) => {
      const open = books();
      const sums = { claimed: 0, credited: 0, voided: 0 };
      for (const [n, [pay, end, isTest]] of jobs.entries()) {
        // Long before every range of the page.
        const facts = { job: `job-${n}`, amount: pay, test: isTest, at: 1000 + n };
        open.append(claimed(facts));
        if (end === 'credited') open.append(credited(facts));
        if (end === 'voided') open.append(voided(facts));
        if (!isTest) sums[end] += pay;
      }
      const { owed, ever, totals } = open.earnings('24h', NOW);
      expect(owed).toEqual({ credited: sums.credited, claimed: sums.claimed });
      expect(ever).toBe(jobs.length > 0);
      expect(totals.jobs).toBe(0);
    }),
    { numRuns: 25 },
  );
}, 30_000);
