import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto';
import { z } from 'zod';
import { AgentId } from '../src-shared/receipt.ts';

/** 32 bytes in base64url. */
const KeyBytes = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'a key is 32 bytes in base64url');

/** An Ed25519 private key as a JWK (RFC 8037 section 2). `d` is the secret. */
export const IdentityKey = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  d: KeyBytes,
  x: KeyBytes,
});
export type IdentityKey = Readonly<z.infer<typeof IdentityKey>>;

/** Who this agent is on the network: whoever holds the key owns what was earned with it. */
export type Identity = {
  readonly agent: AgentId;
  /** Ed25519 (RFC 8032) over the UTF-8 bytes of `text`, base64url. */
  readonly sign: (text: string) => string;
  /** The secret itself, to be stored in a safe place and nowhere else. */
  readonly exportKey: () => IdentityKey;
};

function identity(privateKey: KeyObject): Identity {
  const key = IdentityKey.parse(privateKey.export({ format: 'jwk' }));
  return {
    agent: AgentId.parse(key.x),
    sign: (text) => sign(null, Buffer.from(text, 'utf8'), privateKey).toString('base64url'),
    exportKey: () => key,
  };
}

/** A new key from the system's randomness. */
export const makeIdentity = (): Identity => identity(generateKeyPairSync('ed25519').privateKey);

/** A stored key, or one sentence why the value is none. The public half must belong to the secret one. */
export function importIdentity(
  value: unknown,
): Identity | { readonly kind: 'unreadable'; readonly detail: string } {
  const key = IdentityKey.safeParse(value);
  if (!key.success) return { kind: 'unreadable', detail: 'this is not an Ed25519 key' };
  try {
    const privateKey = createPrivateKey({ format: 'jwk', key: key.data });
    const { x } = createPublicKey(privateKey).export({ format: 'jwk' });
    if (x === key.data.x) return identity(privateKey);
    return { kind: 'unreadable', detail: 'the public half of the key does not belong to it' };
  } catch {
    // OpenSSL's words name no cause a person could use, and might quote the key.
    return { kind: 'unreadable', detail: 'the key does not load' };
  }
}
