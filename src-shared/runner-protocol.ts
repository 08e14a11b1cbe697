import { z } from 'zod';
import { Backend, Chip } from './gpu.ts';
import { Fault, Job, JobId } from './job.ts';
import { Lockdown } from './lockdown.ts';
import { Said } from './said.ts';
import { millis } from './units.ts';

const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'not bytes');
/** Contents of buffers by name. */
const Contents = z.record(z.string(), bytes);

/** The share of the time in which steps run; the rest is pauses between them. Never 0: that would be a hold. */
export const Duty = z.number().min(0.01).max(1);

/** Jobs of one model that can be worked on together. */
export const MAX_SEATS = 8;

/** Where a job's model lies, checked already, and how to load it. */
export const ModelPlace = z.object({
  path: z.string().min(1).max(4096),
  /** False: on the processor, because the lane is the software one. */
  gpu: z.boolean(),
  /** So many jobs of this model may come at the same time. */
  seats: z.int().min(1).max(MAX_SEATS),
});
export type ModelPlace = Readonly<z.infer<typeof ModelPlace>>;

/** Main to runner. Everything the runner may know comes in these; it opens no connection, and no file but a model's. */
export const RunnerCommand = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('start'),
    job: Job,
    backend: Backend,
    /** The card's number in the order of the slots, and its slot (`0000:01:00.0`), which counts where it is known. */
    device: z.int().min(0),
    pci: z.string().max(40).nullable().optional(),
    /** WebGPU: the card to work on, or none at all; left out for whatever the system offers. */
    chip: Chip.optional(),
    /** Contents of every blob of `inputBlobs(job, backend)`, by SHA-256. */
    blobs: Contents,
    /** With every job that runs a model. While one is worked on, others of the same model may be started. */
    model: ModelPlace.optional(),
    /** Go on here: the step to run next, and the contents of every buffer of a checkpoint. */
    resume: z.object({ step: z.int().min(0), buffers: Contents }).nullable(),
    /** How often to send a checkpoint without being asked. */
    checkpointEvery: z.int().min(100).transform(millis),
    /** As in `duty`, from the first step on. */
    duty: Duty,
  }),
  /** Work this share of the time and rest the other, from the next step on. */
  z.object({ kind: z.literal('duty'), job: JobId, duty: Duty }),
  /** Finish the step, send the last checkpoint in `yielded`, end the job. The process stays. */
  z.object({ kind: z.literal('yield'), job: JobId }),
]);
export type RunnerCommand = Readonly<z.infer<typeof RunnerCommand>>;

/** Runner to main. It works on strangers' data, so main reads its words as carefully as a stranger's. */
export const RunnerEvent = z.discriminatedUnion('kind', [
  /** The process is up and listens. What was to be taken from it is gone by now; one that does not say so holds nothing. */
  z.object({ kind: z.literal('ready'), lockdown: Lockdown.default({ held: [], missing: [] }) }),
  z.object({ kind: z.literal('progress'), job: JobId, step: z.int().min(0) }),
  /** Said once: for some time each step has taken `took`, and a card is given back between steps only. */
  z.object({
    kind: z.literal('slow'),
    job: JobId,
    step: z.int().min(0),
    took: z.int().min(0).transform(millis),
  }),
  z.object({ kind: z.literal('checkpoint'), job: JobId, step: z.int().min(0), buffers: Contents }),
  z.object({
    kind: z.literal('yielded'),
    job: JobId,
    step: z.int().min(0),
    buffers: Contents,
  }),
  /** All steps ran, or an answer ended early; `outputs`: see `outputNames`. `activeFor`: time spent in steps. */
  z.object({
    kind: z.literal('done'),
    job: JobId,
    outputs: Contents,
    activeFor: z.int().min(0).transform(millis),
  }),
  z.object({ kind: z.literal('failed'), job: JobId, because: Fault, detail: Said }),
]);
export type RunnerEvent = Readonly<z.infer<typeof RunnerEvent>>;
