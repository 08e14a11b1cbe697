import type { BlobStore } from '../src-disk/blob-store.ts';
import type { Models } from '../src-network/model-transfer.ts';
import type { Gpu, LaneId } from '../src-shared/gpu.ts';
import { type Lockdown, lockdownWords } from '../src-shared/lockdown.ts';
import { HEARTBEAT_EVERY, type LaneAdvert } from '../src-shared/network-protocol.ts';
import type { Said } from '../src-shared/said.ts';
import type { Millis, Watts } from '../src-shared/units.ts';
import type { Effect } from './agent/event.ts';
import { type Lane, workOf } from './agent/lane.ts';
import { advertOf } from './agent/offer.ts';
import type { Agent } from './agent/state.ts';
import type { Books } from './books/books.ts';
import type { Spawn } from './children/child.ts';
import { modelFolder } from './models/binaries.ts';
import { openModelStore } from './models/store.ts';
import type { Delivery } from './network/delivery.ts';
import type { NetworkLink } from './network/link.ts';
import type { SpeedTest } from './own-jobs/speed-test.ts';
import { type LaneNews, type LaneWorker, openLaneWorker } from './runner/lane-worker.ts';

// Effects are carried out here: what `step` decided is handed to the workers of lanes, the books, the network.

type Options = {
  /** Whether PTX and models of this network may run; see JoinedNetwork. */
  readonly runsPtx: boolean;
  /** Null: as often as is good for an owner. */
  readonly checkpointEvery: Millis | null;
  readonly spawnRunner: (gpu: Gpu) => Spawn;
  /** Runs models; null where nothing can. */
  readonly spawnModelRunner: Spawn | null;
  readonly store: BlobStore;
  /** The agent's folder, in which models lie, and where they come from. */
  readonly folder: string;
  readonly modelSource: Models;
  readonly books: Books;
  readonly link: NetworkLink;
  readonly delivery: Delivery;
  /** Has the card keep to so many watts, and answers with `power-limited`; null: puts back what was there. */
  readonly limitPower?: (lane: LaneId, limit: Watts | null) => void;
  readonly report: (news: LaneNews) => void;
  readonly notice: (what: Said) => void;
  readonly log: (line: string) => void;
  readonly speedTest: Pick<SpeedTest, 'speedsOf' | 'submit' | 'keep'>;
  readonly agent: () => Agent;
  readonly signal: AbortSignal;
};

/** One worker for each lane, and what holds around its runner. */
function openWorkers(options: Options, models: ReturnType<typeof openModelStore>) {
  const workers = new Map<LaneId, { readonly gpu: Gpu; readonly worker: LaneWorker }>();
  const lockdowns = new Map<LaneId, Lockdown>();
  /** A new runner is as its predecessor, mostly, and the log need not hear it twice. */
  const said = new Map<LaneId, string>();
  /** The lane's worker; a new one where the card got another number in the driver. */
  const forLane = (lane: LaneId): LaneWorker | null => {
    const gpu = options.agent().lanes.find((l) => l.gpu.lane === lane)?.gpu;
    if (!gpu) return null;
    const known = workers.get(lane);
    if (known?.gpu.index === gpu.index && known.gpu.backend === gpu.backend) return known.worker;
    void known?.worker.close();
    const locked = (lockdown: Lockdown) => {
      const words = `the runner of ${lane} is ${lockdownWords(lockdown)}`;
      if (said.get(lane) !== words) options.log(words);
      said.set(lane, words);
      lockdowns.set(lane, lockdown);
    };
    const worker = openLaneWorker({
      ...options,
      models,
      gpu,
      locked,
      spawn: options.spawnRunner(gpu),
      spawnModel: options.spawnModelRunner,
    });
    workers.set(lane, { gpu, worker });
    return worker;
  };
  return {
    forLane,
    /** The lane's worker where it has had one. */
    known: (lane: LaneId): LaneWorker | null => workers.get(lane)?.worker ?? null,
    all: (): readonly LaneWorker[] => [...workers.values()].map(({ worker }) => worker),
    lockdownOf: (lane: LaneId): Lockdown | null => lockdowns.get(lane) ?? null,
  };
}

/**
 * Carries out the effects of the agent: the only place where what was decided becomes an act. Decides nothing: a heartbeat says
 * again what the agent works on, and with it, what has no answer yet is said again and leases that no lane works on are given
 * back; repeating is not deciding. A job that cannot be begun here, because its lease or its lane is gone, is answered as
 * ended.
 */
export function openPerformer(options: Options) {
  const { link, delivery, agent } = options;
  const models = openModelStore({
    folder: modelFolder(options.folder),
    source: options.modelSource,
    quota: () => agent().settings.modelDisk,
    notice: options.notice,
  });
  const workers = openWorkers(options, models);
  const advertise = () => link.send({ kind: 'advert', lanes: agent().lanes.map(measuredAdvert) });
  /** Taken, but the disk would not have them: nobody works on what a crash would make us forget. */
  const unwritten = new Set<string>();

  /** Every checkpoint that a runner sent is on disk. */
  const saved = () => Promise.all(workers.all().map((worker) => worker.settled()));

  /** Says that we still work on what we work on, and once more what has no answer. */
  function sayAgain(keep: readonly string[]): void {
    for (const { lease, step } of works())
      if (keep.includes(lease)) link.send({ kind: 'heartbeat', lease, step });
    delivery.catchUp(keep);
  }
  const works = () => agent().lanes.flatMap((lane) => workOf(lane) ?? []);
  const beat = setInterval(() => sayAgain(works().map(({ lease }) => lease)), HEARTBEAT_EVERY);
  options.signal.addEventListener('abort', () => clearInterval(beat), { once: true });

  function measuredAdvert(lane: Lane): LaneAdvert {
    const measured = options.speedTest.speedsOf(lane.gpu);
    return { ...advertOf(agent(), lane), ...(measured && { measured }) };
  }

  function perform(effect: Effect): void {
    switch (effect.kind) {
      case 'advertise':
        advertise();
        return;
      case 'accept':
        link.send({ kind: 'accept', offer: effect.offer });
        return;
      case 'decline':
        link.send({ kind: 'decline', offer: effect.offer, because: effect.because });
        return;
      case 'take':
        if (!delivery.take(effect)) unwritten.add(effect.lease);
        return;
      case 'prepare': {
        const worker = workers.forLane(effect.lane);
        if (worker && !unwritten.has(effect.lease)) worker.prepare(effect);
        else
          options.report({
            kind: 'ended',
            lease: effect.lease,
            outcome: { kind: 'stopped', checkpoint: null },
          });
        return;
      }
      case 'run':
        workers.forLane(effect.lane)?.run(effect.lease, effect.duty);
        return;
      case 'yield':
        workers.forLane(effect.lane)?.yieldNow(effect.lease);
        return;
      case 'slow':
        workers.known(effect.lane)?.slow(effect.lease, effect.duty);
        return;
      case 'limit-power':
        options.limitPower?.(effect.lane, effect.limit);
        return;
      case 'evict':
        workers.known(effect.lane)?.evict();
        return;
      case 'release':
        unwritten.delete(effect.lease);
        void delivery.release(effect.lease, saved(), effect.because);
        return;
      case 'finish':
        void delivery.finish(effect.lane, effect, effect.outcome);
        return;
      case 'fail':
        void delivery.fail(effect.lease, effect.outcome, saved());
        return;
      case 'forget':
        void delivery.forget(effect.lease, effect.detail);
        return;
      case 'catch-up':
        sayAgain(effect.keep);
        return;
      case 'submit-speed-job':
        void options.speedTest.submit(effect.job, effect.work);
        return;
      case 'keep-speed':
        options.speedTest.keep(effect.lane, effect.speed);
        return;
      case 'say':
        options.notice(effect.what);
        return;
    }
  }

  return {
    /**
     * Does everything the agent decided in one step, giving cards back before anything else. An effect that throws is a
     * bug, and thrown on, but only when all others are done.
     */
    performAll(effects: readonly Effect[]): void {
      const bugs: unknown[] = [];
      const isEvict = ({ kind }: Effect) => kind === 'evict';
      for (const effect of [...effects.filter(isEvict), ...effects.filter((e) => !isEvict(e))])
        try {
          perform(effect);
        } catch (error) {
          bugs.push(error);
        }
      if (bugs.length > 0) throw bugs[0];
    },
    /** What is known of a model that is here; null where it is not. */
    facts: models.facts,
    /** What holds around the lane's latest runner; null before there was one. */
    lockdownOf: workers.lockdownOf,
    /** Every process that works for us on a card. */
    runnerPids: (): ReadonlySet<number> =>
      new Set(workers.all().flatMap((worker) => worker.pid() ?? [])),
    /** Ends every runner; resolves when all are gone and every checkpoint is on disk. */
    close: async (): Promise<void> => {
      await Promise.all(workers.all().map((worker) => worker.close()));
    },
  };
}
export type Performer = ReturnType<typeof openPerformer>;
