import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openBlobStore } from '../../../src-disk/blob-store.ts';
import type { HeldLease } from '../../../src-main/books/held-lease.ts';
import { type Obtained, openModelStore } from '../../../src-main/models/store.ts';
import type { Fetched } from '../../../src-main/network/link.ts';
import { gatherInputs } from '../../../src-main/runner/inputs.ts';
import { type Blob, NamedBlob, type Sha256 } from '../../../src-shared/blob.ts';
import type { GgufFacts } from '../../../src-shared/gguf.ts';
import type { Gpu } from '../../../src-shared/gpu.ts';
import { EmbedJob, Job, LlmJob } from '../../../src-shared/job.ts';
import { MAX_VECTOR } from '../../../src-shared/llm.ts';
import { quote, type Said } from '../../../src-shared/said.ts';
import { bytes, gibibytes } from '../../../src-shared/units.ts';
import { blobOf, sha256 } from '../../exchange/jobs.ts';
import { modelOfBytes, TINY, tinyModel } from '../../runner/llm/tiny-model.ts';
import { card } from '../../worlds/machine.ts';
import { modelServer } from '../../worlds/model-server.ts';
import { saying } from '../../worlds/saying.ts';
import { tempFolder } from '../../worlds/temp-folder.ts';

const text = (words: string) => new TextEncoder().encode(words);
const named = (name: string, content: string) =>
  NamedBlob.parse({ name, ...blobOf(text(content)) });

/** A job with a program for either backend, one buffer that is filled and one that is not. */
const kernel = Job.parse({
  id: 'job',
  kind: 'kernel',
  title: 'Two programs',
  spec: {
    programs: { cuda: blobOf('for CUDA'), webgpu: blobOf('for WebGPU') },
    buffers: { in: { size: 8, from: blobOf('the data') }, out: { size: 4, from: 'zeros' } },
    stages: [{ count: 9, launches: [{ entry: 'k', grid: [1, 1, 1], block: [1, 1, 1], args: [] }] }],
    outputs: ['out'],
  },
  pay: { amount: 1, test: true },
  needs: { vram: 1024, seconds: 1 },
  deadline: 2_000_000_000_000,
});
const tiny = tinyModel();
const llm = (vram = 2 ** 30, model = modelOfBytes(tiny)) =>
  LlmJob.parse({
    id: 'answer',
    kind: 'llm',
    title: 'Answer',
    spec: { model, input: { kind: 'prompt', text: 'Once' }, context: 256, maxTokens: 50 },
    pay: { amount: 1, test: true },
    needs: { vram, seconds: 1 },
    deadline: 2_000_000_000_000,
  });

type Far = string | Exclude<Fetched, { kind: 'ok' }>['kind'];

/** What a model store says that is not asked for real. */
type Answer =
  | Omit<Extract<Obtained, { kind: 'ok' }>, 'release'>
  | Extract<Obtained, { kind: 'later' }>;

/** A lane, and a network that has these contents or says this of them. */
function openLane(
  far: readonly Far[] = [],
  {
    gpu = card,
    folder = tempFolder(),
    models = [] as readonly Buffer[],
    room = gibibytes(1),
    answer = null as Answer | null,
  } = {},
) {
  const asked: Sha256[] = [];
  const notices: Said[] = [];
  const reports: object[] = [];
  const shares: number[] = [];
  let released = 0;
  const stop = new AbortController();
  const contents = new Map(far.map((content) => [sha256(text(content)), text(content)]));
  const trouble = (far.find((one) => one === 'corrupt' || one === 'unreachable') ??
    'missing') as Exclude<Fetched, { kind: 'ok' }>['kind'];
  const store = openBlobStore(join(folder, 'blobs'));
  const fetch = async (blob: Blob): Promise<Fetched> => {
    asked.push(blob.sha256);
    const found = contents.get(blob.sha256);
    return found
      ? { kind: 'ok', bytes: found }
      : { kind: trouble, detail: quote('it did not come') };
  };
  async function gather(job: Job, checkpoint: HeldLease['checkpoint'] = null, on: Gpu = gpu) {
    const server = await modelServer(models);
    const kept = openModelStore({
      folder: join(folder, 'models'),
      source: server.source,
      quota: () => room,
      free: async () => gibibytes(100),
      notice: (what) => notices.push(what),
    });
    const found = {
      facts: () => null,
      obtain: async (): Promise<Obtained> =>
        answer?.kind === 'ok'
          ? { ...answer, release: () => void released++ }
          : (answer ?? { kind: 'missing', detail: quote('none') }),
    };
    const sources = {
      gpu: on,
      store,
      models: answer ? found : kept,
      link: {
        send: () => true,
        fetch,
        upload: async () => ({ kind: 'unreachable', detail: quote('offline') }) as const,
      },
      notice: (what: Said) => notices.push(what),
      fetching: (share: number) => {
        shares.push(share);
      },
      report: (news: object) => reports.push(news),
    };
    return gatherInputs(
      sources,
      { lease: 'L1', fence: 1, lane: on.lane, job, checkpoint },
      stop.signal,
    );
  }
  return {
    gather,
    asked,
    notices,
    reports,
    shares,
    stop,
    store,
    contents,
    released: () => released,
  };
}
const stopped = { kind: 'none', outcome: { kind: 'stopped', checkpoint: null } };

test('a job gets the program of its card’s backend and every filled buffer, and nothing else is fetched', async () => {
  const { gather, asked } = openLane(['for CUDA', 'for WebGPU', 'the data']);
  const got = await gather(kernel);
  expect(got).toMatchObject({
    kind: 'all',
    inputs: {
      blobs: { [sha256('for CUDA')]: text('for CUDA'), [sha256('the data')]: text('the data') },
      resume: null,
    },
  });
  expect(asked).toEqual([sha256('for CUDA'), sha256('the data')]);
  if (got.kind === 'all') expect(got.inputs).not.toHaveProperty('model');
});

test('what was fetched once is on this disk for the next job, also where the line is down then', async () => {
  const { gather, asked, contents } = openLane([
    'for CUDA',
    'for WebGPU',
    'the data',
    'unreachable',
  ]);
  await gather(kernel);
  contents.clear();
  expect(await gather(kernel)).toMatchObject({ kind: 'all' });
  expect(asked).toHaveLength(2);
});

test.each(['missing', 'corrupt'] as const)(
  'a job whose program is %s in the network fails, and says what became of it',
  async (far) => {
    expect(await openLane(['the data', far]).gather(kernel)).toEqual({
      kind: 'none',
      outcome: { kind: 'failed', because: 'missing-blob', detail: saying('it did not come') },
    });
  },
);

test('a job whose input cannot be reached now goes back unharmed, for a machine that is online', async () => {
  expect(await openLane(['for CUDA', 'unreachable']).gather(kernel)).toEqual(stopped);
});

test('a job goes on from its checkpoint, each buffer under its own name', async () => {
  const { gather } = openLane(['for CUDA', 'the data', 'half done', 'more']);
  const buffers = [named('out', 'half done'), named('in', 'more')];
  expect(await gather(kernel, { step: 5, buffers })).toMatchObject({
    inputs: { resume: { step: 5, buffers: { out: text('half done'), in: text('more') } } },
  });
});

test('a checkpoint that nobody has any more costs its progress, not the job', async () => {
  const { gather } = openLane(['for CUDA', 'the data', 'half done']);
  for (const buffers of [
    [named('out', 'lost'), named('in', 'half done')],
    [named('out', 'half done'), named('in', 'lost')],
  ])
    expect(await gather(kernel, { step: 5, buffers })).toMatchObject({
      kind: 'all',
      inputs: { resume: null },
    });
});

test('a checkpoint that cannot be reached now is not thrown away: the job goes back with it', async () => {
  const { gather } = openLane(['for CUDA', 'the data', 'unreachable']);
  expect(await gather(kernel, { step: 5, buffers: [named('out', 'far away')] })).toEqual(stopped);
});

test('a disk that keeps nothing is said to the owner, and the job is done all the same', async () => {
  const folder = tempFolder();
  writeFileSync(join(folder, 'blobs'), 'a file where a folder should be');
  const { gather, notices } = openLane(['for CUDA', 'the data'], { folder });
  expect(await gather(kernel)).toMatchObject({ kind: 'all' });
  expect(notices).toHaveLength(2);
});

test('a model is told of while it is fetched, and lies where the runner finds it; only a card takes its layers', async () => {
  const { gather, shares } = openLane([], { models: [tiny] });
  const got = await gather(llm());
  expect(got).toMatchObject({
    inputs: { blobs: {}, resume: null, model: { gpu: true, seats: 1 } },
  });
  expect(shares.at(-1)).toBe(1);
  expect(await gather(llm(), null, { ...card, software: true })).toMatchObject({
    inputs: { model: { gpu: false } },
  });
});

test('a model that the network does not list, or that is none, fails the job that asks for it', async () => {
  const outcomeOf = (because: string) => ({ outcome: { kind: 'failed', because } });
  expect(await openLane().gather(llm())).toMatchObject(outcomeOf('missing-blob'));
  const noise = Buffer.alloc(4096, 'noise');
  const { gather } = openLane([], { models: [noise] });
  const asks = llm(2 ** 30, modelOfBytes(noise));
  expect(await gather(asks)).toMatchObject(outcomeOf('bad-program'));
});

test('a model for which the owner gives no room is said, and the agent hears of it under the job’s lease', async () => {
  const { gather, notices, reports } = openLane([], { models: [tiny], room: bytes(10) });
  expect(await gather(llm())).toEqual(stopped);
  expect(notices).toEqual([saying('could not be fetched')]);
  expect(reports).toEqual([{ kind: 'no-room', lease: 'L1' }]);
});

test('a line that breaks is no want of room: the same model may be asked for again at once', async () => {
  const answer = { kind: 'later', because: 'line', detail: quote('it broke') } as const;
  const { gather, notices, reports } = openLane([], { answer });
  expect(await gather(llm())).toEqual(stopped);
  expect(notices).toEqual([saying('it broke')]);
  expect(reports).toEqual([]);
});

test('a job that is called off while its model is on its way is no trouble to tell of', async () => {
  for (const because of ['line', 'disk'] as const) {
    const answer = { kind: 'later', because, detail: quote('it was stopped') } as const;
    const { gather, notices, reports, stop } = openLane([], { answer });
    stop.abort();
    expect(await gather(llm())).toEqual(stopped);
    expect([notices, reports]).toEqual([[], []]);
  }
});

test('a model that does not fit the memory a job asks for, or makes vectors too long, is let go of at once', async () => {
  const facts: GgufFacts = {
    architecture: 'llama',
    weights: gibibytes(1),
    cachePerToken: bytes(1024),
    vocabulary: 1000,
    embedding: TINY.width,
    trained: 512,
  };
  const path = '/models/one.gguf';
  const answer = { kind: 'ok', path, facts } as const;
  const tight = openLane([], { answer });
  expect(await tight.gather(llm(2 ** 30))).toMatchObject({
    outcome: { because: 'bad-spec', detail: saying(/^the model takes \d+ bytes with 256 tokens/) },
  });
  expect(tight.released()).toBe(1);

  const roomy = openLane([], { answer });
  const got = await roomy.gather(llm(2 ** 32));
  expect(got).toMatchObject({ inputs: { model: { path } } });
  // It stays as long as the job needs it.
  expect(roomy.released()).toBe(0);
  if (got.kind === 'all') got.release();
  expect(roomy.released()).toBe(1);

  const long = { ...facts, embedding: MAX_VECTOR + 1 };
  const wide = openLane([], { answer: { ...answer, facts: long } });
  const { spec, ...rest } = llm(2 ** 34);
  const embed = EmbedJob.parse({
    ...rest,
    kind: 'embed',
    spec: { model: spec.model, texts: ['a', 'b'], context: 256 },
  });
  expect(await wide.gather(embed)).toMatchObject({
    outcome: { because: 'bad-spec', detail: saying(`at most ${MAX_VECTOR}`) },
  });
  expect(wide.released()).toBe(1);
});
