import { createHash } from 'node:crypto';
import { type Blob, MAX_BLOB, Sha256 } from '../src-shared/blob.ts';
import { type Said, said } from '../src-shared/said.ts';
import { pause } from '../src-shared/timer.ts';
import { bytes, millis } from '../src-shared/units.ts';
import { retryDelay } from './retry-delay.ts';

/** A transfer in which nothing moves for this long is dead: no home line is that slow. */
export const STALL = 30_000;
/** The slowest upload worth waiting for, bytes a second. fetch tells nothing of its progress, so the whole has one limit. */
const SLOWEST_UPLOAD = 32 * 1024;
/** A blink of the line must not cost a job; a longer outage is the caller's to wait for. */
const ATTEMPTS = 3;

export type Fault = {
  /**
   * `missing`: the network does not have it. `corrupt`: it is not what its name says. `refused`: it will not take it.
   * `unreachable`: try again when online.
   */
  readonly kind: 'missing' | 'corrupt' | 'refused' | 'unreachable';
  readonly detail: Said;
};
export type BlobGot = { readonly kind: 'ok'; readonly bytes: Uint8Array } | Fault;
export type BlobPut = { readonly kind: 'ok'; readonly blob: Blob } | Fault;

export type Blobs = {
  /** The bytes, of exactly the size and SHA-256 that `blob` says. Never throws. */
  readonly get: (blob: Blob, signal: AbortSignal) => Promise<BlobGot>;
  /** Uploads, unless the network has it already. Never throws. */
  readonly put: (content: Uint8Array, signal: AbortSignal) => Promise<BlobPut>;
};

export type Link = {
  /** Such as https://host/v1/blobs/ */
  readonly base: URL;
  /** The token of the present connection; null while offline. */
  readonly token: () => string | null;
};

export const fault = (kind: Fault['kind'], detail: Said): Fault => ({ kind, detail });
export const offline = fault('unreachable', said('notConnected'));

/** Runs `work` under a signal that aborts with `signal`, or when `beat` was not called for `limit` ms. */
export async function alive<T>(
  signal: AbortSignal,
  limit: number,
  work: (signal: AbortSignal, beat: () => void) => Promise<T>,
): Promise<T | Fault> {
  const stop = new AbortController();
  const abort = () => stop.abort();
  if (signal.aborted) return fault('unreachable', said('transferStopped'));
  signal.addEventListener('abort', abort);
  let timer = setTimeout(abort, limit);
  const beat = () => {
    clearTimeout(timer);
    timer = setTimeout(abort, limit);
  };
  try {
    return await work(stop.signal, beat);
  } catch (error) {
    if (signal.aborted) return fault('unreachable', said('transferStopped'));
    if (stop.signal.aborted) return fault('unreachable', said('transferSilent'));
    // fetch hides the reason of a failed connection in `cause`.
    if (!(error instanceof Error)) throw error;
    const cause = error.cause instanceof Error ? error.cause.message : error.message;
    return fault('unreachable', said('transferBroken', { why: cause }));
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}

/** What an answer other than success means. */
export function refusal(status: number, name: string | Said): Fault {
  if (status === 404 || status === 410) return fault('missing', said('dataUnknown', { name }));
  if (status >= 300 && status < 400) return fault('unreachable', said('dataElsewhere', { name }));
  if (status === 401 || status === 403 || status === 408 || status === 429 || status >= 500)
    return fault('unreachable', said('dataUnanswered', { status: String(status), name }));
  return fault('refused', said('dataRefused', { name, status: String(status) }));
}

async function download(link: Link, blob: Blob, signal: AbortSignal): Promise<BlobGot> {
  const token = link.token();
  if (token === null) return offline;
  const name = blob.sha256;
  return alive<BlobGot>(signal, STALL, async (signal, beat) => {
    const response = await fetch(new URL(blob.sha256, link.base), {
      headers: { authorization: `Bearer ${token}`, 'accept-encoding': 'identity' },
      redirect: 'manual',
      signal,
    });
    const give = async (answer: Fault): Promise<Fault> => {
      await response.body?.cancel();
      return answer;
    };
    if (response.status !== 200) return give(refusal(response.status, blob.sha256));
    const wrong = (size: string) =>
      give(fault('corrupt', said('wrongSize', { name, size: String(blob.size), given: size })));
    const announced = response.headers.get('content-length');
    if (announced !== null && announced !== String(blob.size)) return wrong(announced);

    const content = new Uint8Array(blob.size);
    const hash = createHash('sha256');
    let size = 0;
    const reader = response.body?.getReader();
    for (;;) {
      const chunk = await reader?.read();
      if (!chunk || chunk.done) break;
      beat();
      if (size + chunk.value.byteLength > blob.size) {
        await reader?.cancel();
        return fault('corrupt', said('tooLong', { name, size: String(blob.size) }));
      }
      content.set(chunk.value, size);
      hash.update(chunk.value);
      size += chunk.value.byteLength;
    }
    if (size !== blob.size)
      return fault(
        'unreachable',
        said('brokenOff', { name, done: String(size), size: String(blob.size) }),
      );
    return hash.digest('hex') === blob.sha256
      ? { kind: 'ok', bytes: content }
      : fault('corrupt', said('otherData', { name }));
  });
}

async function upload(
  link: Link,
  blob: Blob,
  content: Uint8Array,
  signal: AbortSignal,
): Promise<BlobPut> {
  const token = link.token();
  if (token === null) return offline;
  const url = new URL(blob.sha256, link.base);
  const headers = { authorization: `Bearer ${token}` };
  const limit = STALL + (blob.size / SLOWEST_UPLOAD) * 1000;
  return alive<BlobPut>(signal, limit, async (signal) => {
    const there = await fetch(url, { method: 'HEAD', headers, redirect: 'manual', signal });
    if (there.status === 200) return { kind: 'ok', blob };
    const answer = await fetch(url, {
      method: 'PUT',
      headers: { ...headers, 'content-type': 'application/octet-stream' },
      body: content,
      redirect: 'manual',
      signal,
    });
    await answer.body?.cancel();
    if (answer.ok) return { kind: 'ok', blob };
    const { kind, detail } = refusal(answer.status, blob.sha256);
    // A network that has no such path will not have it later either, but then it is not the blob that is missing.
    return kind === 'missing'
      ? fault('refused', said('noBlobsTaken', { status: String(answer.status) }))
      : { kind, detail };
  });
}

/** Again after a moment, as long as it is the line that fails and we are online. */
async function persist<T extends { readonly kind: string }>(
  link: Link,
  signal: AbortSignal,
  once: () => Promise<T>,
): Promise<T> {
  for (let failures = 0; ; failures++) {
    const answer = await once();
    const last = failures + 1 >= ATTEMPTS || signal.aborted || link.token() === null;
    if (answer.kind !== 'unreachable' || last) return answer;
    await pause(millis(retryDelay(failures, Math.random())), signal);
  }
}

/** Blob transfers over HTTP at the gateway's own origin. Redirects are not followed: the token is for that origin only. */
export function blobTransfers(link: Link): Blobs {
  return {
    get: (blob, signal) => persist(link, signal, () => download(link, blob, signal)),
    put: async (content, signal) => {
      if (content.byteLength > MAX_BLOB)
        return fault(
          'refused',
          said('blobTooLarge', { size: String(content.byteLength), most: String(MAX_BLOB) }),
        );
      const sha256 = Sha256.parse(createHash('sha256').update(content).digest('hex'));
      const blob = { sha256, size: bytes(content.byteLength) };
      return persist(link, signal, () => upload(link, blob, content, signal));
    },
  };
}
