import { readdirSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MAX_BLOB } from '../../src-shared/blob.ts';
import { noopJob, sha256, WGSL } from './jobs.ts';
import { openWorld } from './world.ts';

type World = Awaited<ReturnType<typeof openWorld>>;
const put = (world: World, name: string, body: BodyInit, init: RequestInit = {}) =>
  world.request(`/v1/blobs/${name}`, { method: 'PUT', body, ...init });
const errorOf = async (response: Response) => (await response.json()).error as string;

/** Everything the store keeps, half uploads too. */
const kept = (world: World) =>
  readdirSync(join(world.folder, 'blobs'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);

/** A request written by hand, for what fetch refuses to send. */
const raw = (world: World, options: object, write: (r: ReturnType<typeof httpRequest>) => void) =>
  new Promise<number>((resolve) => {
    const authorization = `Bearer ${world.exchange.buyerToken}`;
    const { headers, ...rest } = { headers: {}, ...options };
    const sent = httpRequest(world.exchange.url, {
      ...rest,
      headers: { authorization, ...headers },
    });
    sent.on('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on('error', () => resolve(0));
    write(sent);
  });

test('a blob comes back as it went in, under the only name it can have', async () => {
  await using world = await openWorld();
  const data = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 251));
  const name = sha256(data);
  expect((await world.request(`/v1/blobs/${name}`, { method: 'HEAD' })).status).toBe(404);
  expect((await put(world, name, data)).status).toBe(201);
  expect((await put(world, name, data)).status).toBe(201);
  const head = await world.request(`/v1/blobs/${name}`, { method: 'HEAD' });
  expect(head.headers.get('content-length')).toBe('300000');
  const back = await world.request(`/v1/blobs/${name}`);
  expect(Buffer.from(await back.arrayBuffer()).equals(data)).toBe(true);
  expect(kept(world)).toEqual([name]);
});

test('a blob that is not what it says it is leaves nothing behind', async () => {
  await using world = await openWorld();
  const lie = await put(world, sha256('one'), 'two');
  expect(lie.status).toBe(422);
  expect(await errorOf(lie)).toMatch(/hash to .*, not /);
  expect(kept(world)).toEqual([]);
});

test('an upload that breaks off leaves nothing under its name', async () => {
  await using world = await openWorld();
  const name = sha256('whole');
  const path = `/v1/blobs/${name}`;
  const headers = { 'content-length': '1000000' };
  const status = await raw(world, { method: 'PUT', path, headers }, (request) => {
    request.write(Buffer.alloc(500_000), () => setImmediate(() => request.destroy()));
  });
  expect(status).toBe(0);
  expect((await put(world, name, 'whole')).status).toBe(201);
  await expect.poll(() => kept(world)).toEqual([name]);
});

test('a blob over the limit is refused before it is read', async () => {
  await using world = await openWorld();
  const headers = { 'content-length': String(MAX_BLOB + 1) };
  const path = `/v1/blobs/${sha256('big')}`;
  const status = await raw(world, { method: 'PUT', path, headers }, (request) =>
    request.flushHeaders(),
  );
  expect(status).toBe(413);
});

test.each(['..%2f..%2fsecrets.json', 'ABC', `${'A'.repeat(64)}`, sha256('x').slice(1)])(
  'a blob cannot be called %s',
  async (name) => {
    await using world = await openWorld();
    expect((await put(world, name, 'x')).status).toBe(400);
    expect((await world.request(`/v1/blobs/${name}`)).status).toBe(400);
  },
);

test('without the right token nothing is said and nothing is taken', async () => {
  await using world = await openWorld();
  const paths = [
    ['GET', '/v1/status'],
    ['POST', '/v1/jobs'],
    ['GET', '/v1/jobs/a'],
    ['PUT', `/v1/blobs/${sha256('x')}`],
  ] as const;
  for (const authorization of ['', 'Bearer ', 'Bearer wrong', `Basic ${world.exchange.buyerToken}`])
    for (const [method, path] of paths) {
      const body = method === 'GET' ? null : 'x';
      const answer = await world.request(path, { method, body, headers: { authorization } });
      expect(answer.status).toBe(401);
    }
});

test('a web page that rebound its name to this machine is turned away', async () => {
  await using world = await openWorld();
  const headers = { host: 'evil.example' };
  expect(await raw(world, { path: '/v1/status', headers }, (request) => request.end())).toBe(421);
  expect(await raw(world, { path: '/v1/status' }, (request) => request.end())).toBe(200);
});

test('a job is refused by name of what is wrong with it, and nothing of the request is kept', async () => {
  await using world = await openWorld();
  await put(world, sha256(WGSL), WGSL);
  const good = noopJob('good');
  const { spec } = good;
  const lost = sha256('lost input');
  const withInput = {
    ...spec,
    buffers: { ...spec.buffers, in: { size: 8, from: { sha256: lost, size: 8 } } },
  };
  const needs = { vram: 24, seconds: 1 };
  const wrong: [unknown, number, RegExp][] = [
    ['{', 400, /expected object|Invalid input/],
    [{ ...good, kind: 'shell' }, 400, /kind/],
    [{ ...good, spec: { ...spec, outputs: ['nothing'] } }, 400, /output nothing is not a buffer/],
    [[good, { ...good, id: '../x' }], 400, /job id/],
    [[good, { ...good, id: 'b', pay: { amount: 1, test: false } }], 422, /job b offers money/],
    [[good, { ...good, id: 'b', deadline: 1 }], 422, /deadline of job b is past/],
    [[good, good], 422, /job good is named twice/],
    [
      { ...good, needs: { vram: 15, seconds: 1 } },
      400,
      /buffers hold 16 bytes, but the job asks for 15 bytes/,
    ],
    [
      [good, { ...good, id: 'b', spec: withInput, needs }],
      409,
      new RegExp(`upload these.*${lost}`),
    ],
    [[], 400, /./],
  ];
  for (const [body, status, words] of wrong) {
    const answer = await world.post(body);
    const error = await errorOf(answer);
    expect({ status: answer.status, error }).toEqual({
      status,
      error: expect.stringMatching(words),
    });
  }
  const notJson = await world.request('/v1/jobs', { method: 'POST', body: '{' });
  expect(notJson.status).toBe(400);
  expect((await world.exchange.status()).jobs.waiting).toBe(0);
});

test('submitting a job twice makes one job; another under its name is refused', async () => {
  await using world = await openWorld();
  await world.submit(noopJob('a'));
  const again = await world.post(noopJob('a'));
  expect(await again.json()).toEqual({ jobs: ['a'], fresh: 0 });
  const other = await world.post(noopJob('a', { title: 'Other' }));
  expect(other.status).toBe(409);
  expect(await errorOf(other)).toMatch(/another job called a/);
  expect((await world.exchange.status()).jobs.waiting).toBe(1);
});

test('whoever asks for a job, a blob or a page that is not there is told so', async () => {
  await using world = await openWorld();
  for (const path of ['/v1/jobs/none', `/v1/blobs/${sha256('none')}`, '/v2/anything']) {
    const answer = await world.request(path);
    expect(answer.status).toBe(404);
    expect(await errorOf(answer)).toMatch(/^there is no/);
  }
});
