import type { BlobStore } from '../../src-disk/blob-store.ts';
import { Sha256 } from '../../src-shared/blob.ts';
import { checkpointFault } from '../../src-shared/checkpoint.ts';
import type { Gpu } from '../../src-shared/gpu.ts';
import type { Outcome } from '../../src-shared/job.ts';
import type { Lockdown } from '../../src-shared/lockdown.ts';
import { outputNames, outputsFault } from '../../src-shared/outputs.ts';
import { bytes, type Millis, seconds } from '../../src-shared/units.ts';
import type { Books } from '../books/books.ts';
import type { HeldLease } from '../books/held-lease.ts';
import type { Spawn } from '../children/child.ts';
import type { ModelStore } from '../models/store.ts';
import type { NetworkLink } from '../network/link.ts';
import { jobWords } from '../words/job-words.ts';
import { type HostEvent, openRunnerHost, type StartCommand } from './host.ts';
import { gatherInputs, type Inputs } from './inputs.ts';
import { checkpointUnsaved, resultUnkept, slowSteps } from './job-notices.ts';
import { keepBuffers } from './kept-buffers.ts';

/** The most work an evict may cost. */
const CHECKPOINT_EVERY = seconds(5);
/** Long enough for a step to end and a checkpoint to be read back, short enough that nobody waits for it. */
const YIELD_GRACE = seconds(2);

/** Stands where nobody has hashed yet. */
const NO_DIGEST = Sha256.parse('0'.repeat(64));

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
  readonly line: NetworkLink;
  readonly tell: (news: LaneNews) => void;
  /** A runner has come up, and says what has been taken from it. */
  readonly locked: (lockdown: Lockdown) => void;
  readonly notice: (sentence: string) => void;
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
 * One lane: fetches inputs, drives its runner, keeps checkpoints, and reports. Decides nothing: what a report means for the
 * lane, and for other jobs, is the agent's. PTX and models that this network may not run, and results that a job cannot have,
 * it refuses once more, whatever was decided: defence in depth, not a second opinion.
 */
export function openLaneWorker(options: Options) {
  const { gpu, store, books, tell, notice } = options;
  let desk: Desk | null = null;
  /** Once for each job: no runner can fill the log. */
  const toldSlow = new WeakSet<Desk>();
  /** Checkpoints are written one after the other; whoever wants the last one waits here. */
  let saving: Promise<void> = Promise.resolve();
  const host = openRunnerHost({
    spawn: options.spawn,
    spawnModel: options.spawnModel,
    heard: hear,
    signal: options.signal,
  });

  const clear = () => {
    desk?.fetching.abort();
    desk?.release();
    desk = null;
  };
  const end = (lease: string, outcome: Outcome) => {
    if (desk?.held.lease === lease) clear();
    tell({ kind: 'ended', lease, outcome });
  };

  /** Tells each whole percent once: pieces come by the thousand. */
  function tellFetching(at: Desk) {
    let told = -1;
    return (share: number) => {
      const percent = Math.floor(share * 100);
      if (desk !== at || percent === told) return;
      told = percent;
      tell({ kind: 'fetching', lease: at.held.lease, share });
    };
  }

  function hear(event: HostEvent, start: StartCommand | null): void {
    const at = desk;
    if (event.kind === 'ready') return options.locked(event.lockdown);
    if (!at || start === null || at.started !== start) return;
    const { lease } = at.held;
    switch (event.kind) {
      case 'progress':
        tell({ kind: 'progressed', lease, step: event.step });
        return;
      case 'slow':
        if (!toldSlow.has(at)) notice(slowSteps(at.held.job.title, event.took));
        toldSlow.add(at);
        return;
      case 'checkpoint':
        keepSaving(at, event.step, event.buffers);
        return;
      case 'yielded':
        keepSaving(at, event.step, event.buffers);
        void saving.then(() => end(lease, { kind: 'stopped', checkpoint: null }));
        return;
      case 'killed':
        void saving.then(() => end(lease, { kind: 'stopped', checkpoint: null }));
        return;
      case 'done':
        finish(at, event.outputs, event.activeFor).catch((error: unknown) => {
          notice(resultUnkept(error));
          end(lease, { kind: 'stopped', checkpoint: null });
        });
        return;
      case 'failed':
        end(lease, { kind: 'failed', because: event.because, detail: event.detail });
        return;
      case 'lost':
        end(lease, {
          kind: 'failed',
          because: 'runner-lost',
          detail: event.detail.slice(0, 4000),
        });
        return;
    }
  }

  /** A checkpoint that waits for the disk. A later one of its job takes its place: no runner can pile them up. */
  let waiting: { at: Desk; step: number; buffers: Record<string, Uint8Array> } | null = null;

  function keepSaving(at: Desk, step: number, buffers: Record<string, Uint8Array>): void {
    if (waiting?.at === at) {
      Object.assign(waiting, { step, buffers });
      return;
    }
    const mine = { at, step, buffers };
    waiting = mine;
    saving = saving
      .then(() => {
        if (waiting === mine) waiting = null;
        return save(at, mine.step, mine.buffers);
      })
      .catch((error: unknown) => notice(checkpointUnsaved(error)));
  }

  /** Buffers first, then the row that names them: a kill between the two leaves the checkpoint before. */
  async function save(at: Desk, step: number, buffers: Record<string, Uint8Array>): Promise<void> {
    const { job, lease } = at.held;
    // Its sizes are checked before anything is stored; the digests only our own disk can say.
    const claimed = Object.entries(buffers).map(([name, { byteLength }]) => ({
      name,
      sha256: NO_DIGEST,
      size: bytes(byteLength),
    }));
    const fault = checkpointFault(job, { step, buffers: claimed });
    if (fault !== null) return distrust(at, `its checkpoint makes no sense: ${fault}`);
    const blobs = await keepBuffers(store, buffers);
    if ('detail' in blobs) return notice(blobs.detail);
    const written = books.saveCheckpoint(lease, { step, buffers: blobs });
    if (written.kind === 'unwritten') notice(written.detail);
  }

  /** A runner that says what cannot be is no longer ours. */
  function distrust(at: Desk, why: string): void {
    if (desk !== at) return;
    void host.kill();
    end(at.held.lease, {
      kind: 'failed',
      because: 'runner-lost',
      detail: `The runner lied: ${why}.`,
    });
  }

  async function finish(
    at: Desk,
    outputs: Record<string, Uint8Array>,
    activeFor: Millis,
  ): Promise<void> {
    const { job, lease } = at.held;
    const given = Object.entries(outputs).map(([name, { byteLength: size }]) => ({ name, size }));
    const fault = outputsFault(job, given);
    if (fault !== null)
      return end(lease, {
        kind: 'failed',
        because: 'runner-lost',
        detail: `The runner gave other outputs than the job asks for: ${fault}.`,
      });
    const blobs = await keepBuffers(
      store,
      Object.fromEntries(
        outputNames(job).flatMap((name) => (outputs[name] ? [[name, outputs[name]]] : [])),
      ),
    );
    if ('detail' in blobs) {
      notice(blobs.detail);
      return end(lease, { kind: 'stopped', checkpoint: null });
    }
    end(lease, { kind: 'done', outputs: blobs, activeFor });
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
      if (kind !== 'kernel' && !options.spawnModel) return end(held.lease, withoutLibraries);
      const sources = { ...options, fetching: tellFetching(at) };
      void gatherInputs(sources, held, fetching.signal).then((got) => {
        if (desk !== at) {
          if (got.kind === 'all') got.release();
          return;
        }
        if (got.kind === 'none') return end(held.lease, got.outcome);
        at.inputs = got.inputs;
        at.release = got.release;
        tell({ kind: 'prepared', lease: held.lease });
      });
    },
    /** `duty`: the share of the time to work, from the first step on. */
    run(lease: string, duty: number): void {
      if (desk?.held.lease !== lease || !desk.inputs) return;
      const { inputs, held } = desk;
      desk.inputs = null;
      const command: StartCommand = {
        kind: 'start',
        job: held.job,
        backend: gpu.backend,
        device: gpu.index,
        pci: gpu.pci,
        ...(gpu.chip && { chip: gpu.chip }),
        ...inputs,
        checkpointEvery: options.checkpointEvery ?? CHECKPOINT_EVERY,
        duty,
      };
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
    settled: () => saving,
    /** The runner's process, or null. */
    pid: () => host.pid(),
    /** Ends the runner; resolves when it is gone. */
    async close(): Promise<void> {
      clear();
      await host.kill();
      await saving;
    },
  };
}

const distrusted: Outcome = {
  kind: 'failed',
  because: 'bad-program',
  detail: 'This machine runs no PTX and no models from this network.',
};
const withoutLibraries: Outcome = {
  kind: 'failed',
  because: 'no-device',
  detail: jobWords.noModelLibraries.en,
};
export type LaneWorker = ReturnType<typeof openLaneWorker>;
