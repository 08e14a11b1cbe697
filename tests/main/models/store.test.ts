import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { modelOfBytes, TINY, tinyModel } from '../../runner/llm/tiny-model.ts';
import { bundle } from '../../worlds/bundle.ts';
import { got, modelWorld } from '../../worlds/model-world.ts';
import { saying } from '../../worlds/saying.ts';

const never = new AbortController().signal;
const quiet = () => undefined;
const one = tinyModel();
const two = tinyModel({ ...TINY, seed: 2 });
const three = tinyModel({ ...TINY, seed: 3 });

test('a model is fetched once, checked, and known from then on', async () => {
  const w = await modelWorld([one]);
  const store = w.open();
  const model = modelOfBytes(one);
  expect(store.facts(model.sha256)).toBeNull();
  const seen: number[] = [];
  const { path, facts } = got(await store.obtain(model, (done) => seen.push(done), never));
  expect(readFileSync(path).equals(one)).toBe(true);
  expect(facts.architecture).toBe('llama');
  expect(seen.at(-1)).toBe(one.length);
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
  got(await store.obtain(model, quiet, never));
  got(await w.open().obtain(model, quiet, never));
  expect(w.begun).toEqual([0]);
  expect(store.facts(model.sha256)).toEqual(facts);
  expect(w.here()).toEqual([w.nameOf(one)]);
});

test('a line that breaks costs nothing that came before', async () => {
  const w = await modelWorld([one]);
  w.line.breakAfter = [100_000, 50_000];
  got(await w.open().obtain(modelOfBytes(one), quiet, never));
  expect(w.begun).toHaveLength(3);
  expect(w.begun[0]).toBe(0);
  expect(w.begun[1]).toBeGreaterThan(0);
  expect(w.begun[2]).toBeGreaterThan(w.begun[1] ?? 0);
  expect(w.here()).toEqual([w.nameOf(one)]);
});

test('a fetch that goes on does so at once, and what was there is checked when the rest has come', async () => {
  const w = await modelWorld([one]);
  mkdirSync(w.folder);
  const part = join(w.folder, `${w.nameOf(one)}.part`);
  writeFileSync(part, one.subarray(0, 200_000));
  const seen: number[] = [];
  got(await w.open().obtain(modelOfBytes(one), (done) => seen.push(done), never)).release();
  expect(seen[0]).toBeGreaterThan(200_000);
  expect(w.begun).toEqual([200_000]);

  const other = await modelWorld([one]);
  mkdirSync(other.folder);
  writeFileSync(join(other.folder, `${w.nameOf(one)}.part`), Buffer.alloc(200_000));
  expect(await other.open().obtain(modelOfBytes(one), quiet, never)).toMatchObject({
    kind: 'missing',
  });
  expect(other.here()).toEqual([]);
});

test('a kill in the middle of a fetch costs nothing that was on the disk, and leaves no half model', async () => {
  const w = await modelWorld([one]);
  w.line.stallAfter = 200_000;
  const fetcher = await bundle('tests/worlds/model-fetcher.ts');
  const model = modelOfBytes(one);
  const child = fork(fetcher.file, [w.folder, w.base.href, JSON.stringify(model)]);
  await new Promise<void>((resolve) =>
    child.on('message', (done) => Number(done) === 200_000 && resolve()),
  );
  child.kill('SIGKILL');
  await once(child, 'exit');
  fetcher.remove();
  expect(w.here()).toEqual([`${w.nameOf(one)}.part`]);
  const part = statSync(join(w.folder, `${w.nameOf(one)}.part`)).size;
  expect(part).toBe(200_000);

  w.line.stallAfter = null;
  got(await w.open().obtain(model, quiet, never));
  expect(w.begun).toEqual([0, part]);
  expect(w.here()).toEqual([w.nameOf(one)]);
}, 60_000);

test('what is not the model it should be never gets a model’s name', async () => {
  const w = await modelWorld([one, Buffer.concat([one, Buffer.alloc(9999)])]);
  w.line.corrupt = true;
  const store = w.open();
  expect(await store.obtain(modelOfBytes(one), quiet, never)).toMatchObject({ kind: 'missing' });
  expect(w.here()).toEqual([]);
  w.line.corrupt = false;
  const lying = Buffer.concat([one, Buffer.alloc(9999)]);
  expect(await store.obtain(modelOfBytes(lying), quiet, never)).toEqual({
    kind: 'bad',
    detail: saying(/^this is no model: \d+ bytes at its end belong to no tensor$/),
  });
  expect(w.here()).toEqual([]);
});

test('a model the network no longer lists is not run, though it is here', async () => {
  const w = await modelWorld([one]);
  const store = w.open();
  const model = modelOfBytes(one);
  got(await store.obtain(model, quiet, never)).release();
  w.listed.delete(model.sha256);
  expect(await store.obtain(model, quiet, never)).toEqual({
    kind: 'missing',
    detail: saying(`the network does not have model ${model.sha256}`),
  });
});

test('models take no more disk than the owner gives: the one not used for longest goes', async () => {
  const w = await modelWorld([one, two, three], one.length * 2);
  const store = w.open();
  for (const [file, hoursAgo] of [
    [one, 2],
    [two, 5],
  ] as const) {
    got(await store.obtain(modelOfBytes(file), quiet, never)).release();
    const at = Date.now() / 1000 - hoursAgo * 3600;
    utimesSync(join(w.folder, w.nameOf(file)), at, at);
  }
  got(await store.obtain(modelOfBytes(three), quiet, never)).release();
  expect(w.here()).toEqual([w.nameOf(one), w.nameOf(three)].sort());
});

test('a model that a job uses is never taken away, however old it is', async () => {
  const w = await modelWorld([one, two, three], one.length * 2);
  const store = w.open();
  const used = got(await store.obtain(modelOfBytes(one), quiet, never));
  utimesSync(used.path, 1000, 1000);
  got(await store.obtain(modelOfBytes(two), quiet, never)).release();
  got(await store.obtain(modelOfBytes(three), quiet, never));
  expect(w.here()).toEqual([w.nameOf(one), w.nameOf(three)].sort());
  // Both are in use now, and there is no room for a third.
  expect(await store.obtain(modelOfBytes(two), quiet, never)).toMatchObject({
    kind: 'later',
    detail: saying('does not fit'),
  });
  used.release();
  got(await store.obtain(modelOfBytes(two), quiet, never));
  expect(existsSync(used.path)).toBe(false);
});

test('a model that was damaged on the disk is fetched again, and the owner is told', async () => {
  const w = await modelWorld([one]);
  const model = modelOfBytes(one);
  const { path, release } = got(await w.open().obtain(model, quiet, never));
  release();
  const damaged = Buffer.from(one);
  damaged[damaged.length - 100] = 77;
  writeFileSync(path, damaged);
  got(await w.open().obtain(model, quiet, never));
  expect(readFileSync(path).equals(one)).toBe(true);
  expect(w.begun).toEqual([0, 0]);
  expect(w.notices).toEqual(['A language model was damaged on this disk and is fetched again.']);
});

test('an evict in the middle of a fetch ends it at once and keeps what came', async () => {
  const w = await modelWorld([one]);
  w.line.stallAfter = 150_000;
  const stop = new AbortController();
  const fetching = w.open().obtain(
    modelOfBytes(one),
    (done) => {
      if (done === 150_000) stop.abort();
    },
    stop.signal,
  );
  expect(await fetching).toMatchObject({ kind: 'later' });
  expect(statSync(join(w.folder, `${w.nameOf(one)}.part`)).size).toBe(150_000);
});
