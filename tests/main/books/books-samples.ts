import { expect, onTestFinished } from 'vitest';
import { openBooks } from '../../../src-main/books/books.ts';
import { millis } from '../../../src-shared/units.ts';
import { inEnglish } from '../../../src-shared/wording.ts';
import { jobNamed, lane } from './ledger-samples.ts';

export const OK = { kind: 'ok' };
export const ALWAYS = [millis(0), millis(4_000_000_000_000)] as const;

export function open(folder: string) {
  const opened = openBooks(folder);
  if (opened.kind !== 'open') throw new Error(inEnglish(opened.detail));
  onTestFinished(() => opened.books.close());
  return opened;
}
export const openClean = (folder: string) => {
  const { books, notices } = open(folder);
  expect(notices).toEqual([]);
  return books;
};
/** Where and for whom the runs of these tests begin. */
export const START = { at: millis(1000), network: 'Test network', gpu: 'A card' };
export const lease = (name: string, job: string, fence = 1) => ({
  lease: name,
  fence,
  lane,
  job: jobNamed(job),
  checkpoint: null,
});
