/** What a checker found: whether the result is right, and one sentence for a person. */
export type Verdict = { readonly ok: boolean; readonly verdict: string };
