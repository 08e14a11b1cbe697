import { z } from 'zod';

/** What kinds of work there are: GPU programs over buffers, answers of a language model, vectors of texts. */
export const JobKind = z.enum(['kernel', 'llm', 'embed']);
export type JobKind = z.infer<typeof JobKind>;
