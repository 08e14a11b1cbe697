import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { blobTransfers } from '../../src-network/blob-transfer.ts';
import { Blob } from '../../src-shared/blob.ts';
import { said } from '../../src-shared/said.ts';
import { saying } from '../worlds/saying.ts';
import { fakeGateway, TOKEN } from './fake-gateway.ts';

const CONTENT = Buffer.from('sixteen bytes!!!');
const BLOB = Blob.parse({
  sha256: createHash('sha256').update(CONTENT).digest('hex'),
  size: CONTENT.byteLength,
});

/** A blob store of a network that answers as the test says, and what was asked of it. */
async function network(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const asked: string[] = [];
  const gateway = await fakeGateway({
    http: (request, response) => {
      asked.push(`${request.method} ${request.url?.split('/').at(-1)?.slice(0, 4)}`);
      if (request.headers.authorization !== `Bearer ${TOKEN}`) response.writeHead(401).end();
      else answer(request, response);
    },
  });
  const base = new URL(`http://${gateway.audience}/v1/blobs/`);
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const blobs = blobTransfers({ base, token: () => TOKEN });
  return { asked, base, stop, blobs, get: () => blobs.get(BLOB, stop.signal) };
}
const name = BLOB.sha256.slice(0, 4);

describe('fetching a blob', () => {
  test('gives exactly the bytes that its name promises', async () => {
    const { get } = await network((_, response) => response.end(CONTENT));
    expect(await get()).toEqual({ kind: 'ok', bytes: new Uint8Array(CONTENT) });
  });

  test.each([
    [
      'other bytes of the same size',
      (r: ServerResponse) => r.end('SIXTEEN BYTES!!!'),
      'something else',
    ],
    ['too many, as announced', (r: ServerResponse) => r.end('x'.repeat(17)), 'should have 16'],
    [
      'too many, unannounced and without end',
      (r: ServerResponse) => {
        const more = () => r.write('x'.repeat(1000)) && setImmediate(more);
        r.on('drain', more).on('error', () => undefined);
        more();
      },
      'more than its 16',
    ],
  ])('refuses %s', async (_, answer, words) => {
    const { get, asked } = await network((_, response) => void answer(response));
    expect(await get()).toEqual({ kind: 'corrupt', detail: saying(words) });
    expect(asked).toHaveLength(1);
  });

  test('says what the network does not have', async () => {
    const { get } = await network((_, response) => response.writeHead(404).end());
    expect(await get()).toMatchObject({ kind: 'missing' });
  });

  test('follows no redirect, so the token goes nowhere else', async () => {
    const { get, asked } = await network((_, response) =>
      response.writeHead(302, { location: '/elsewhere' }).end(),
    );
    expect(await get()).toMatchObject({ kind: 'unreachable' });
    expect(asked).toEqual([`GET ${name}`, `GET ${name}`, `GET ${name}`]);
  });

  test('tries again when the line breaks in the middle', async () => {
    let tries = 0;
    const { get } = await network((_, response) => {
      if (++tries > 1) response.end(CONTENT);
      else {
        response.writeHead(200, { 'content-length': '16' });
        response.write('sixteen', () => response.destroy());
      }
    });
    expect(await get()).toMatchObject({ kind: 'ok' });
    expect(tries).toBe(2);
  });

  test('stops when it is told to', async () => {
    const { get, stop } = await network(() => stop.abort());
    expect(await get()).toEqual({ kind: 'unreachable', detail: said('transferStopped') });
    expect(await get()).toMatchObject({ kind: 'unreachable' });
  });

  test('asks nobody while offline', async () => {
    const { base, asked } = await network((_, response) => response.end(CONTENT));
    const blobs = blobTransfers({ base, token: () => null });
    const { signal } = new AbortController();
    expect(await blobs.get(BLOB, signal)).toMatchObject({ kind: 'unreachable' });
    expect(await blobs.put(CONTENT, signal)).toMatchObject({ kind: 'unreachable' });
    expect(asked).toEqual([]);
  });
});

describe('handing over a blob', () => {
  test('sends it once: the second time the network has it', async () => {
    let stored = Buffer.alloc(0);
    const { blobs, stop, asked } = await network(async (request, response) => {
      const there = stored.length > 0;
      if (request.method === 'PUT') stored = Buffer.concat(await request.toArray());
      response.writeHead(request.method === 'PUT' ? 201 : there ? 200 : 404).end();
    });
    expect(await blobs.put(CONTENT, stop.signal)).toEqual({ kind: 'ok', blob: BLOB });
    expect(await blobs.put(CONTENT, stop.signal)).toEqual({ kind: 'ok', blob: BLOB });
    expect(stored.equals(CONTENT)).toBe(true);
    expect(asked).toEqual([`HEAD ${name}`, `PUT ${name}`, `HEAD ${name}`]);
  });

  test.each([
    [413, 'refused'],
    [422, 'refused'],
    [404, 'refused'],
  ])('answered with %i is %s at once', async (status, kind) => {
    const { blobs, stop, asked } = await network((request, response) => {
      request.resume();
      response.writeHead(request.method === 'HEAD' ? 404 : status).end();
    });
    expect(await blobs.put(CONTENT, stop.signal)).toMatchObject({ kind });
    expect(asked).toHaveLength(2);
  });

  test('is tried again where the network is out of order for a moment', async () => {
    let tries = 0;
    const { blobs, stop } = await network((request, response) => {
      request.resume();
      if (request.method === 'HEAD') response.writeHead(404).end();
      else response.writeHead(++tries > 1 ? 201 : 503).end();
    });
    expect(await blobs.put(CONTENT, stop.signal)).toMatchObject({ kind: 'ok' });
  });
});
