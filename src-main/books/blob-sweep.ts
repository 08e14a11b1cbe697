import type { BlobStore } from '../../src-disk/blob-store.ts';
import { errorWords } from '../../src-disk/disk-trouble.ts';
import { millis, minutes } from '../../src-shared/units.ts';
import type { Books } from './books.ts';

/** Job data nobody needs any more is looked for this often ... */
const TIDY_EVERY = minutes(1);
/** ... and removed when no row has named it for this long: it may be on its way into one. */
const UNNAMED_FOR = minutes(2);

/** Removes job data that nobody needs, now and until `signal`. Resolves when what a crash has left is gone. */
export async function sweepBlobs(
  store: BlobStore,
  books: Books,
  log: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  // Nothing writes yet, so what no row names was left by a crash.
  await store.sweep(books.namedBlobs(), millis(0));
  const timer = setInterval(() => {
    store.sweep(books.namedBlobs(), UNNAMED_FOR).catch((error: unknown) => {
      log(`old job data could not be removed: ${errorWords(error)}`);
    });
  }, TIDY_EVERY);
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}
