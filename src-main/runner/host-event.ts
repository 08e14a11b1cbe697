import type { JobId } from '../../src-shared/job.ts';
import type { RunnerCommand, RunnerEvent } from '../../src-shared/runner-protocol.ts';
import type { Said } from '../../src-shared/said.ts';

export type StartCommand = Extract<RunnerCommand, { kind: 'start' }>;

/**
 * What the host says. Every `start` ends in exactly one of `done`, `failed`, `yielded` (the runner's words), `lost`
 * or `killed` (ours). The last two come when the process is gone, so the card's memory is free by then.
 */
export type HostEvent =
  | RunnerEvent
  /** The process ended, or had to be ended, with this job unfinished. */
  | { readonly kind: 'lost'; readonly job: JobId; readonly detail: Said }
  /** We ended it with this job unfinished: go on from the last checkpoint. */
  | { readonly kind: 'killed'; readonly job: JobId };
