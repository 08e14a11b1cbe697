import { setImmediate } from 'node:timers/promises';
import { RESULTS_KEPT } from '../../src-shared/job-status.ts';
import type { Millis } from '../../src-shared/units.ts';
import type { queueStatements } from './statements.ts';

/** Rows read at once while the blobs in use are gathered: a few milliseconds. */
const NAMES_BATCH = 200;
/** The name of a blob wherever it stands in JSON. */
const NAME = /[0-9a-f]{64}/g;

/** The names of the blobs in use, batch by batch; others have their turn in between. */
export async function* namedBlobs(
  { named }: Pick<ReturnType<typeof queueStatements>, 'named'>,
  now: Millis,
): AsyncGenerator<readonly string[]> {
  const since = now - RESULTS_KEPT;
  for (let last = 0; ; ) {
    const rows = named.all(since, last, NAMES_BATCH);
    last = rows.at(-1)?.seq ?? last;
    yield rows.flatMap(({ names }) => names.match(NAME) ?? []);
    if (rows.length < NAMES_BATCH) return;
    await setImmediate();
  }
}
