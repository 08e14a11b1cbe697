import type { Snapshot } from '../../../src-shared/snapshot.ts';

/** See preview.mjs. */
export function openPreview(how?: { readonly named?: boolean }): Promise<{
  readonly address: string;
  readonly states: readonly string[];
  readonly snapshots: Readonly<Record<string, Snapshot>>;
  readonly heard: readonly unknown[];
  readonly push: (snapshot: object) => void;
  readonly close: () => void;
}>;
