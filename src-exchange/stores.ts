import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Said } from '../src-shared/said.ts';
import { type Millis, millis } from '../src-shared/units.ts';
import { loadSecrets, type Secrets } from './access/secrets.ts';
import { type BlobStore, openBlobs } from './blobs/blobs.ts';
import { type ModelShelf, openModels } from './models/shelf.ts';
import type { Queue } from './queue/queue.ts';
import { openSqliteQueue } from './queue/sqlite-queue.ts';
import { openBook } from './receipts/book.ts';
import { openReceipts, type Receipts } from './receipts/receipts.ts';

/** Everything an exchange keeps. */
export type Stores = Readonly<{
  queue: Queue;
  receipts: Receipts;
  blobs: BlobStore;
  models: ModelShelf;
  secrets: Secrets;
  now: () => Millis;
  close(): void;
}>;

/** Opens the folder of an exchange, or makes one. Throws what the disk says, with nothing left open. */
export async function openStores(options: {
  readonly folder: string;
  readonly notice: (what: Said) => void;
  readonly now?: () => Millis;
}): Promise<Stores> {
  const { folder, notice } = options;
  const now = options.now ?? (() => millis(Date.now()));
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const book = openBook(join(folder, 'receipts.db'), { now, notice });
  try {
    const secrets = await loadSecrets(folder, book.id, notice);
    const since = secrets.formerKeys.length > 0 ? millis(book.began) : null;
    const receipts = openReceipts(book, secrets.signerKey, { now, since });
    const blobs = await openBlobs(join(folder, 'blobs'), now);
    const models = await openModels(join(folder, 'models'), notice);
    const queue = openSqliteQueue(join(folder, 'queue.db'), { now, notice });
    const close = () => {
      queue.close();
      book.db.close();
    };
    return { queue, receipts, blobs, models, secrets, now, close };
  } catch (error) {
    book.db.close();
    throw error;
  }
}
