import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { runCli } from '../../src-buyer/cli-run.ts';
import { DISK_RESERVE } from '../../src-disk/free-space.ts';
import { openModels } from '../../src-exchange/models/shelf.ts';
import { ListedModel } from '../../src-shared/buyer-protocol.ts';
import { LlmJob } from '../../src-shared/job.ts';
import { bytes as free } from '../../src-shared/units.ts';
import { inEnglish } from '../../src-shared/wording.ts';
import { modelOfBytes, TINY, tinyModel } from '../runner/llm/tiny-model.ts';
import { tempFolder } from '../worlds/temp-folder.ts';
import { noopJob, sha256 } from './jobs.ts';
import { lane, newKey, takeJob } from './scripted-agent.ts';
import { join as joinWorld, openWorld, type World } from './world.ts';

const bytes = tinyModel();
const model = modelOfBytes(bytes);
const put = (world: World, body: Buffer, of = modelOfBytes(body)) =>
  world.request(`/v1/models/${of.sha256}?name=tiny.gguf`, {
    method: 'PUT',
    body: new Uint8Array(body),
  });
const answerJob = (id: string, vram: number) =>
  LlmJob.parse({
    id,
    kind: 'llm',
    title: 'A story',
    spec: { model, input: { kind: 'prompt', text: 'Once' }, context: 256, maxTokens: 50 },
    pay: { amount: 1000, test: true },
    needs: { vram, seconds: 1 },
    deadline: 4_000_000_000_000,
  });
const ROOM = 2 ** 30;
const models = ['kernel', 'llm', 'embed'] as const;

async function offpeak(home: string, ...argv: string[]) {
  const printed: string[] = [];
  const code = await runCli(argv, {
    place: { env: { OFFPEAK_HOME: home }, platform: 'linux', home: '/nowhere' },
    out: (line) => printed.push(line),
    err: (line) => printed.push(line),
    redraw: null,
    signal: new AbortController().signal,
  });
  return { code, text: printed.join('\n') };
}

test('a model is listed, fetched in pieces by agents, and taken off the list again', async () => {
  await using world = await openWorld();
  expect((await put(world, bytes)).status).toBe(201);
  expect(await (await world.request('/v1/models')).json()).toEqual([
    { ...model, name: 'tiny.gguf' },
  ]);

  const { token } = await joinWorld(world);
  const ask = (range: string | null, method = 'GET') =>
    fetch(`${world.exchange.url}/v1/models/${model.sha256}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(range !== null && { range }) },
    });
  const piece = await ask(`bytes=${bytes.length - 10}-`);
  expect(piece.status).toBe(206);
  expect(piece.headers.get('content-range')).toBe(
    `bytes ${bytes.length - 10}-${bytes.length - 1}/${bytes.length}`,
  );
  expect(Buffer.from(await piece.arrayBuffer()).equals(bytes.subarray(-10))).toBe(true);
  expect(Buffer.from(await (await ask(null)).arrayBuffer()).equals(bytes)).toBe(true);
  expect((await ask(null, 'HEAD')).headers.get('content-length')).toBe(String(bytes.length));
  expect((await ask(`bytes=${bytes.length}-`)).status).toBe(416);
  expect((await ask('bytes=5-2')).status).toBe(416);

  // An agent may fetch what is listed; it may list nothing.
  for (const method of ['PUT', 'DELETE']) expect((await ask(null, method)).status).toBe(401);
  await world.restart();
  expect(await (await world.request('/v1/models')).json()).toHaveLength(1);
  const removed = await world.request(`/v1/models/${model.sha256}`, { method: 'DELETE' });
  expect(removed.status).toBe(200);
  expect((await world.request(`/v1/models/${model.sha256}`)).status).toBe(404);
});

test('nothing is listed that is not whole, not what its name says, or no model', async () => {
  await using world = await openWorld();
  const lying = Buffer.concat([bytes, Buffer.alloc(9000)]);
  const cases: [Buffer, ReturnType<typeof modelOfBytes>, RegExp][] = [
    [bytes, { ...model, sha256: modelOfBytes(lying).sha256 }, /came that are not/],
    [lying, modelOfBytes(lying), /this is no model: 9000 bytes at its end/],
    [
      Buffer.from('not a model'),
      modelOfBytes(Buffer.from('not a model')),
      /does not begin with GGUF/,
    ],
  ];
  for (const [body, of, reason] of cases) {
    const answer = await put(world, body, of);
    expect(answer.status).toBe(422);
    expect((await answer.json()).error).toMatch(reason);
  }
  expect(await (await world.request('/v1/models')).json()).toEqual([]);
});

test('a job is taken in where its model is listed and it asks for what that takes, and offered where it can run', async () => {
  await using world = await openWorld();
  const refused = await world.post([answerJob('a', ROOM)]);
  expect(refused.status).toBe(422);
  expect((await refused.json()).error).toContain('which this network does not list');
  await put(world, bytes);
  const small = await world.post([answerJob('a', model.size)]);
  expect((await small.json()).error).toMatch(
    /asks for \d+ bytes of memory, but its model takes \d+/,
  );
  expect((await world.post([answerJob('a', ROOM)])).status).toBe(201);

  const kernels = await joinWorld(world, newKey(), [lane({ vram: ROOM })]);
  const both = await joinWorld(world, newKey(), [lane({ vram: ROOM, kinds: [...models] })]);
  const { offer, model: named } = await both.line.next('offer');
  expect(named).toEqual({ ...model, context: 256, batch: 256 });
  both.line.say({ kind: 'accept', offer });
  const { job, lease } = await both.line.next('assign');
  expect(job.kind).toBe('llm');
  expect(kernels.line.heard.filter(({ kind }) => kind === 'offer')).toEqual([]);

  // A checkpoint of another shape is not taken; the job goes on elsewhere from a good one.
  const blob = async (data: Uint8Array) => {
    const of = modelOfBytes(data);
    await world.request(`/v1/blobs/${of.sha256}`, { method: 'PUT', body: new Uint8Array(data) });
    return of;
  };
  const tokens = await blob(new Uint8Array(12));
  const none = { sha256: sha256(''), size: 0 };
  await world.request(`/v1/blobs/${none.sha256}`, { method: 'PUT', body: new Uint8Array(0) });
  const checkpoint = (step: number) => ({
    step,
    buffers: [
      { name: 'tokens', ...tokens },
      { name: 'probes', ...none },
    ],
  });
  both.line.say({ kind: 'release', lease, checkpoint: checkpoint(4) });
  expect((await both.line.next('error')).detail).toContain('buffer tokens has 12 bytes, not 16');
  both.line.say({ kind: 'release', lease, checkpoint: checkpoint(3) });
  await both.line.next('settled');
  const other = await joinWorld(world, newKey(), [lane({ vram: ROOM, kinds: ['llm'] })]);
  const again = await takeJob(other.line);
  expect(again.checkpoint).toMatchObject({ step: 3 });

  const result = Buffer.from('{}');
  const output = await blob(result);
  other.line.say({
    kind: 'result',
    lease: again.lease,
    outputs: [{ name: 'result', ...output }],
  });
  expect((await other.line.next('receipt')).signed.receipt).toMatchObject({ job: 'a' });
});

test('jobs whose model is too large for a lane’s disk do not keep it from other work', async () => {
  await using world = await openWorld();
  await put(world, bytes);
  const many = Array.from({ length: 20 }, (_, i) => answerJob(`answer-${i}`, ROOM));
  expect((await world.post(many)).status).toBe(201);
  await world.submit(noopJob('kernel'));
  const small = lane({ vram: ROOM, kinds: [...models], largestModel: model.size - 1 });
  const { line } = await joinWorld(world, newKey(), [small]);
  expect((await line.next('offer')).job).toBe('kernel');
  const enough = lane({ vram: ROOM, kinds: [...models], largestModel: model.size });
  const other = await joinWorld(world, newKey(), [enough]);
  expect((await other.line.next('offer')).job).toBe('answer-0');
});

test('a buyer lists a model by one command, and a job file names it as that command says', async () => {
  const app = tempFolder();
  const path = join(app, 'exchange');
  await using _ = await openWorld(path);
  const work = tempFolder();
  const file = join(work, 'tiny.gguf');
  writeFileSync(file, bytes);
  const added = await offpeak(app, 'model', 'add', file);
  const line = `tiny.gguf: "model": ${JSON.stringify(model)}`;
  expect(added).toEqual({ code: 0, text: `Added. A job file names it so:\n${line}` });
  expect(await offpeak(app, 'model', 'add', file)).toEqual(added);
  expect(await offpeak(app, 'model', 'list')).toEqual({ code: 0, text: line });

  const jobFile = (changes: object) => {
    const job = {
      kind: 'llm',
      title: 'A story',
      spec: { model, input: { kind: 'prompt', text: 'Once' }, context: 256, maxTokens: 50 },
      outputs: { result: { as: 'text', file: 'story.txt' } },
      pay: 10,
      needs: { vram: ROOM, seconds: 1 },
      ...changes,
    };
    writeFileSync(join(work, 'job.json'), JSON.stringify(job));
    return offpeak(app, 'submit', join(work, 'job.json'));
  };
  expect(await jobFile({})).toMatchObject({
    code: 0,
    text: expect.stringMatching(/^Submitted A story: 1 job/),
  });
  const stranger = await jobFile({ outputs: { vectors: { as: 'bytes', file: 'x' } } });
  expect(stranger).toMatchObject({
    code: 1,
    text: expect.stringContaining('this job has only result'),
  });

  expect(await offpeak(app, 'model', 'remove', model.sha256)).toMatchObject({ code: 0 });
  expect(await offpeak(app, 'model', 'list')).toEqual({
    code: 0,
    text: 'This network lists no models.',
  });
  writeFileSync(file, tinyModel(TINY, { version: 9 }));
  expect(await offpeak(app, 'model', 'add', file)).toEqual({
    code: 1,
    text: 'Not added: the exchange refused: this is no model: its version is 9, not 2 or 3.',
  });
  expect(await offpeak(app, 'model', 'add', '/nowhere.gguf')).toMatchObject({ code: 1 });
  expect(await offpeak(app, 'model')).toMatchObject({ code: 2 });
});

const named = (body: Buffer, name: string) => ListedModel.parse({ ...modelOfBytes(body), name });

test('one model is taken in at a time, and none that would leave the disk too little', async () => {
  const folder = tempFolder();
  const other = tinyModel({ ...TINY, seed: 2 });
  let left = DISK_RESERVE + bytes.length - 1;
  const shelf = await openModels(
    folder,
    (what) => expect.fail(inEnglish(what)),
    async () => free(left),
  );
  const first = named(bytes, 'first');
  expect(await shelf.add(first, Readable.from([bytes]))).toEqual({
    kind: 'refused',
    because: 'disk',
    detail: `a model of ${bytes.length} bytes would leave less than ${DISK_RESERVE} bytes free on the disk`,
  });
  left += 1;
  const slow = new PassThrough();
  slow.write(bytes.subarray(0, 1000));
  const adding = shelf.add(first, slow);
  const second = named(other, 'second');
  expect(await shelf.add(second, Readable.from([other]))).toMatchObject({ because: 'busy' });
  slow.end(bytes.subarray(1000));
  expect(await adding).toEqual({ kind: 'added' });
  expect(await shelf.add(second, Readable.from([other]))).toEqual({ kind: 'added' });
  expect(shelf.list()).toEqual([first, second]);
});

test('a model whose disk is not there is not offered, and is again when it comes back', async () => {
  const folder = tempFolder();
  const notices: string[] = [];
  const open = () => openModels(folder, (what) => notices.push(inEnglish(what)));
  const other = tinyModel({ ...TINY, seed: 2 });
  const [away, here] = [named(bytes, 'away'), named(other, 'here')];
  const before = await open();
  await before.add(away, Readable.from([bytes]));
  const path = join(folder, `${away.sha256}.gguf`);
  renameSync(path, `${path}.elsewhere`);
  const without = await open();
  expect(without.list()).toEqual([]);
  expect([without.find(away.sha256), without.facts(away)]).toEqual([null, null]);
  expect(notices).toEqual([
    expect.stringMatching(/^The model away is not offered now: its file is/),
  ]);
  expect(await without.add(here, Readable.from([other]))).toEqual({ kind: 'added' });
  renameSync(`${path}.elsewhere`, path);
  const after = await open();
  expect(after.list()).toEqual([away, here]);

  // Whoever does not want it any more can say so while it is away.
  rmSync(path);
  const last = await open();
  expect(await last.remove(away.sha256)).toBe(true);
  expect(await last.remove(away.sha256)).toBe(false);
  expect((await open()).list()).toEqual([here]);
});
