import { z } from 'zod';
import { JobId } from './job.ts';
import { microUsd, millis } from './units.ts';

/** An Ed25519 public key, base64url: who an agent is. */
export const AgentId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{43}$/, 'an agent id is a 32-byte key in base64url')
  .brand<'AgentId'>();
export type AgentId = z.infer<typeof AgentId>;

/** An EVM address: who signs receipts. */
export const Address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/)
  .transform((s) => s as `0x${string}`);
export type Address = z.infer<typeof Address>;

/**
 * What the network says it owes: this job's pay, and the sum of all receipts to this agent so far. One cumulative
 * receipt proves the whole debt, so losing earlier ones loses nothing.
 */
export const Receipt = z.object({
  agent: AgentId,
  job: JobId,
  fence: z.int().min(1),
  amount: z.int().min(0).transform(microUsd),
  cumulative: z.int().min(0).transform(microUsd),
  /** True: test credits, worth nothing. Test credits and money have separate cumulative sums. */
  test: z.boolean(),
  issuedAt: z.int().transform(millis),
});
export type Receipt = Readonly<z.infer<typeof Receipt>>;

export const SignedReceipt = z.object({
  receipt: Receipt,
  signer: Address,
  signature: z
    .string()
    .regex(/^0x[0-9a-f]{130}$/)
    .transform((s) => s as `0x${string}`),
});
export type SignedReceipt = Readonly<z.infer<typeof SignedReceipt>>;

/** EIP-712 (https://eips.ethereum.org/EIPS/eip-712) shape of a receipt, so that a contract can check the same bytes. */
export const RECEIPT_DOMAIN = { name: 'Offpeak', version: '1' } as const;
export const RECEIPT_TYPES = {
  Receipt: [
    { name: 'agent', type: 'string' },
    { name: 'job', type: 'string' },
    { name: 'fence', type: 'uint64' },
    { name: 'amount', type: 'uint128' },
    { name: 'cumulative', type: 'uint128' },
    { name: 'test', type: 'bool' },
    { name: 'issuedAt', type: 'uint64' },
  ],
} as const;

/** The message that is hashed and signed: the receipt with its numbers as bigint. */
export const receiptMessage = (r: Receipt) => ({
  agent: r.agent as string,
  job: r.job as string,
  fence: BigInt(r.fence),
  amount: BigInt(r.amount),
  cumulative: BigInt(r.cumulative),
  test: r.test,
  issuedAt: BigInt(r.issuedAt),
});
