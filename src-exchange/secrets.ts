import { randomBytes } from 'node:crypto';
import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeDurably } from './durable-file.ts';

const secret = z.string().min(32).max(100);

/** What the exchange must never lose or show: kept in one file that only its owner may read. */
const Secrets = z.object({
  /** secp256k1: signs receipts. */
  signerKey: z
    .string()
    .regex(/^0x[0-9a-f]{64}$/)
    .transform((s) => s as `0x${string}`),
  /** MACs lease tokens. Survives restarts, so that agents can come back with their leases. */
  leaseKey: secret,
  /** Lets a program on this machine submit jobs. */
  buyerToken: secret,
});
export type Secrets = Readonly<z.infer<typeof Secrets>>;

const fresh = (): Secrets => ({
  // A random 256-bit number is not a valid key with a chance of 2^-128; viem would then throw at start.
  signerKey: `0x${randomBytes(32).toString('hex')}`,
  leaseKey: randomBytes(32).toString('base64url'),
  buyerToken: randomBytes(32).toString('base64url'),
});

function parse(text: string): Secrets | null {
  try {
    return Secrets.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Reads the secrets, or makes them on first start. A damaged file is kept aside and said through `notice`. */
export async function loadSecrets(
  folder: string,
  notice: (text: string) => void,
): Promise<Secrets> {
  const path = join(folder, 'secrets.json');
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  const known = text === null ? null : parse(text);
  if (known) return known;
  if (text !== null) {
    await rename(path, `${path}.damaged`);
    notice(
      `The exchange's keys were damaged and are kept as ${path}.damaged; receipts have a new signer from now on.`,
    );
  }
  const made = fresh();
  await writeDurably(path, `${JSON.stringify(made, null, 2)}\n`);
  return made;
}
