import { z } from 'zod';
import { NamedBlob } from './blob.ts';
import { Backend, LaneId } from './gpu.ts';
import { Checkpoint, Fault, Job, JobId, Needs, Pay } from './job.ts';
import { JobKind } from './job-kind.ts';
import { LlmSpec, MAX_CONTEXT, Model, PREFILL_BATCH } from './llm.ts';
import { Address, AgentId, SignedReceipt } from './receipt.ts';
import { Speeds } from './speed.ts';
import { bytes, millis } from './units.ts';

/**
 * JSON text frames over one WebSocket; blobs and models travel over HTTP at the same origin (`/v1/blobs/<sha256>`,
 * `/v1/models/<sha256>`).
 */
export const PROTOCOL_VERSION = 1;
export const AGENT_PATH = '/v1/agent';
/** The largest frame either side accepts, bytes. */
export const MAX_FRAME = 256 * 1024;
/** A lease that hears nothing for this long goes to someone else. */
export const LEASE_TTL = millis(60_000);
export const HEARTBEAT_EVERY = millis(15_000);
/** An offer nobody accepts within this is withdrawn. */
export const OFFER_TTL = millis(3_000);

/** What an agent signs to prove it holds its key: one purpose, one gateway, one nonce. */
export const authMessage = (audience: string, nonce: string) =>
  `offpeak-agent/1\n${audience}\n${nonce}`;

const nonce = z.string().min(16).max(64);
const lease = z.string().min(1).max(2000);
const OfferId = z.string().min(1).max(64);

/** What one lane can do, and whether it wants work now. */
export const LaneAdvert = z.object({
  lane: LaneId,
  backend: Backend,
  software: z.boolean(),
  vram: z.int().min(0).transform(bytes),
  ready: z.boolean(),
  /** The largest model it fetches for a job; any where the agent does not say. */
  largestModel: z.int().min(0).transform(bytes).optional(),
  /** What it runs; an agent that does not say runs kernels only. */
  kinds: z.array(JobKind).max(JobKind.options.length).optional(),
  /** What the agent's speed test measured; no promise, and nobody is paid by it. */
  measured: Speeds.optional(),
});
export type LaneAdvert = Readonly<z.infer<typeof LaneAdvert>>;

export const FromAgent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('hello'), version: z.int(), agent: AgentId, app: z.string().max(40) }),
  /** Ed25519 over `authMessage`, base64url. */
  z.object({ kind: z.literal('auth'), signature: z.string().max(128) }),
  /** The whole truth about all lanes; replaces the one before. */
  z.object({ kind: z.literal('advert'), lanes: z.array(LaneAdvert).max(16) }),
  z.object({ kind: z.literal('accept'), offer: OfferId }),
  z.object({ kind: z.literal('decline'), offer: OfferId, because: z.string().max(200) }),
  /** Also adopts a lease on a new connection. */
  z.object({ kind: z.literal('heartbeat'), lease, step: z.int().min(0) }),
  /** All output blobs are uploaded. Idempotent by (job, fence): saying it again gets the same receipt. */
  z.object({ kind: z.literal('result'), lease, outputs: z.array(NamedBlob).max(32) }),
  /** Yielded or evicted; never punished. Checkpoint blobs, if any, are uploaded. */
  z.object({ kind: z.literal('release'), lease, checkpoint: Checkpoint.nullable() }),
  /** `checkpoint`: as with `release`, where the machine is at fault and not the job. */
  z.object({
    kind: z.literal('failed'),
    lease,
    because: Fault,
    detail: z.string().max(4000),
    checkpoint: Checkpoint.nullable().default(null),
  }),
]);
export type FromAgent = Readonly<z.infer<typeof FromAgent>>;

export const FromGateway = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('challenge'), nonce, audience: z.string().max(200) }),
  z.object({
    kind: z.literal('welcome'),
    version: z.int(),
    network: z.object({ name: z.string().max(60), test: z.boolean() }),
    /** Bearer token for blob transfers while this connection lives. */
    blobToken: z.string().max(200),
    /** Who signs this network's receipts. */
    signer: Address,
  }),
  z.object({
    kind: z.literal('offer'),
    offer: OfferId,
    lane: LaneId,
    job: JobId,
    needs: Needs,
    pay: Pay,
    /** Where the job runs a model: which, how many tokens it holds at once, and how many it works on at once. */
    model: z
      .object({
        ...Model.shape,
        context: LlmSpec.shape.context,
        batch: z.int().min(1).max(MAX_CONTEXT).default(PREFILL_BATCH),
      })
      .optional(),
  }),
  z.object({
    kind: z.literal('assign'),
    offer: OfferId,
    lane: LaneId,
    lease,
    fence: z.int().min(1),
    job: Job,
    checkpoint: Checkpoint.nullable(),
  }),
  /** The result is accepted and paid. */
  z.object({ kind: z.literal('receipt'), lease, signed: SignedReceipt }),
  /** A `release` or `failed` is written down; the agent may forget the lease. */
  z.object({ kind: z.literal('settled'), lease }),
  /** The lease is no longer this agent's (expired, cancelled, finished elsewhere): stop, forget, void the claim. */
  z.object({ kind: z.literal('revoked'), lease, detail: z.string().max(500) }),
  z.object({ kind: z.literal('withdrawn'), offer: OfferId }),
  z.object({
    kind: z.literal('error'),
    code: z.enum([
      'bad-message',
      'auth',
      'version',
      'lease',
      'too-big',
      'rate',
      'internal',
      'closing',
    ]),
    detail: z.string().max(500),
  }),
]);
export type FromGateway = Readonly<z.infer<typeof FromGateway>>;

/** A frame that could not be read, with one sentence naming what was wrong. */
export type Unreadable = { readonly kind: 'unreadable'; readonly detail: string };

/** The one parser of this border: text to a message, or why not. */
export function readFrame<T>(schema: z.ZodType<T>, text: string): T | Unreadable {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'unreadable', detail: 'not JSON' };
  }
  const parsed = schema.safeParse(value);
  return parsed.success
    ? parsed.data
    : { kind: 'unreadable', detail: z.prettifyError(parsed.error).slice(0, 400) };
}
