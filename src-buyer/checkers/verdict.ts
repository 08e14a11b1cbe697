import type { Said } from '../../src-shared/said.ts';

/** What a checker found: whether the result is right, and what to say of it. */
export type Verdict = { readonly ok: boolean; readonly verdict: Said };
