import { createPublicKey, randomBytes, verify } from 'node:crypto';
import { authMessage } from '../../src-shared/network-protocol.ts';
import type { AgentId } from '../../src-shared/receipt.ts';
import { type Millis, millis, seconds } from '../../src-shared/units.ts';

/** How long an agent has to say hello, and then to sign its nonce. */
export const HANDSHAKE_TTL = seconds(10);

/** DER before the 32 key bytes of an Ed25519 public key (RFC 8410, section 4). */
const ED25519_SPKI = Buffer.from('302a300506032b6570032100', 'hex');

export type Challenge = Readonly<{ agent: AgentId; app: string; nonce: string; until: Millis }>;

export const challenge = (agent: AgentId, app: string, now: Millis): Challenge => ({
  agent,
  app,
  nonce: randomBytes(24).toString('base64url'),
  until: millis(now + HANDSHAKE_TTL),
});

/** Why the answer to a challenge does not prove the key; null where it does. */
export function authProblem(
  { agent, nonce, until }: Challenge,
  audience: string,
  signature: string,
  now: Millis,
): string | null {
  if (now > until)
    return `the challenge was answered after more than ${HANDSHAKE_TTL / 1000} seconds`;
  let signed = false;
  try {
    const der = Buffer.concat([ED25519_SPKI, Buffer.from(agent, 'base64url')]);
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
    const message = Buffer.from(authMessage(audience, nonce));
    signed = verify(null, message, key, Buffer.from(signature, 'base64url'));
  } catch {
    // Not a point on the curve: as wrong as a wrong signature.
    signed = false;
  }
  return signed ? null : 'the signature over the challenge is not by the key in hello';
}
