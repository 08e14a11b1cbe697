import { quoteError, type Said, said } from '../../src-shared/said.ts';
import type { Millis } from '../../src-shared/units.ts';

/** A card is given back between two steps; where one takes too long, the job is killed and goes back a few seconds. */
export const slowSteps = (title: string, took: Millis): Said =>
  said('slowSteps', { title, length: { figure: took / 1000, digits: 1 } });

/** Of a job that is done, and whose outputs the disk did not take. */
export const resultUnkept = (error: unknown): Said =>
  said('resultUnkept', { why: quoteError(error) });

export const checkpointUnsaved = (error: unknown): Said =>
  said('checkpointUnsaved', { why: quoteError(error) });
