import { z } from 'zod';
import { Blob } from './blob.ts';
import { LaneId } from './gpu.ts';
import { JobId } from './job.ts';
import { JobCounts, JobStatus } from './job-status.ts';
import { Model } from './llm.ts';
import { LaneAdvert } from './network-protocol.ts';
import { Address, AgentId } from './receipt.ts';

/** Jobs in one request: an array of 4096 goes in a few. */
export const MAX_JOBS_PER_REQUEST = 512;
/** The longest a request may wait for news, ms: below the minute after which proxies lose patience. */
export const MAX_WAIT = 25_000;

/** One sentence naming what was wrong; `missing` where it is blobs. */
export const Refusal = z.object({ error: z.string(), missing: z.array(Blob).optional() });

/** A model the operator of this network lets agents run. */
export const ListedModel = z.object({ ...Model.shape, name: z.string().min(1).max(120) });
export type ListedModel = Readonly<z.infer<typeof ListedModel>>;

export const Submitted = z.object({ jobs: z.array(JobId), fresh: z.int().min(0) });

/** `change` goes into the next request's `after`, which then waits for news. */
export const JobList = z.object({ change: z.int(), jobs: z.array(JobStatus) });
export type JobList = Readonly<z.infer<typeof JobList>>;

export const ExchangeStatus = z.object({
  network: z.object({ name: z.string(), test: z.boolean() }),
  signer: Address,
  jobs: JobCounts,
  agents: z.array(
    z.object({
      agent: AgentId,
      app: z.string(),
      lanes: z.array(z.object({ ...LaneAdvert.shape, lane: LaneId, job: JobId.nullable() })),
    }),
  ),
});
export type ExchangeStatus = Readonly<z.infer<typeof ExchangeStatus>>;

/** `exchange.json`: where the running exchange is, for programs of the same person. */
export const RunningExchange = z.object({
  url: z.url({ protocol: /^https?$/ }),
  buyerToken: z.string().min(1),
  pid: z.int().min(1),
});
export type RunningExchange = Readonly<z.infer<typeof RunningExchange>>;
