import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { diskTrouble, saidOf } from '../src-disk/disk-trouble.ts';
import { replaceFileAsync } from '../src-disk/durable-file.ts';
import type { NamedBlob } from '../src-shared/blob.ts';
import {
  JobList,
  MAX_JOBS_PER_REQUEST,
  MAX_WAIT,
  Refusal,
  Submitted,
} from '../src-shared/buyer-protocol.ts';
import type { JobId } from '../src-shared/job.ts';
import type { JobStatus } from '../src-shared/job-status.ts';
import { inEnglish } from '../src-shared/wording.ts';
import { unpackOutput } from './job-outputs.ts';
import type { JobPlan } from './job-plan.ts';

/** Where to submit, and the token that allows it. */
export type Shop = Readonly<{ url: string; token: string }>;

/** One sentence for the person. */
export type BuyerTrouble = { readonly kind: 'trouble'; readonly detail: string };

export type Progress =
  | { readonly kind: 'uploading'; readonly done: number; readonly of: number }
  | { readonly kind: 'submitted'; readonly jobs: number }
  | {
      readonly kind: 'running';
      readonly done: number;
      readonly failed: number;
      readonly running: number;
      readonly of: number;
      /** Steps of all jobs, and how many of them are done. */
      readonly step: number;
      readonly steps: number;
    };

/** Thrown inside this file only, so that every entry turns it into a value. */
class Trouble extends Error {}
/** Nobody answers: perhaps only for a moment. */
class Silence extends Trouble {}

async function asValue<T>(work: () => Promise<T>): Promise<T | BuyerTrouble> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Trouble) return { kind: 'trouble', detail: error.message };
    const disk = diskTrouble(error);
    if (disk) return { kind: 'trouble', detail: inEnglish(saidOf(disk)) };
    throw error;
  }
}

async function ask(shop: Shop, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { ...init.headers, authorization: `Bearer ${shop.token}` };
  let response: Response;
  try {
    response = await fetch(`${shop.url}${path}`, { ...init, headers });
  } catch (error) {
    if (init.signal?.aborted) throw new Trouble('stopped');
    const cause =
      error instanceof Error && error.cause instanceof Error ? error.cause.message : error;
    throw new Silence(`the exchange at ${shop.url} does not answer (${cause})`);
  }
  if (response.ok || (init.method === 'HEAD' && response.status === 404)) return response;
  if (response.status === 401) throw new Trouble('the exchange refused: the token is not valid');
  const refusal = Refusal.safeParse(await response.json().catch(() => null));
  const why = refusal.success ? refusal.data.error : `status ${response.status}`;
  throw new Trouble(`the exchange refused: ${why}`);
}

async function answer<T>(schema: z.ZodType<T>, response: Response): Promise<T> {
  const parsed = schema.safeParse(await response.json().catch(() => null));
  if (parsed.success) return parsed.data;
  throw new Trouble(
    `the exchange gave an answer nobody can read: ${z.prettifyError(parsed.error)}`,
  );
}

const signalOf = (signal: AbortSignal | undefined) => (signal ? { signal } : {});

/** Uploads what the exchange does not have, then submits every job. Saying it again changes nothing. */
export const submit = (
  plan: JobPlan,
  shop: Shop,
  onProgress: (progress: Progress) => void = () => {},
  signal?: AbortSignal,
): Promise<{ readonly kind: 'submitted'; readonly jobs: readonly JobId[] } | BuyerTrouble> =>
  asValue(async () => {
    let done = 0;
    for (const [sha256, data] of plan.blobs) {
      onProgress({ kind: 'uploading', done, of: plan.blobs.size });
      const path = `/v1/blobs/${sha256}`;
      const known = await ask(shop, path, { method: 'HEAD', ...signalOf(signal) });
      // A copy into its own memory: fetch wants no shared buffers.
      const body = new Uint8Array(data);
      if (!known.ok) await ask(shop, path, { method: 'PUT', body, ...signalOf(signal) });
      done += 1;
    }
    onProgress({ kind: 'uploading', done, of: plan.blobs.size });
    const ids: JobId[] = [];
    for (let from = 0; from < plan.jobs.length; from += MAX_JOBS_PER_REQUEST) {
      const body = JSON.stringify(plan.jobs.slice(from, from + MAX_JOBS_PER_REQUEST));
      const headers = { 'content-type': 'application/json' };
      const init = { method: 'POST', body, headers, ...signalOf(signal) };
      ids.push(...(await answer(Submitted, await ask(shop, '/v1/jobs', init))).jobs);
    }
    onProgress({ kind: 'submitted', jobs: ids.length });
    return { kind: 'submitted', jobs: ids };
  });

function progressOf(jobs: readonly JobStatus[]): Extract<Progress, { kind: 'running' }> {
  const count = (kind: JobStatus['state']['kind']) =>
    jobs.filter(({ state }) => state.kind === kind).length;
  const stepOf = ({ state, steps }: JobStatus) => {
    switch (state.kind) {
      case 'done':
      case 'expired':
        return steps;
      case 'failed':
        return 0;
      case 'waiting':
      case 'running':
        return Math.min(state.step, steps);
    }
  };
  return {
    kind: 'running',
    done: count('done') + count('expired'),
    failed: count('failed'),
    running: count('running'),
    of: jobs.length,
    step: jobs.reduce((sum, job) => sum + stepOf(job), 0),
    steps: jobs.reduce((sum, { steps }) => sum + steps, 0),
  };
}

/** An exchange that restarts is back within this; after that it is gone. */
const PATIENCE = 60_000;
const TRY_EVERY = 500;

/** Asks again for a while where nobody answers. */
async function patiently<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  const until = Date.now() + PATIENCE;
  for (;;)
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Silence) || Date.now() > until || signal?.aborted) throw error;
      await new Promise((resolve) => setTimeout(resolve, TRY_EVERY));
    }
}

/** Waits, without polling, until every job of the array is done or failed. Sits out a restart of the exchange. */
export const waitFor = (
  array: JobId,
  shop: Shop,
  onProgress: (progress: Progress) => void = () => {},
  signal?: AbortSignal,
): Promise<{ readonly kind: 'ended'; readonly jobs: readonly JobStatus[] } | BuyerTrouble> =>
  asValue(async () => {
    let after = 0;
    for (;;) {
      const query = new URLSearchParams({ array, after: String(after), wait: String(MAX_WAIT) });
      const { change, jobs } = await patiently(signal, async () =>
        answer(JobList, await ask(shop, `/v1/jobs?${query}`, signalOf(signal))),
      );
      if (jobs.length === 0) throw new Trouble(`the exchange knows no job called ${array}`);
      const progress = progressOf(jobs);
      onProgress(progress);
      if (progress.done + progress.failed === jobs.length) return { kind: 'ended', jobs };
      after = change;
    }
  });

async function download(shop: Shop, { sha256, size, name }: NamedBlob): Promise<Uint8Array> {
  const response = await ask(shop, `/v1/blobs/${sha256}`);
  const data = new Uint8Array(await response.arrayBuffer().catch(() => new ArrayBuffer(0)));
  const hash = createHash('sha256').update(data).digest('hex');
  if (data.byteLength !== size || hash !== sha256)
    throw new Trouble(`output ${name} arrived damaged; try again`);
  return data;
}

function outputsFrom({ title, state }: JobStatus): readonly NamedBlob[] {
  switch (state.kind) {
    case 'done':
      return state.outputs;
    case 'expired':
      throw new Trouble(`${title} was done, but ${state.because}`);
    case 'failed':
      throw new Trouble(`${title} failed: ${state.because}`);
    case 'waiting':
    case 'running':
      throw new Trouble(`${title} is not done yet`);
  }
}

/** Downloads the outputs of an array that is done and writes the files the job file asks for into `outDir`. */
export const collect = (
  plan: JobPlan,
  statuses: readonly JobStatus[],
  shop: Shop,
  outDir: string,
): Promise<{ readonly kind: 'collected'; readonly files: readonly string[] } | BuyerTrouble> =>
  asValue(async () => {
    const outputsOf = new Map(statuses.map((status) => [status.job, outputsFrom(status)]));
    const files: string[] = [];
    for (const [name, output] of Object.entries(plan.outputs)) {
      const parts: Uint8Array[] = [];
      for (const { id } of plan.jobs) {
        const blob = outputsOf.get(id)?.find((given) => given.name === name);
        if (!blob) throw new Trouble(`job ${id} has no output ${name}`);
        parts.push(await download(shop, blob));
      }
      const made = unpackOutput(output, parts);
      if (made.kind === 'bad-output') throw new Trouble(made.detail);
      const path = join(outDir, output.file);
      await mkdir(dirname(path), { recursive: true });
      // Readable as the person's umask says, like any file they make.
      await replaceFileAsync(path, made.data, 0o666);
      files.push(path);
    }
    return { kind: 'collected', files };
  });
