import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { request } from 'node:http';
import { request as requestSecurely } from 'node:https';
import { basename } from 'node:path';
import { z } from 'zod';
import { diskTrouble, saidOf } from '../src-disk/disk-trouble.ts';
import { fileDigest } from '../src-disk/file-digest.ts';
import { Sha256 } from '../src-shared/blob.ts';
import { ListedModel, Refusal } from '../src-shared/buyer-protocol.ts';
import { bytes } from '../src-shared/units.ts';
import { inEnglish } from '../src-shared/wording.ts';
import type { BuyerTrouble, Shop } from './client.ts';

type Listed = { readonly kind: 'listed'; readonly models: readonly ListedModel[] };
const trouble = (detail: string): BuyerTrouble => ({ kind: 'trouble', detail });

/** Reads a file for its digest, then hands it to the exchange, which lists it, unless it has. `percent`: how far it is. */
export async function addModel(
  path: string,
  shop: Shop,
  percent: (words: string) => void,
  signal: AbortSignal,
): Promise<Listed | BuyerTrouble> {
  try {
    const { size } = await stat(path);
    const read = await fileDigest(path, signal, (done) =>
      percent(`Reading ${Math.floor((done / size) * 100)} %`),
    );
    const model = {
      sha256: read.sha256,
      size: bytes(size),
      name: basename(path).slice(0, 120),
    };
    const known = await listModels(shop, signal);
    if (known.kind === 'trouble') return known;
    return known.models.some(({ sha256 }) => sha256 === model.sha256)
      ? { kind: 'listed', models: [model] }
      : await send(path, model, shop, percent, signal);
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const disk = diskTrouble(error);
    const why = missing ? 'no such file' : disk && inEnglish(saidOf(disk));
    if (why !== null) return trouble(`${path} cannot be read (${why})`);
    if (signal.aborted) return trouble('stopped');
    throw error;
  }
}

/** By a request of Node's own: fetch would want the whole file in memory, or a length it does not know. */
function send(
  path: string,
  model: ListedModel,
  shop: Shop,
  percent: (words: string) => void,
  signal: AbortSignal,
): Promise<Listed | BuyerTrouble> {
  const url = new URL(`/v1/models/${model.sha256}`, shop.url);
  url.searchParams.set('name', model.name);
  const headers = { authorization: `Bearer ${shop.token}`, 'content-length': model.size };
  return new Promise((resolve) => {
    const call = url.protocol === 'https:' ? requestSecurely : request;
    const asked = call(url, { method: 'PUT', headers, signal }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => {
        if (response.statusCode === 201) return resolve({ kind: 'listed', models: [model] });
        resolve(refusal(response.statusCode ?? 0, Buffer.concat(parts).toString()));
      });
    });
    asked.on('error', (error) => resolve(silence(shop, error)));
    const file = createReadStream(path, { signal });
    let sent = 0;
    file.on('data', (chunk) => {
      sent += chunk.length;
      percent(`Sending ${Math.floor((sent / model.size) * 100)} %`);
    });
    file.on('error', (error) => asked.destroy(error));
    file.pipe(asked);
  });
}

export async function listModels(shop: Shop, signal: AbortSignal): Promise<Listed | BuyerTrouble> {
  return ask(shop, '/v1/models', { signal }, (body) => {
    const models = z.array(ListedModel).safeParse(body);
    return models.success
      ? { kind: 'listed', models: models.data }
      : trouble('the exchange gave an answer nobody can read');
  });
}

export async function removeModel(
  sha256: string,
  shop: Shop,
  signal: AbortSignal,
): Promise<{ readonly kind: 'removed' } | BuyerTrouble> {
  const name = Sha256.safeParse(sha256);
  if (!name.success) return trouble('a model is named by its SHA-256, 64 lower-case hex digits');
  const init = { method: 'DELETE', signal };
  return ask(shop, `/v1/models/${name.data}`, init, () => ({ kind: 'removed' }));
}

async function ask<T>(
  shop: Shop,
  path: string,
  init: RequestInit,
  read: (body: unknown) => T | BuyerTrouble,
): Promise<T | BuyerTrouble> {
  const headers = { authorization: `Bearer ${shop.token}` };
  try {
    const response = await fetch(`${shop.url}${path}`, { ...init, headers });
    const text = await response.text();
    return response.ok ? read(JSON.parse(text)) : refusal(response.status, text);
  } catch (error) {
    return silence(shop, error);
  }
}

function refusal(status: number, text: string): BuyerTrouble {
  if (status === 401) return trouble('the exchange refused: the token is not valid');
  let body: unknown = null;
  try {
    body = JSON.parse(text);
  } catch {
    // Not our exchange's words: the status must do.
  }
  const said = Refusal.safeParse(body);
  return trouble(`the exchange refused: ${said.success ? said.data.error : `status ${status}`}`);
}

const silence = (shop: Shop, error: unknown): BuyerTrouble =>
  trouble(
    `the exchange at ${shop.url} does not answer (${error instanceof Error ? error.message : error})`,
  );
