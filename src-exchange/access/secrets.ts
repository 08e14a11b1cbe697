import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { FOR_OWNER_ONLY } from '../../src-disk/durable-file.ts';
import { openJsonFile } from '../../src-disk/json-file.ts';
import { type Said, said } from '../../src-shared/said.ts';

const secret = z.string().min(32).max(100);
const signerKey = z
  .string()
  .regex(/^0x[0-9a-f]{64}$/)
  .transform((s) => s as `0x${string}`);

/** What the exchange must never lose or show: kept in one file that only its owner may read. */
const Secrets = z.object({
  /** secp256k1: signs receipts. */
  signerKey,
  /** The book of receipts whose sums `signerKey` signs; no name in a file from before books had one. */
  book: z.string().optional(),
  /** Signed for books that are lost. What they promised is still owed, so they are never thrown away. */
  formerKeys: z.array(signerKey).default([]),
  /** MACs lease tokens. Survives restarts, so that agents can come back with their leases. */
  leaseKey: secret,
  /** Lets a program on this machine submit jobs. */
  buyerToken: secret,
});
export type Secrets = Readonly<z.infer<typeof Secrets>>;

// A random 256-bit number is not a valid key with a chance of 2^-128; viem would then throw at start.
const freshKey = (): `0x${string}` => `0x${randomBytes(32).toString('hex')}`;

const fresh = (book: string): Secrets => ({
  signerKey: freshKey(),
  book,
  formerKeys: [],
  leaseKey: randomBytes(32).toString('base64url'),
  // In hex, because it is typed after --token, and base64url may begin with a dash.
  buyerToken: randomBytes(32).toString('hex'),
});

/** The same secrets for another book. */
const succeed = (known: Secrets, book: string): Secrets =>
  known.book === undefined
    ? { ...known, book }
    : {
        ...known,
        book,
        signerKey: freshKey(),
        formerKeys: [...known.formerKeys, known.signerKey],
      };

/**
 * Reads the secrets, or makes them on first start. A damaged file is kept aside and said through `notice`.
 *
 * A receipt's sum must never be lower than one signed before by the same key: agents rightly refuse it. Where the book is
 * another than the key's (damaged, lost), nobody can tell how far its promises went. Not starting would stop all work
 * over a file that nobody can mend, so the sums begin again from zero under a new key, which agents are told when they
 * are welcomed; the receipts they have keep their worth, and the former key is kept to tell.
 */
export async function loadSecrets(
  folder: string,
  book: string,
  notice: (what: Said) => void,
): Promise<Secrets> {
  const path = join(folder, 'secrets.json');
  const file = openJsonFile(path, Secrets, { mode: FOR_OWNER_ONLY });
  const known = file.valueOrAside((aside) => notice(said('exchangeKeysDamaged', { file: aside })));
  if (known?.book === book) return known;
  const made = known ? succeed(known, book) : fresh(book);
  await file.writeAsync(made);
  if (known && known.signerKey !== made.signerKey)
    notice(said('receiptsUnreadable', { file: path }));
  return made;
}
