import { errorWords } from '../../src-disk/disk-trouble.ts';
import { figure } from '../../src-shared/amount.ts';
import { sayToOwner } from '../../src-shared/language/reader.ts';
import type { Millis } from '../../src-shared/units.ts';
import { jobWords } from '../words/job-words.ts';

/** A card is given back between two steps; where one takes too long, the job is killed and goes back a few seconds. */
export const slowSteps = (title: string, took: Millis): string =>
  sayToOwner(jobWords.slowSteps, { title, length: figure(took / 1000, 1) });

/** Of a job that is done, and whose outputs the disk did not take. */
export const resultUnkept = (error: unknown): string =>
  sayToOwner(jobWords.resultUnkept, { why: errorWords(error) });

export const checkpointUnsaved = (error: unknown): string =>
  sayToOwner(jobWords.checkpointUnsaved, { why: errorWords(error) });
