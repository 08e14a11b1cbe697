import type { Sha256 } from '../../src-shared/blob.ts';
import type { Chip } from '../../src-shared/gpu.ts';
import type { Fault } from '../../src-shared/job.ts';
import type { KernelSpec, Launch } from '../../src-shared/kernel.ts';
import { quote, type Said } from '../../src-shared/said.ts';
import type { Bytes } from '../../src-shared/units.ts';

/** What went wrong, and what to say of it. */
export type Failure = {
  readonly kind: 'failure';
  readonly because: Fault;
  readonly detail: Said;
};

/** Most of what goes wrong is in the words of a driver, or of the job's own kind: those are quoted. */
export const failure = (because: Fault, detail: string | Said): Failure => ({
  kind: 'failure',
  because,
  detail: typeof detail === 'string' ? quote(detail) : detail,
});

/** Tells a failure from the value that was wanted. */
export const isFailure = (value: object | null): value is Failure =>
  value !== null && 'kind' in value && value.kind === 'failure';

/**
 * Whether the driver's state is lost with the job, so that only a new process can work again: a kernel that never ends
 * cannot be called back, and after an illegal access every later call on the context fails.
 */
export const isPoison = (because: Fault): boolean =>
  because === 'timed-out' || because === 'illegal-access' || because === 'device-lost';

/** A GPU program as text, and its digest, under which devices keep it warm. */
export type ProgramText = { readonly sha256: Sha256; readonly text: string };

/** How main knows a card. */
export type Slot = {
  /** CUDA: its number in the order of the slots ... */
  readonly index: number;
  /** ... and its slot, which counts where it is known. */
  readonly pci: string | null;
  /** WebGPU: what its adapter must be; null for any. */
  readonly chip: Chip | null;
};

/** What every buffer holds before the next step, by name; `zeros` needs no bytes. */
export type BufferContents = ReadonlyMap<string, Uint8Array | 'zeros'>;

/** A job as a device needs it. */
export type Work = {
  readonly spec: KernelSpec;
  /** All the memory it said it takes on the card, bytes: a card was chosen by that. */
  readonly vram: Bytes;
  readonly program: ProgramText;
  readonly contents: BufferContents;
};

/** A job on the card, between steps. */
export type LoadedJob = {
  /**
   * Runs all launches of `count` steps, in order, to their end; null is success. `first`: the number of the first of
   * them in its stage. They are one piece: nothing is known of those before a failure, and a checkpoint waits for all.
   */
  readonly steps: (
    launches: readonly Launch[],
    first: number,
    count: number,
  ) => Promise<Failure | null>;
  /** Copies the contents of buffers out of the card. */
  readonly read: (
    names: readonly string[],
  ) => Promise<Record<string, Uint8Array<ArrayBuffer>> | Failure>;
  /** Gives the memory back at once. Never call it while a step runs: drivers wait for the step. */
  readonly close: () => void;
};

/** A card, opened. The same words for CUDA and for WebGPU. */
export type Device = {
  /** The adapter in words: what the driver calls it. */
  readonly name: string;
  /**
   * Loads the program, checks every launch against it, takes memory and fills it. `stopped` where `until` was aborted
   * before all was there. On anything but success it holds nothing.
   */
  readonly load: (work: Work, until: AbortSignal) => Promise<LoadedJob | Failure | 'stopped'>;
};
