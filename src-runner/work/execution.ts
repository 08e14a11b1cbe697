import { type KernelSpec, locateStep, stepCount } from '../../src-shared/kernel.ts';
import type { RunnerEvent } from '../../src-shared/runner-protocol.ts';
import { said } from '../../src-shared/said.ts';
import { type Millis, millis, seconds } from '../../src-shared/units.ts';
import { openBatches } from './batch.ts';
import { type Digest, type KernelStart, unpack } from './contents.ts';
import {
  type BufferContents,
  type Device,
  type Failure,
  failure,
  isFailure,
  type LoadedJob,
} from './device.ts';
import type { Clock, DutyCycle } from './duty-cycle.ts';

/** Ten a second: smooth for the eye, nothing for the processor, however short the steps are. */
const PROGRESS_EVERY = millis(100);

/**
 * Steps are meant to stay well under a second. This leaves room for a card a hundred times slower than the one a job was
 * written for, and for software rendering; what takes longer is taken for a step that never ends.
 */
export const STEP_TIMEOUT = seconds(30);
/**
 * Steps that are given to the card together have the time of all of them, but no more than this: main ends a runner that
 * says nothing for longer (`SILENT_FOR`), and would take the job's fault for the machine's.
 */
export const BATCH_TIMEOUT = seconds(100);

/** All the loop needs from the process or page it lives in. */
export type Host = {
  readonly say: (event: RunnerEvent) => void;
  readonly sha256: Digest;
  /** Lets waiting messages in. */
  readonly breathe: () => Promise<void>;
  readonly stepTimeout: Millis;
  readonly clock: Clock;
};

/**
 * Runs one kernel job from its first step, or from its checkpoint, until it is done, fails, or `yielding` is aborted; no faster
 * than `dutyCycle` allows.
 */
export async function execute(
  start: KernelStart,
  open: () => Promise<Device | Failure>,
  host: Host,
  yielding: AbortSignal,
  dutyCycle: DutyCycle,
): Promise<RunnerEvent> {
  const job = start.job.id;
  const failed = ({ because, detail }: Failure): RunnerEvent => ({
    kind: 'failed',
    job,
    because,
    detail,
  });

  const unpacked = await unpack(start, host.sha256);
  if (isFailure(unpacked)) return failed(unpacked);
  const { spec, needs } = start.job;
  const { contents } = unpacked;
  const device = await open();
  if (isFailure(device)) return failed(device);
  const loaded = await device.load({ spec, vram: needs.vram, ...unpacked }, yielding);
  // Nothing was done, so everything is as it came.
  if (loaded === 'stopped') return untouched(start, contents);
  if (isFailure(loaded)) return failed(loaded);

  const end = await runSteps(start, loaded, host, yielding, dutyCycle);
  // After a failure a step may still run, and freeing memory would wait for it. A poisoned process ends anyway.
  if (!isFailure(end) || end.because !== 'timed-out') loaded.close();
  return isFailure(end) ? failed(end) : end;
}

async function runSteps(
  { job: { id: job, spec }, resume, checkpointEvery }: KernelStart,
  loaded: LoadedJob,
  host: Host,
  yielding: AbortSignal,
  dutyCycle: DutyCycle,
): Promise<RunnerEvent | Failure> {
  const { now } = host.clock;
  const steps = stepCount(spec);
  const dirty = writtenBuffers(spec);
  const batches = openBatches();
  let step = resume?.step ?? 0;
  let active = 0;
  let saidAt = now();
  let savedAt = saidAt;
  const say = () => host.say({ kind: 'progress', job, step });
  say();

  while (step < steps && !yielding.aborted) {
    const place = locateStep(spec, step);
    if (!place) throw new RangeError(`step ${step} of ${steps} lies in no stage`);
    const { stage, within: first } = place;
    if (first === 0) batches.reset();
    await dutyCycle.rest(yielding, say);
    if (yielding.aborted) break;
    const count = batches.next(stage.count - first);
    const before = now();
    const trouble = await within(
      batchLimit(host.stepTimeout, count),
      loaded.steps(stage.launches, first, count),
    );
    if (trouble)
      return failure(
        trouble.because,
        said('inSteps', { steps: stepsIn(step, count), detail: trouble.detail }),
      );
    const after = now();
    active += after - before;
    dutyCycle.worked(before, after);
    step += count;
    const slow = batches.took(count, millis(after - before));
    if (slow !== null) host.say({ kind: 'slow', job, step, took: slow });

    if (after - saidAt >= PROGRESS_EVERY || step === steps) {
      saidAt = after;
      say();
    }
    if (after - savedAt >= checkpointEvery && step < steps && !yielding.aborted) {
      const buffers = await loaded.read(dirty);
      if (isFailure(buffers)) return buffers;
      // Asked to yield while it was read: this is the last one, and need not be read again.
      if (yielding.aborted) return { kind: 'yielded', job, step, buffers };
      host.say({ kind: 'checkpoint', job, step, buffers });
      // From the end of saving: a job with large buffers must not spend its time on checkpoints alone.
      savedAt = now();
    }
    await host.breathe();
  }

  // A yield that comes during the last step is too late to matter: the job is done.
  const finished = step === steps;
  const buffers = await loaded.read(finished ? spec.outputs : dirty);
  if (isFailure(buffers)) return buffers;
  return finished
    ? { kind: 'done', job, outputs: buffers, activeFor: millis(Math.round(active)) }
    : { kind: 'yielded', job, step, buffers };
}

/** What a job that was stopped before its first step hands back. */
function untouched(
  { job: { id: job, spec }, resume }: KernelStart,
  contents: BufferContents,
): RunnerEvent {
  const buffers: Record<string, Uint8Array> = {};
  for (const name of writtenBuffers(spec)) {
    const bytes = contents.get(name) ?? 'zeros';
    buffers[name] = bytes === 'zeros' ? new Uint8Array(spec.buffers[name]?.size ?? 0) : bytes;
  }
  return { kind: 'yielded', job, step: resume?.step ?? 0, buffers };
}

const writtenBuffers = ({ buffers }: KernelSpec): string[] =>
  Object.keys(buffers).filter((name) => !buffers[name]?.constant);

const stepsIn = (step: number, count: number): string =>
  count === 1 ? `step ${step}` : `steps ${step} to ${step + count - 1}`;

/** How long `count` steps may take together. */
export const batchLimit = (stepTimeout: Millis, count: number): Millis =>
  millis(Math.max(stepTimeout, Math.min(stepTimeout * count, BATCH_TIMEOUT)));

function within(limit: Millis, steps: Promise<Failure | null>): Promise<Failure | null> {
  return new Promise((over, threw) => {
    const late = failure('timed-out', `it has not ended after ${limit / 1000} s`);
    const timer = setTimeout(() => over(late), limit);
    steps.then(over, threw).finally(() => clearTimeout(timer));
  });
}
