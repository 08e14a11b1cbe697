import { createHash } from 'node:crypto';
import { type FileHandle, open, rm, stat } from 'node:fs/promises';
import { fileDigest } from '../../src-disk/file-digest.ts';
import { writeAll } from '../../src-disk/received-file.ts';
import type { ModelAnswer, Models } from '../../src-network/model-transfer.ts';
import type { Model } from '../../src-shared/llm.ts';
import { said } from '../../src-shared/said.ts';
import { pause } from '../../src-shared/timer.ts';
import { seconds } from '../../src-shared/units.ts';

/** Tries in a row that brought nothing, before the job goes back. */
const PATIENCE = 4;
const TRY_AGAIN_AFTER = seconds(1);

/** How far it is: bytes on this disk, of how many. */
export type Progress = (done: number, of: number) => void;

/**
 * Fills `part` with the model, going on where it ends: what a kill or a broken line left is not fetched again.
 * `ok`: it holds the whole model, by its digest, on the platters. `corrupt`: it held something else and is gone.
 * Throws what the disk says; what is there stays for the next time.
 */
export async function downloadModel(
  model: Model,
  part: string,
  source: Pick<Models, 'fetch'>,
  progress: Progress,
  signal: AbortSignal,
): Promise<ModelAnswer> {
  let had = await stat(part).then(
    (found) => found.size,
    () => 0,
  );
  if (had > model.size) {
    // Never ours.
    await rm(part, { force: true });
    had = 0;
  }
  const hash = createHash('sha256');
  const hear = had === 0 ? (piece: Uint8Array) => void hash.update(piece) : () => {};
  const file = await open(part, 'a', 0o600);
  try {
    const filled = await fill(file, had, hear, model, source, progress, signal);
    if (filled.kind !== 'ok') return filled;
    await file.sync();
  } finally {
    await file.close();
  }
  // What was there before is read only now: a line that breaks often would wait for the disk each time.
  const found = had > 0 ? (await fileDigest(part, signal)).sha256 : hash.digest('hex');
  if (found === model.sha256) return { kind: 'ok' };
  await rm(part, { force: true });
  return { kind: 'corrupt', detail: said('modelOther', { sha256: model.sha256 }) };
}

async function fill(
  file: FileHandle,
  had: number,
  hear: (piece: Uint8Array) => void,
  model: Model,
  source: Pick<Models, 'fetch'>,
  progress: Progress,
  signal: AbortSignal,
): Promise<ModelAnswer> {
  let at = had;
  for (let failures = 0; at < model.size; ) {
    const before = at;
    const answer = await source.fetch(
      model,
      at,
      async (piece) => {
        await writeAll(file, piece);
        hear(piece);
        at += piece.byteLength;
        progress(at, model.size);
      },
      signal,
    );
    if (answer.kind === 'ok') break;
    failures = at > before ? 0 : failures + 1;
    if (answer.kind !== 'unreachable' || failures >= PATIENCE || signal.aborted) return answer;
    await pause(TRY_AGAIN_AFTER, signal);
  }
  return { kind: 'ok' };
}
