import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openBlobStore } from '../../src-disk/blob-store.ts';
import type { Effect } from '../../src-main/agent/event.ts';
import type { Spawn } from '../../src-main/children/child.ts';
import { openDelivery } from '../../src-main/network/delivery.ts';
import type { NetworkLink } from '../../src-main/network/link.ts';
import { openPerformer } from '../../src-main/performer.ts';
import type { LaneNews } from '../../src-main/runner/lane-worker.ts';
import { Sha256 } from '../../src-shared/blob.ts';
import { LaneId } from '../../src-shared/gpu.ts';
import { Job } from '../../src-shared/job.ts';
import { HEARTBEAT_EVERY } from '../../src-shared/network-protocol.ts';
import { quote } from '../../src-shared/said.ts';
import { inEnglish } from '../../src-shared/wording.ts';
import { card, empty, found, job, live, T0 } from '../worlds/machine.ts';
import { mailbox } from '../worlds/mailbox.ts';
import { tempFolder } from '../worlds/temp-folder.ts';
import { openClean } from './books/books-samples.ts';

/** A performer whose runner only lives and dies, and whose line may be a broken one. All that reaches the world, in order. */
async function openWorld() {
  const folder = tempFolder();
  const books = openClean(join(folder, 'books'));
  const store = openBlobStore(join(folder, 'blobs'));
  const put = await store.put(new TextEncoder().encode('a program'));
  if (put.kind !== 'ok') throw new Error(inEnglish(put.detail));
  const deeds: string[] = [];
  const news = mailbox<LaneNews>();
  const broken = new Set<string>();
  const life = new AbortController();
  const link: NetworkLink = {
    send: (message) => {
      if (broken.has(message.kind)) throw new Error(`${message.kind} is broken`);
      deeds.push(message.kind);
      return true;
    },
    fetch: async () => ({ kind: 'missing', detail: quote('nothing is here') }),
    upload: async () => ({ kind: 'unreachable', detail: quote('offline') }),
  };
  const spawnRunner = (): Spawn => (listen) => {
    let over = () => {};
    const gone = new Promise<void>((resolve) => {
      over = resolve;
    });
    deeds.push('runner');
    return {
      post: () => undefined,
      pid: () => 4242,
      kill: () => {
        deeds.push('kill');
        over();
        queueMicrotask(() => listen.exit(quote('It was killed.')));
      },
      gone,
    };
  };
  const { agent } = live(empty, [found]);
  const delivery = openDelivery({
    books,
    store,
    link,
    signal: life.signal,
    now: () => T0,
    place: () => ({ network: 'Test network', gpu: card.name }),
    notice: (what) => deeds.push(inEnglish(what)),
    changed: () => {},
  });
  const performer = openPerformer({
    runsPtx: true,
    checkpointEvery: null,
    spawnRunner,
    spawnModelRunner: null,
    store,
    folder,
    modelSource: {
      listed: async () => ({ kind: 'missing', detail: quote('no models') }),
      fetch: async () => ({ kind: 'missing', detail: quote('no models') }),
    },
    books,
    link,
    delivery,
    report: news.put,
    notice: (what) => deeds.push(inEnglish(what)),
    log: () => undefined,
    speedTest: { speedsOf: () => null, submit: async () => undefined, keep: () => undefined },
    agent: () => agent,
    signal: life.signal,
  });
  onTestFinished(async () => {
    await performer.close();
    life.abort();
  });
  const here = Job.parse({
    ...job,
    spec: { ...job.spec, programs: { cuda: put.blob } },
  });
  return { performer, deeds, news, broken, books, here };
}

const lane = card.lane;
const no: Effect = { kind: 'decline', offer: 'o1', because: 'busy' };
const leased = (its: Job, lease = 'L1', on = lane) => ({
  lane: on,
  lease,
  fence: 1,
  job: its,
  checkpoint: null,
});

/** A world in which a runner works on a job. */
async function atWork() {
  const world = await openWorld();
  const held = leased(world.here);
  world.performer.performAll([
    { kind: 'take', ...held },
    { kind: 'prepare', ...held },
  ]);
  await world.news.until(({ kind }) => kind === 'prepared');
  world.performer.performAll([{ kind: 'run', lane, lease: 'L1', duty: 1 }]);
  await vi.waitFor(() => expect(world.deeds).toContain('runner'));
  world.deeds.length = 0;
  return world;
}

test('a card is given back before anything else is done, wherever in a step that stands', async () => {
  const { performer, deeds } = await atWork();
  performer.performAll([
    no,
    { kind: 'say', what: quote('A game began.') },
    { kind: 'evict', lane },
  ]);
  expect(deeds).toEqual(['kill', 'decline', 'A game began.']);
});

test('an effect that throws keeps no other from being done, and is thrown on', async () => {
  const { performer, deeds, broken } = await atWork();
  broken.add('decline');
  const step: readonly Effect[] = [
    no,
    { kind: 'accept', offer: 'o2' },
    { kind: 'evict', lane },
    { kind: 'say', what: quote('after') },
  ];
  expect(() => performer.performAll(step)).toThrow('decline is broken');
  expect(deeds).toEqual(['kill', 'accept', 'after']);
});

test('a card that never worked for us has no runner to lose, and none is started to be ended', async () => {
  const { performer, deeds } = await openWorld();
  performer.performAll([
    { kind: 'evict', lane },
    { kind: 'slow', lane, lease: 'L1', duty: 0.5 },
  ]);
  expect(deeds).toEqual([]);
  expect(performer.runnerPids().size).toBe(0);
});

test('while a runner lives its process is known to be ours', async () => {
  const { performer } = await atWork();
  expect([...performer.runnerPids()]).toEqual([4242]);
});

test('a job for a card that was pulled out ends at once, and can go elsewhere', async () => {
  const { performer, news, here } = await openWorld();
  const held = leased(here, 'L9', LaneId.parse('GPU-9'));
  performer.performAll([{ kind: 'prepare', ...held }]);
  expect(news.seen()).toEqual([
    { kind: 'ended', lease: 'L9', outcome: { kind: 'stopped', checkpoint: null } },
  ]);
});

test('a job whose program nobody has fails, and says so', async () => {
  const { performer, news, here } = await openWorld();
  const gone = Sha256.parse('f'.repeat(64));
  const its = Job.parse({
    ...here,
    spec: { ...job.spec, programs: { cuda: { sha256: gone, size: 9 } } },
  });
  const held = leased(its);
  performer.performAll([
    { kind: 'take', ...held },
    { kind: 'prepare', ...held },
  ]);
  expect(await news.until(({ kind }) => kind === 'ended')).toMatchObject({
    lease: 'L1',
    outcome: { kind: 'failed', because: 'missing-blob' },
  });
});

test('the network hears again and again what has no answer yet: a lease that no lane works on is given back', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const { performer, deeds, here } = await openWorld();
  performer.performAll([{ kind: 'take', ...leased(here) }]);
  expect(deeds).toEqual([]);
  vi.advanceTimersByTime(HEARTBEAT_EVERY);
  await vi.waitFor(() => expect(deeds).toContain('release'));
});
