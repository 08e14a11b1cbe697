import { createPublicKey, verify } from 'node:crypto';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { describe, expect, test } from 'vitest';
import { importIdentity, makeIdentity } from '../../src-network/identity.ts';
import { checkReceipt, type Expected } from '../../src-network/receipt-check.ts';
import {
  RECEIPT_DOMAIN,
  RECEIPT_TYPES,
  Receipt,
  receiptMessage,
  SignedReceipt,
} from '../../src-shared/receipt.ts';
import { microUsd } from '../../src-shared/units.ts';
import { saying } from '../worlds/saying.ts';

const network = privateKeyToAccount(generatePrivateKey());
const { agent } = makeIdentity();

const receipt = (changes: object = {}) =>
  Receipt.parse({
    agent,
    job: 'job-1',
    fence: 2,
    amount: 500,
    cumulative: 1500,
    test: true,
    issuedAt: 1_790_000_000_000,
    ...changes,
  });

async function signed(changes: object = {}, account = network): Promise<SignedReceipt> {
  const said = receipt(changes);
  const signature = await account.signTypedData({
    domain: RECEIPT_DOMAIN,
    types: RECEIPT_TYPES,
    primaryType: 'Receipt',
    message: receiptMessage(said),
  });
  return SignedReceipt.parse({ receipt: said, signer: account.address, signature });
}

const expected = (previous = { cumulative: 1000, credited: 1000 }): Expected => ({
  agent,
  job: receipt().job,
  fence: 2,
  amount: microUsd(500),
  test: true,
  signer: network.address,
  previous: { cumulative: microUsd(previous.cumulative), credited: microUsd(previous.credited) },
});

describe('a receipt', () => {
  test('by the network for this job is good, whatever the case of its address', async () => {
    const good = await signed();
    expect(await checkReceipt(good, expected())).toEqual({ kind: 'ok' });
    const lower = `0x${network.address.slice(2).toLowerCase()}` as const;
    expect(await checkReceipt(good, { ...expected(), signer: lower })).toEqual({ kind: 'ok' });
  });

  test.each([
    ['for another agent', { agent: makeIdentity().agent }, 'another agent'],
    ['for another job', { job: 'job-2' }, 'job-2'],
    ['for another attempt', { fence: 1 }, 'attempt 1'],
    ['for less pay', { amount: 499 }, '499'],
    ['in money for a test job', { test: false }, 'money'],
    ['that forgets earlier pay', { cumulative: 1499 }, 'leaves out earlier pay'],
    ['that adds up to less than itself', { cumulative: 10 }, 'leaves out'],
  ])('%s is refused', async (_, changes, words) => {
    expect(await checkReceipt(await signed(changes), expected())).toEqual({
      kind: 'refused',
      detail: saying(words),
    });
  });

  test('changed after it was signed is refused', async () => {
    const good = await signed({ cumulative: 1500 });
    const raised = { ...good, receipt: receipt({ cumulative: 9999 }) };
    expect(await checkReceipt(raised, expected())).toMatchObject({ kind: 'refused' });
  });

  test('by somebody else is refused, in their own name and in the name of the network', async () => {
    const other = privateKeyToAccount(generatePrivateKey());
    const theirs = await signed({}, other);
    expect(await checkReceipt(theirs, expected())).toMatchObject({ kind: 'refused' });
    const forged = { ...theirs, signer: network.address };
    expect(await checkReceipt(forged, expected())).toMatchObject({
      kind: 'refused',
      detail: saying('not by its signer'),
    });
  });

  test('with bytes that are no signature is refused', async () => {
    const nonsense = SignedReceipt.parse({
      ...(await signed()),
      signature: `0x${'f'.repeat(130)}`,
    });
    expect(await checkReceipt(nonsense, expected())).toMatchObject({ kind: 'refused' });
  });

  test('that was signed earlier and comes later is good, as long as the highest sum covers all', async () => {
    const late = await signed({ cumulative: 500 });
    const atStanding = (cumulative: number, credited: number) =>
      checkReceipt(late, expected({ cumulative, credited }));
    expect(await atStanding(1000, 500)).toEqual({ kind: 'ok' });
    expect(await atStanding(1000, 1000)).toMatchObject({ kind: 'refused' });
  });
});

describe('an identity', () => {
  test('is the same after it was stored, and its signature is good for its own id', () => {
    const first = makeIdentity();
    const second = importIdentity(JSON.parse(JSON.stringify(first.exportKey())));
    if ('kind' in second) throw new Error(second.detail);
    expect(second.agent).toBe(first.agent);
    const key = createPublicKey({
      format: 'jwk',
      key: { kty: 'OKP', crv: 'Ed25519', x: first.agent },
    });
    const signature = Buffer.from(second.sign('hello'), 'base64url');
    expect(verify(null, Buffer.from('hello'), key, signature)).toBe(true);
  });

  test('with a public half that is not its own, or that is no key, does not load', () => {
    const key = makeIdentity().exportKey();
    for (const value of [{ ...key, x: agent }, { ...key, d: 'short' }, {}, null, 'key'])
      expect(importIdentity(value)).toMatchObject({ kind: 'unreadable' });
  });
});
