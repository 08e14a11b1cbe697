import { existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { collect, submit, waitFor } from '../../src-buyer/client.ts';
import { readJobFile } from '../../src-buyer/job-plan.ts';
import { openBlobs } from '../../src-exchange/blobs/blobs.ts';
import { Sha256 } from '../../src-shared/blob.ts';
import { hours, millis } from '../../src-shared/units.ts';
import { tilesJob, write } from '../buyer/job-files.ts';
import { tempFolder } from '../worlds/temp-folder.ts';
import { blobOf, noopJob, sha256, WGSL } from './jobs.ts';
import { NOOP_OUTPUT, noopOutputs, takeJob } from './scripted-agent.ts';
import { join as joinWorld, openWorld, type World } from './world.ts';

const DAY = hours(24);
const nobody = new AbortController().signal;

/** Names of the blobs that a world keeps. */
const kept = ({ folder }: World) =>
  readdirSync(join(folder, 'blobs'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort();
const put = (world: World, data: string) =>
  world.request(`/v1/blobs/${sha256(data)}`, { method: 'PUT', body: data });

/** Submits no-op job `id`, takes it and hands it back or in. */
async function work(world: World, id: string, how: 'hand-back' | 'finish') {
  const { line, token } = await joinWorld(world);
  await world.submit(noopJob(id));
  const { lease } = await takeJob(line);
  await world.deliver(token);
  if (how === 'finish') line.say({ kind: 'result', lease, outputs: noopOutputs });
  else line.say({ kind: 'release', lease, checkpoint: { step: 3, buffers: noopOutputs } });
  await line.next(how === 'finish' ? 'receipt' : 'settled');
  line.hangUp();
}

test('an upload that nobody submits a job for is gone after a day, unless somebody asked for it since', async () => {
  await using world = await openWorld();
  await put(world, 'forgotten');
  await put(world, 'asked for');
  await put(world, 'put again');
  world.clock.ahead = DAY - 60_000;
  await world.restart();
  expect((await world.request(`/v1/blobs/${sha256('asked for')}`, { method: 'HEAD' })).ok).toBe(
    true,
  );
  expect((await put(world, 'put again')).status).toBe(201);
  expect(kept(world)).toContain(sha256('forgotten'));
  world.clock.ahead = DAY + 60_000;
  await world.restart();
  await expect.poll(() => kept(world)).toEqual([sha256('asked for'), sha256('put again')].sort());
});

test('however old they are, the inputs and the checkpoint of a job that waits are kept', async () => {
  await using world = await openWorld();
  await work(world, 'a', 'hand-back');
  await put(world, 'forgotten');
  world.clock.ahead = 100 * DAY;
  await world.restart();
  await expect.poll(() => kept(world)).toEqual([sha256(NOOP_OUTPUT), sha256(WGSL)].sort());
});

test('results can be fetched for a week; after that buyers are told that they are gone', async () => {
  await using world = await openWorld();
  const folder = tempFolder();
  write(folder, tilesJob(1));
  const plan = await readJobFile(join(folder, 'job.json'));
  if (plan.kind === 'bad-job-file') throw new Error(plan.detail);
  const shop = { url: world.exchange.url, token: world.exchange.buyerToken };
  await submit(plan, shop);
  const { line, token } = await joinWorld(world);
  const { lease } = await takeJob(line);
  const tile = Buffer.alloc(8, 9);
  const path = `/v1/blobs/${sha256(tile)}`;
  const headers = { authorization: `Bearer ${token}` };
  await world.request(path, { method: 'PUT', body: tile, headers });
  line.say({ kind: 'result', lease, outputs: [{ name: 'pixels', ...blobOf(tile) }] });
  await line.next('receipt');
  line.hangUp();

  world.clock.ahead = 7 * DAY - 60_000;
  await put(world, 'forgotten');
  await world.restart();
  const fetched = async () => {
    const ended = await waitFor(plan.array, shop);
    if (ended.kind !== 'ended') throw new Error(ended.detail);
    return collect(plan, ended.jobs, shop, folder);
  };
  expect(await fetched()).toMatchObject({ kind: 'collected' });

  world.clock.ahead = 9 * DAY;
  await world.restart();
  await expect.poll(() => kept(world)).toEqual([]);
  expect(await fetched()).toEqual({
    kind: 'trouble',
    detail: 'Tiles was done, but its results were kept for 7 days and are gone',
  });
  expect(await world.stateOf(plan.array)).toMatchObject({ kind: 'expired' });
  const gone = await world.request(path);
  expect(gone.status).toBe(404);
  expect((await gone.json()).error).toMatch(/results are kept for 7 days after their job is done/);
  expect((await world.exchange.status()).jobs.done).toBe(1);
});

test('a blob that is stored at the moment in which it would be swept is there afterwards', async () => {
  const folder = tempFolder();
  const now = millis(Date.now());
  const blobs = await openBlobs(folder, () => now);
  const data = 'wanted again';
  const name = Sha256.parse(sha256(data));
  const path = join(folder, name.slice(0, 2), name);
  const store = () => blobs.put(name, Readable.from([Buffer.from(data)]));
  await store();
  let storing: Promise<unknown> = Promise.resolve();
  /** Names nothing, and whenever it is asked, somebody comes with the blob: just before, or just after. */
  class Busy extends Set<string> {
    soon = false;
    override has() {
      storing = this.soon ? new Promise(setImmediate).then(store) : store();
      this.soon = !this.soon;
      return false;
    }
  }
  const busy = new Busy();
  for (let i = 0; i < 50; i += 1) {
    utimesSync(path, 0, 0);
    await blobs.sweep(busy, millis(now - DAY), nobody);
    await storing;
    expect(existsSync(path)).toBe(true);
  }
  utimesSync(path, 0, 0);
  await blobs.sweep(new Set(), millis(now - DAY), nobody);
  expect(existsSync(path)).toBe(false);
});

test('a sweep touches nothing that is not a blob of the store, and clears what crashed uploads left', async () => {
  const folder = tempFolder();
  const now = Date.now();
  const blobs = await openBlobs(folder, () => millis(now));
  write(folder, {
    'ab/notes.txt': 'mine',
    'incoming/half': 'x',
    'notes/a': 'y',
    'incoming/new': 'z',
  });
  for (const name of ['ab/notes.txt', 'incoming/half', 'notes/a'])
    utimesSync(join(folder, name), 0, 0);
  writeFileSync(join(folder, 'incoming/new'), 'z');
  await blobs.sweep(new Set(), millis(now), nobody);
  const left = readdirSync(folder, { recursive: true, withFileTypes: true });
  expect(
    left
      .filter((entry) => entry.isFile())
      .map(({ name }) => name)
      .sort(),
  ).toEqual(['a', 'new', 'notes.txt']);
});
