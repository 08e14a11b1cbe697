import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openBlobStore } from '../../../src-disk/blob-store.ts';
import type { HeldLease } from '../../../src-main/books/held-lease.ts';
import { nodeSpawn } from '../../../src-main/children/node-child.ts';
import { openModelStore } from '../../../src-main/models/store.ts';
import { type LaneNews, openLaneWorker } from '../../../src-main/runner/lane-worker.ts';
import { LlmJob } from '../../../src-shared/job.ts';
import { quote } from '../../../src-shared/said.ts';
import { gibibytes } from '../../../src-shared/units.ts';
import { inEnglish } from '../../../src-shared/wording.ts';
import { modelOfBytes, tinyModel } from '../../runner/llm/tiny-model.ts';
import { card } from '../../worlds/machine.ts';
import { mailbox } from '../../worlds/mailbox.ts';
import { modelServer } from '../../worlds/model-server.ts';
import { saying } from '../../worlds/saying.ts';
import { tempFolder } from '../../worlds/temp-folder.ts';
import { OK, openClean, START } from '../books/books-samples.ts';
import { lane } from '../books/ledger-samples.ts';

const runner = join(import.meta.dirname, '../../worlds/scripted-runner.mjs');
const bytes = tinyModel();
const nowhere = async () => ({ kind: 'missing', detail: quote('nothing is here') }) as const;

/** A lane without a card, and a network that lists one model. */
async function openLane({
  title = 'deaf',
  vram = 2 ** 30,
  installed = true,
  room = gibibytes(1),
  notices = undefined as string[] | undefined,
} = {}) {
  const folder = tempFolder();
  const server = await modelServer([bytes]);
  const books = openClean(join(folder, 'books'));
  const life = new AbortController();
  const news = mailbox<LaneNews>();
  const worker = openLaneWorker({
    gpu: { ...card, backend: 'webgpu', software: true },
    spawn: nodeSpawn(runner),
    spawnModel: installed ? nodeSpawn(runner) : null,
    store: openBlobStore(join(folder, 'blobs')),
    models: openModelStore({
      folder: join(folder, 'models'),
      source: server.source,
      quota: () => room,
      free: async () => gibibytes(100),
      notice: (what) => expect.fail(inEnglish(what)),
    }),
    books,
    link: { send: () => true, fetch: nowhere, upload: nowhere },
    report: (item) => {
      news.put(item);
    },
    locked: () => undefined,
    notice: (what) => (notices ?? expect.fail(inEnglish(what))).push(inEnglish(what)),
    signal: life.signal,
    runsPtx: true,
    checkpointEvery: null,
  });
  onTestFinished(async () => {
    await worker.close();
    life.abort();
  });
  const held: HeldLease = {
    lease: 'L1',
    fence: 1,
    lane,
    checkpoint: null,
    job: LlmJob.parse({
      id: 'answer',
      kind: 'llm',
      title,
      spec: {
        model: modelOfBytes(bytes),
        input: { kind: 'prompt', text: 'Once' },
        context: 256,
        maxTokens: 50,
      },
      pay: { amount: 1, test: true },
      needs: { vram, seconds: 1 },
      deadline: 2_000_000_000_000,
    }),
  };
  expect(books.takeLease(held, START)).toEqual(OK);
  worker.prepare(held);
  return { ...news, worker, server };
}

test('a job’s model is fetched first, and each percent of it told once', async () => {
  const { until, seen } = await openLane();
  await until(({ kind }) => kind === 'prepared');
  const shares = seen().flatMap((n) => (n.kind === 'fetching' ? [Math.floor(n.share * 100)] : []));
  expect(shares.at(-1)).toBe(100);
  expect(new Set(shares).size).toBe(shares.length);
});

test('a job that asks for less memory than its model takes is not begun', async () => {
  const { until } = await openLane({ vram: bytes.length });
  expect(await until(({ kind }) => kind === 'ended')).toMatchObject({
    outcome: {
      kind: 'failed',
      because: 'bad-spec',
      detail: saying(/^the model takes \d+ bytes with 256 tokens, but the job asks/),
    },
  });
});

test.each([
  [{ title: 'no card' }, 'llama.cpp finds no card'],
  [{ installed: false }, 'the libraries that run them are not installed'],
])('where no model runs the lane says so, and why: %j', async (how, why) => {
  const { until, worker } = await openLane(how);
  const first = await until(({ kind }) => kind === 'prepared' || kind === 'ended');
  if (first.kind === 'prepared') worker.run('L1', 1);
  expect(await until(({ kind }) => kind === 'ended')).toMatchObject({
    outcome: { kind: 'failed', because: 'no-device', detail: saying(why) },
  });
});

test('a model for which there is no room goes back with its job, and the agent hears that it will not fit soon', async () => {
  const notices: string[] = [];
  const { until, seen } = await openLane({ room: gibibytes(0), notices });
  expect(await until(({ kind }) => kind === 'ended')).toMatchObject({
    outcome: { kind: 'stopped', checkpoint: null },
  });
  expect(seen().map(({ kind }) => kind)).toEqual(['no-room', 'ended']);
  expect(notices).toEqual([
    expect.stringMatching(/^A language model could not be fetched: a model of 0.0 GB does not fit/),
  ]);
});
