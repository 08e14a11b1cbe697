import { randomBytes } from 'node:crypto';
import { createReadStream, type ReadStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import { diskTrouble } from '../../src-disk/exchange-disk-trouble.ts';
import { syncFolder, writeDurably } from '../../src-disk/exchange-durable-file.ts';
import { DISK_RESERVE, freeSpace } from '../../src-disk/free-space.ts';
import type { Sha256 } from '../../src-shared/blob.ts';
import { ListedModel } from '../../src-shared/buyer-protocol.ts';
import { type GgufFacts, inspectGguf } from '../../src-shared/gguf.ts';
import type { Model } from '../../src-shared/llm.ts';
import type { Bytes } from '../../src-shared/units.ts';
import { receiveFile } from '../blobs/received-file.ts';

/** More than anybody lists by hand. */
const MAX_LISTED = 1000;
const ModelList = z.array(ListedModel).max(MAX_LISTED);

export type Added =
  | { readonly kind: 'added' }
  | {
      readonly kind: 'refused';
      readonly because: 'too-many' | 'busy' | 'wrong-hash' | 'broken-off' | 'not-a-model' | 'disk';
      readonly detail: string;
    };
type Refusal = Extract<Added, { kind: 'refused' }>;

/**
 * The models of a network: the list that agents trust, and their files to fetch. Whatever is offered is here, whole, and
 * under its own digest; what is listed and cannot be seen stays listed, for it may be on a disk that comes back.
 */
export type ModelShelf = Readonly<{
  list(): readonly ListedModel[];
  find(sha256: Sha256): ListedModel | null;
  /** What is known of a model; null where it is not listed. */
  facts(model: Model): GgufFacts | null;
  /** Takes the file in, one at a time, then lists it. Adding it again only changes its name. */
  add(model: ListedModel, body: Readable): Promise<Added>;
  /** Takes it off the list, then its file away; false where it was not there. */
  remove(sha256: Sha256): Promise<boolean>;
  /** Its bytes from `from` to `to`, both included. */
  read(sha256: Sha256, from: number, to: number): ReadStream;
}>;

const refused = (because: Refusal['because'], detail: string): Refusal => ({
  kind: 'refused',
  because,
  detail,
});

/** Opens (or makes) the shelf. Throws what the disk says; a list nobody can read is kept aside and said. */
export async function openModels(
  folder: string,
  notice: (text: string) => void,
  free: (folder: string) => Promise<Bytes> = freeSpace,
): Promise<ModelShelf> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const listPath = join(folder, 'list.json');
  const pathOf = (sha256: string) => join(folder, `${sha256}.gguf`);
  const facts = new Map<string, GgufFacts>();
  let listed: readonly ListedModel[] = await readList(listPath, notice);
  for (const model of listed) {
    const found = await look(pathOf(model.sha256), model.size);
    if ('weights' in found) facts.set(model.sha256, found);
    else
      notice(
        `The model ${model.name} is not offered now: ${found.detail}. It stays on the list; put its file back and restart, or add it again.`,
      );
  }
  await clearUploads(folder);

  /** One change of the list after another. */
  let turn: Promise<unknown> = Promise.resolve();
  const change = (next: (now: readonly ListedModel[]) => readonly ListedModel[]): Promise<void> => {
    const mine = turn.then(async () => {
      const wanted = next(listed);
      await writeDurably(listPath, `${JSON.stringify(wanted, null, 2)}\n`);
      listed = wanted;
    });
    turn = mine.catch(() => {});
    return mine;
  };
  const offered = () => listed.filter(({ sha256 }) => facts.has(sha256));
  const find = (sha256: Sha256) => offered().find((model) => model.sha256 === sha256) ?? null;
  const lists = ({ sha256, size }: Model) => find(sha256)?.size === size;

  /** A model is on its way: whoever sends many at once would fill the disk before any is whole. */
  let receiving = false;

  async function add(model: ListedModel, body: Readable): Promise<Added> {
    const enlist = () =>
      change((now) => [...now.filter(({ sha256 }) => sha256 !== model.sha256), model]);
    if (lists(model)) {
      await enlist();
      return { kind: 'added' };
    }
    if (listed.length >= MAX_LISTED) return refused('too-many', `at most ${MAX_LISTED} models`);
    if (receiving) return refused('busy', 'another model is being added; try again after it');
    receiving = true;
    try {
      return await take(model, body, enlist);
    } finally {
      receiving = false;
    }
  }

  async function take(
    model: ListedModel,
    body: Readable,
    enlist: () => Promise<void>,
  ): Promise<Added> {
    const part = join(folder, `${model.sha256}.${randomBytes(6).toString('hex')}.part`);
    try {
      if ((await free(folder)) - model.size < DISK_RESERVE)
        return refused(
          'disk',
          `a model of ${model.size} bytes would leave less than ${DISK_RESERVE} bytes free on the disk`,
        );
      const trouble = await receive(part, model, body);
      if (trouble) return trouble;
      const found = await inspect(part, model.size);
      if ('kind' in found) return found;
      await rename(part, pathOf(model.sha256));
      facts.set(model.sha256, found);
      await syncFolder(folder);
      await enlist();
      return { kind: 'added' };
    } catch (error) {
      const trouble = diskTrouble(error);
      if (trouble) return refused('disk', `the model could not be kept: ${trouble}`);
      throw error;
    } finally {
      await rm(part, { force: true });
    }
  }

  return {
    list: offered,
    find,
    facts: (model) => (lists(model) ? (facts.get(model.sha256) ?? null) : null),
    add,
    async remove(sha256) {
      if (!listed.some((model) => model.sha256 === sha256)) return false;
      await change((now) => now.filter((model) => model.sha256 !== sha256));
      facts.delete(sha256);
      await rm(pathOf(sha256), { force: true });
      return true;
    },
    read: (sha256, start, end) => createReadStream(pathOf(sha256), { start, end }),
  };
}

async function readList(path: string, notice: (text: string) => void) {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '[]';
    throw error;
  });
  try {
    return ModelList.parse(JSON.parse(text));
  } catch {
    await rename(path, `${path}.damaged`);
    notice(`The list of models was damaged and is kept as ${path}.damaged; add the models again.`);
    return [];
  }
}

/** Removes uploads that broke off. A whole model stays, listed or not: a damaged list must not cost what took hours. */
async function clearUploads(folder: string): Promise<void> {
  for (const name of await readdir(folder))
    if (name.endsWith('.part')) await rm(join(folder, name), { force: true });
}

/** Streams `body` to `path`; why it is not the model, or null. */
async function receive(path: string, model: Model, body: Readable): Promise<Refusal | null> {
  const got = await receiveFile(path, body, model.size);
  if (got.kind === 'broken-off')
    return refused('broken-off', `the upload broke off after ${got.size} bytes`);
  if (got.kind === 'whole' && got.size === model.size && got.hash === model.sha256) return null;
  const wanted = `${model.size} bytes of ${model.sha256}`;
  return refused('wrong-hash', `${got.size} bytes came that are not ${wanted}`);
}

/** As `inspect`, but what the disk says against it is an answer as well. */
async function look(path: string, size: number): Promise<GgufFacts | Refusal> {
  try {
    return await inspect(path, size);
  } catch (error) {
    const trouble = diskTrouble(error);
    if (trouble === null) throw error;
    return refused('disk', trouble);
  }
}

async function inspect(path: string, size: number): Promise<GgufFacts | Refusal> {
  const there = await stat(path).catch(() => null);
  if (there?.size !== size) return refused('not-a-model', 'its file is gone');
  const file = await open(path, 'r');
  try {
    const found = await inspectGguf(size, async (length) => {
      const { buffer, bytesRead } = await file.read(new Uint8Array(length), 0, length, 0);
      return buffer.subarray(0, bytesRead);
    });
    return found.kind === 'ok'
      ? found.facts
      : refused('not-a-model', `this is no model: ${found.detail}`);
  } finally {
    await file.close();
  }
}
