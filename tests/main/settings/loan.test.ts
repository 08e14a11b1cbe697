import { expect, test } from 'vitest';
import { openLoan } from '../../../src-main/settings/loan.ts';
import { defaults } from '../../../src-shared/settings.ts';

const off = { ...defaults, pausedUntil: 'forever' } as const;

test('sharing that a speed test was lent is as it was afterwards, and never on the disk', () => {
  const loan = openLoan();
  const during = loan.begin(off);
  expect(during).toEqual({ ...off, sharing: true, pausedUntil: null });
  // Whatever else the owner changes meanwhile is kept.
  const dark = { ...during, theme: 'dark' } as const;
  expect(loan.saved(dark)).toEqual({ ...off, theme: 'dark' });
  expect(loan.end(dark)).toEqual({ ...off, theme: 'dark' });
  expect(loan.saved(dark)).toEqual(dark);
  expect(loan.end(dark)).toBeNull();
});

test('what the owner says about sharing meanwhile holds', () => {
  const loan = openLoan();
  const during = loan.begin(off);
  loan.forget();
  expect(loan.saved(during)).toEqual(during);
  expect(loan.end(during)).toBeNull();
});
