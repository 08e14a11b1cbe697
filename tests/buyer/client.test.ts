import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { PNG } from 'pngjs';
import { expect, test } from 'vitest';
import { collect, type Progress, submit, waitFor } from '../../src-buyer/client.ts';
import { packInput } from '../../src-buyer/job-inputs.ts';
import { unpackOutput } from '../../src-buyer/job-outputs.ts';
import { readJobFile } from '../../src-buyer/job-plan.ts';
import { KernelJob } from '../../src-shared/job.ts';
import { blobOf, sha256 } from '../exchange/jobs.ts';
import { connect, lane, newKey, upload } from '../exchange/scripted-agent.ts';
import { openWorld } from '../exchange/world.ts';
import { tempFolder } from '../worlds/temp-folder.ts';
import { tilesJob, write } from './job-files.ts';

async function planOf(folder: string, array?: string) {
  const options = array === undefined ? {} : { array };
  const plan = await readJobFile(join(folder, 'job.json'), options);
  if (plan.kind === 'bad-job-file') throw new Error(plan.detail);
  return plan;
}

/** Runs every job it is offered: tile n is two pixels of colour n. Ends with the line. */
async function paint(agentUrl: string, url: string): Promise<void> {
  const { line, welcome } = await connect(agentUrl, newKey());
  line.say({ kind: 'advert', lanes: [lane()] });
  for (;;) {
    const message = await line.any();
    if (message.kind === 'closed') return;
    if (message.kind === 'offer') line.say({ kind: 'accept', offer: message.offer });
    if (message.kind !== 'assign') continue;
    const tile = Buffer.alloc(8, Number(message.job.id.split('.')[1] ?? 0) + 1);
    await upload(url, welcome.blobToken, tile, sha256(tile));
    const outputs = [{ name: 'pixels', ...blobOf(tile) }];
    line.say({ kind: 'result', lease: message.lease, outputs });
  }
}

test('an array of tiles goes out and comes back as one picture', async () => {
  await using world = await openWorld();
  const folder = tempFolder();
  write(folder, tilesJob(3));
  const { url, agentUrl, buyerToken } = world.exchange;
  const shop = { url, token: buyerToken };
  const painting = paint(agentUrl, url);
  const plan = await planOf(folder, 'evening');
  expect(plan.jobs.map(({ id }) => id)).toEqual(['evening.0', 'evening.1', 'evening.2']);
  expect(plan.jobs.map((job) => KernelJob.parse(job).spec.stages[0]?.launches[0]?.args[2])).toEqual(
    [5, 15, 25].map((value) => ({ kind: 'u32', value })),
  );
  const seen: Progress[] = [];
  expect(await submit(plan, shop, (progress) => seen.push(progress))).toMatchObject({
    kind: 'submitted',
    jobs: plan.jobs.map(({ id }) => id),
  });
  expect(seen[0]).toEqual({ kind: 'uploading', done: 0, of: 2 });
  const ended = await waitFor(plan.array, shop, (progress) => seen.push(progress));
  if (ended.kind !== 'ended') throw new Error(ended.detail);
  expect(seen.at(-1)).toMatchObject({ kind: 'running', done: 3, of: 3, step: 9, steps: 9 });
  const out = tempFolder();
  const path = join(out, 'out/tiles.png');
  expect(await collect(plan, ended.jobs, shop, out)).toEqual({
    kind: 'collected',
    files: [path],
  });
  const { width, height, data } = PNG.sync.read(readFileSync(path));
  expect({ width, height, data: [...data] }).toEqual({
    width: 4,
    height: 2,
    data: [1, 2, 3, 0].flatMap((colour) => Array.from({ length: 8 }, () => colour)),
  });
  await world.restart();
  await painting;
});

test('whoever waits for a job sits out a restart of the exchange', async () => {
  await using world = await openWorld();
  const folder = tempFolder();
  write(folder, tilesJob(1));
  const { url, agentUrl, buyerToken } = world.exchange;
  const shop = { url, token: buyerToken };
  const plan = await planOf(folder);
  await submit(plan, shop);
  let heard = () => {};
  const listening = new Promise<void>((resolve) => {
    heard = resolve;
  });
  const waiting = waitFor(plan.array, shop, () => heard());
  await listening;
  await world.restart();
  const painting = paint(agentUrl, url);
  expect(await waiting).toMatchObject({ kind: 'ended', jobs: [{ state: { kind: 'done' } }] });
  await world.restart();
  await painting;
});

test('submitting a file again is another array, unless it is given the same name', async () => {
  await using world = await openWorld();
  const folder = tempFolder();
  write(folder, tilesJob(1));
  const shop = { url: world.exchange.url, token: world.exchange.buyerToken };
  await submit(await planOf(folder), shop);
  await submit(await planOf(folder), shop);
  expect((await world.exchange.status()).jobs.waiting).toBe(2);
  const named = await planOf(folder, 'named');
  await submit(named, shop);
  await submit(named, shop);
  expect((await world.exchange.status()).jobs.waiting).toBe(3);
});

test('trouble on the way is one sentence for the buyer', async () => {
  await using world = await openWorld();
  const folder = tempFolder();
  write(folder, tilesJob(1));
  const plan = await planOf(folder);
  const { url, buyerToken: token } = world.exchange;
  const gone = await submit(plan, { url: 'http://127.0.0.1:1', token });
  expect(gone).toMatchObject({ kind: 'trouble', detail: expect.stringMatching(/does not answer/) });
  const stranger = await submit(plan, { url, token: 'wrong' });
  expect(stranger).toMatchObject({
    kind: 'trouble',
    detail: expect.stringMatching(/token is not valid/),
  });
  const unknown = await waitFor(plan.array, { url, token });
  expect(unknown).toMatchObject({ detail: expect.stringMatching(/knows no job called/) });
  const stop = new AbortController();
  await submit(plan, { url, token });
  const waiting = waitFor(plan.array, { url, token }, () => stop.abort(), stop.signal);
  expect(await waiting).toEqual({ kind: 'trouble', detail: 'stopped' });
});

const job = (change: (value: ReturnType<typeof JSON.parse>) => void) => {
  const files: Record<string, string> = tilesJob(1);
  const value = JSON.parse(files['job.json'] ?? '');
  change(value);
  return { ...files, 'job.json': JSON.stringify(value) };
};
const csv = {
  as: 'csv-f32',
  file: 'a.csv',
  columns: ['spot', 'kind'],
  words: { call: 1, put: -1 },
};

test.each<[string, Record<string, string>, RegExp]>([
  ['is not there', {}, /job\.json: cannot be read \(no such file\)/],
  ['is not JSON', { 'job.json': '{' }, /job\.json: is not JSON/],
  ['has no title', job((v) => delete v.title), /title/],
  ['names a file outside', job((v) => (v.programs.webgpu = '../x')), /programs\.webgpu/],
  ['names no program', job((v) => (v.programs = {})), /needs a cuda or a webgpu program/],
  [
    'names a missing file',
    job((v) => (v.programs.webgpu = 'no.wgsl')),
    /programs\.webgpu: no\.wgsl cannot be read/,
  ],
  [
    'has bad JSON input',
    { ...tilesJob(1), 'scene.json': '[1,' },
    /buffers\.scene: scene\.json is not JSON/,
  ],
  [
    'has empty input',
    { ...tilesJob(1), 'scene.json': '[]' },
    /buffers\.scene: scene\.json gives 0 bytes/,
  ],
  [
    'has another output than buffers',
    job((v) => (v.outputs = { x: { as: 'bytes', file: 'x' } })),
    /output x is not a buffer/,
  ],
  [
    'has a column that is not there',
    { ...job((v) => (v.buffers.scene.input = csv)), 'a.csv': 'spot\n1\n' },
    /a\.csv has no column kind; it has spot/,
  ],
  [
    'has a cell that is no number',
    { ...job((v) => (v.buffers.scene.input = csv)), 'a.csv': 'spot,kind\n1,call\nlots,put\n' },
    /a\.csv, row 2, column spot: "lots" is not a number/,
  ],
])('a job file that %s is refused with the file and field by name', async (_, files, words) => {
  const folder = tempFolder();
  write(folder, files);
  const read = await readJobFile(join(folder, 'job.json'));
  expect(read).toMatchObject({ kind: 'bad-job-file', detail: expect.stringMatching(words) });
});

test('a link that leads out of the job’s folder is not followed', async () => {
  const folder = tempFolder();
  write(folder, tilesJob(1));
  symlinkSync('/etc/hostname', join(folder, 'leak.wgsl'));
  write(
    folder,
    job((v) => (v.programs.webgpu = 'leak.wgsl')),
  );
  const read = await readJobFile(join(folder, 'job.json'));
  expect(read).toMatchObject({
    detail: expect.stringMatching(/leak\.wgsl leads out of the folder/),
  });
});

test('CSV rows become little-endian floats, words too, and come back as the same numbers', () => {
  const packed = packInput(
    { as: 'csv-f32', file: 'a.csv', columns: ['kind', 'spot'], words: { call: 1, put: -1 } },
    Buffer.from('spot,kind\n100.5,call\n -3e2 ,put\n'),
  );
  if (packed.kind === 'bad-input') throw new Error(packed.detail);
  expect([...new Float32Array(packed.data.slice().buffer)]).toEqual([1, 100.5, -1, -300]);
  const columns = ['kind', 'spot'];
  const made = unpackOutput({ as: 'csv-f32', file: 'b.csv', columns }, [packed.data]);
  if (made.kind === 'bad-output') throw new Error(made.detail);
  expect(Buffer.from(made.data).toString()).toBe('kind,spot\n1,100.5\n-1,-300\n');
});

test('no float is lost on its way through CSV', () => {
  fc.assert(
    fc.property(
      fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 }),
      (numbers) => {
        const data = new Uint8Array(new Float32Array(numbers).buffer);
        const made = unpackOutput({ as: 'csv-f32', file: 'x.csv', columns: ['x'] }, [data]);
        if (made.kind === 'bad-output') throw new Error(made.detail);
        const input = { as: 'csv-f32' as const, file: 'x.csv', columns: ['x'], words: {} };
        const back = packInput(input, made.data);
        if (back.kind === 'bad-input') throw new Error(back.detail);
        const again = [...new Float32Array(back.data.slice().buffer)];
        // CSV has one zero.
        expect(again.map((n) => n + 0)).toEqual([...new Float32Array(numbers)].map((n) => n + 0));
      },
    ),
  );
});

test('an output that is not a picture of the promised size is refused, not drawn', () => {
  const output = { as: 'png' as const, file: 'p.png', tileWidth: 2, tileHeight: 2, across: 1 };
  expect(unpackOutput(output, [new Uint8Array(16), new Uint8Array(12)])).toEqual({
    kind: 'bad-output',
    detail: 'p.png: tile 1 has 12 bytes; 2 x 2 pixels need 16',
  });
});
