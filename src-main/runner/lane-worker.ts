import type { BlobStore } from '../../src-disk/blob-store.ts';
import type { Gpu } from '../../src-shared/gpu.ts';
import type { Job, Outcome } from '../../src-shared/job.ts';
import type { Lockdown } from '../../src-shared/lockdown.ts';
import { type Said, said } from '../../src-shared/said.ts';
import { type Millis, seconds } from '../../src-shared/units.ts';
import type { Books } from '../books/books.ts';
import type { HeldLease } from '../books/held-lease.ts';
import type { Spawn } from '../children/child.ts';
import type { ModelStore } from '../models/store.ts';
import type { NetworkLink } from '../network/link.ts';
import { openCheckpoints } from './checkpoints.ts';
import { openRunnerHost } from './host.ts';
import type { HostEvent, StartCommand } from './host-event.ts';
import { gatherInputs, type Inputs } from './inputs.ts';
import { resultUnkept, slowSteps } from './job-notices.ts';
import { keepBuffers } from './kept-buffers.ts';
import { askedOutputs, type Report, reportOf } from './report.ts';
import { startCommand } from './start-command.ts';

/** The most work an evict may cost. */
const CHECKPOINT_EVERY = seconds(5);
/** Long enough for a step to end and a checkpoint to be read back, short enough that nobody waits for it. */
const YIELD_GRACE = seconds(2);

/** What a lane tells the agent about its job. */
export type LaneNews =
  | { readonly kind: 'fetching'; readonly lease: string; readonly share: number }
  | { readonly kind: 'no-room'; readonly lease: string }
  | { readonly kind: 'prepared'; readonly lease: string }
  | { readonly kind: 'progressed'; readonly lease: string; readonly step: number }
  | { readonly kind: 'ended'; readonly lease: string; readonly outcome: Outcome };

type Options = {
  readonly gpu: Gpu;
  readonly spawn: Spawn;
  /** Runs models; null where nothing can. */
  readonly spawnModel: Spawn | null;
  readonly store: BlobStore;
  readonly models: ModelStore;
  readonly books: Books;
  readonly link: NetworkLink;
  readonly report: (news: LaneNews) => void;
  /** A runner has come up, and says what has been taken from it. */
  readonly locked: (lockdown: Lockdown) => void;
  readonly notice: (what: Said) => void;
  readonly signal: AbortSignal;
  readonly runsPtx: boolean;
  readonly checkpointEvery: Millis | null;
};

type Desk = {
  readonly held: HeldLease;
  readonly fetching: AbortController;
  inputs: Inputs | null;
  /** Lets its model go. */
  release: () => void;
  /** What the runner was told: its words about any other start are not about this job. */
  started: StartCommand | null;
};

/**
 * What is done for one lane. It fetches inputs, drives its runner, keeps checkpoints, and reports. Decides nothing: what a
 * report means for the lane, and for other jobs, is the agent's. PTX and models that this network may not run, and results that
 * a job cannot have, it refuses once more, whatever was decided: defence in depth, not a second opinion.
 */
export function openLaneWorker(options: Options) {
  const { gpu, store, books, report, notice } = options;
  let desk: Desk | null = null;
  /** Once for each job: no runner can fill the log. */
  const toldSlow = new WeakSet<Desk>();
  const host = openRunnerHost({
    spawn: options.spawn,
    spawnModel: options.spawnModel,
    heard: hear,
    signal: options.signal,
  });
  const checkpoints = openCheckpoints({
    store,
    books,
    notice,
    distrust: (held, why) => {
      // A runner that says what cannot be is no longer ours.
      if (desk?.held !== held) return;
      void host.kill();
      end(held.lease, lied(said('runnerLied', { why })));
    },
  });

  const clear = () => {
    desk?.fetching.abort();
    desk?.release();
    desk = null;
  };
  const end = (lease: string, outcome: Outcome) => {
    if (desk?.held.lease === lease) clear();
    report({ kind: 'ended', lease, outcome });
  };

  function hear(event: HostEvent, start: StartCommand | null): void {
    const at = desk;
    if (event.kind === 'ready') return options.locked(event.lockdown);
    if (!at || start === null || at.started !== start) return;
    const { lease, job } = at.held;
    const meant = reportOf(event);
    switch (meant.kind) {
      case 'progressed':
        report({ kind: 'progressed', lease, step: meant.step });
        return;
      case 'slow':
        if (!toldSlow.has(at)) notice(slowSteps(job.title, meant.took));
        toldSlow.add(at);
        return;
      case 'checkpoint':
        checkpoints.keep(at.held, meant.given);
        return;
      case 'stopped':
        if (meant.given) checkpoints.keep(at.held, meant.given);
        void checkpoints.saved().then(() => end(lease, stopped));
        return;
      case 'finished':
        void outcomeOf(options, job, meant).then((outcome) => end(lease, outcome));
        return;
      case 'failed':
        end(lease, meant.outcome);
        return;
    }
  }

  return {
    /** Fetches what the job needs, then tells `prepared`, or `ended` where that fails. */
    prepare(held: HeldLease): void {
      const fetching = new AbortController();
      const at: Desk = { held, fetching, inputs: null, release: () => {}, started: null };
      desk = at;
      // Nobody offers us this in earnest: such a lane is never advertised as ready.
      const { kind } = held.job;
      if (!options.runsPtx && (kind !== 'kernel' || gpu.backend === 'cuda'))
        return end(held.lease, distrusted);
      if (kind !== 'kernel' && !options.spawnModel) return end(held.lease, withoutBinaries);
      const fetched = eachPercent((share) => {
        if (desk === at) report({ kind: 'fetching', lease: held.lease, share });
      });
      const sources = { ...options, fetching: fetched };
      void gatherInputs(sources, held, fetching.signal).then((got) => {
        if (desk !== at) {
          if (got.kind === 'all') got.release();
          return;
        }
        if (got.kind === 'none') return end(held.lease, got.outcome);
        at.inputs = got.inputs;
        at.release = got.release;
        report({ kind: 'prepared', lease: held.lease });
      });
    },
    /** `duty`: the share of the time to work, from the first step on. */
    run(lease: string, duty: number): void {
      if (desk?.held.lease !== lease || !desk.inputs) return;
      const { inputs, held } = desk;
      desk.inputs = null;
      const checkpointEvery = options.checkpointEvery ?? CHECKPOINT_EVERY;
      const command = startCommand(held.job, gpu, inputs, { checkpointEvery, duty });
      desk.started = command;
      host.start(command);
    },
    slow(lease: string, duty: number): void {
      if (desk?.held.lease === lease) host.setDuty(desk.held.job.id, duty);
    },
    yieldNow(lease: string): void {
      if (desk?.held.lease === lease) host.yieldJob(desk.held.job.id, YIELD_GRACE);
    },
    /** SIGKILL first, everything else after. */
    evict(): void {
      void host.kill();
      clear();
    },
    /** Resolves when every checkpoint that was sent is on disk. */
    settled: checkpoints.saved,
    /** The runner's process, or null. */
    pid: () => host.pid(),
    /** Ends the runner; resolves when it is gone. */
    async close(): Promise<void> {
      clear();
      await host.kill();
      await checkpoints.saved();
    },
  };
}

/** Passes each whole percent on once: pieces of a model come by the thousand. */
function eachPercent(tell: (share: number) => void): (share: number) => void {
  let told = -1;
  return (share) => {
    const percent = Math.floor(share * 100);
    if (percent === told) return;
    told = percent;
    tell(share);
  };
}

/** How a job ends that its runner calls done: with its outputs on this disk, or elsewhere. */
async function outcomeOf(
  { store, notice }: Pick<Options, 'store' | 'notice'>,
  job: Job,
  { outputs, activeFor }: Extract<Report, { kind: 'finished' }>,
): Promise<Outcome> {
  const asked = askedOutputs(job, outputs);
  if (asked.kind === 'others') return lied(said('runnerOutputs', { why: asked.fault }));
  try {
    const blobs = await keepBuffers(store, asked.buffers);
    if (!('detail' in blobs)) return { kind: 'done', outputs: blobs, activeFor };
    notice(blobs.detail);
  } catch (error) {
    notice(resultUnkept(error));
  }
  return stopped;
}

/** The job goes on elsewhere, from its last checkpoint. */
const stopped: Outcome = { kind: 'stopped', checkpoint: null };
const lied = (detail: Said): Outcome => ({ kind: 'failed', because: 'runner-lost', detail });
const distrusted: Outcome = {
  kind: 'failed',
  because: 'bad-program',
  detail: said('networkDistrusted'),
};
const withoutBinaries: Outcome = {
  kind: 'failed',
  because: 'no-device',
  detail: said('noModelBinaries'),
};
export type LaneWorker = ReturnType<typeof openLaneWorker>;
