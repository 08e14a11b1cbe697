import { createReadStream, type ReadStream } from 'node:fs';
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import { diskTrouble, saidOf } from '../../src-disk/disk-trouble.ts';
import { FOR_OWNER_ONLY, moveFileAsync, PART, partOf } from '../../src-disk/durable-file.ts';
import { DISK_RESERVE, freeSpace } from '../../src-disk/free-space.ts';
import { openJsonFile } from '../../src-disk/json-file.ts';
import { receiveFile } from '../../src-disk/received-file.ts';
import { openTurns } from '../../src-disk/turns.ts';
import type { Sha256 } from '../../src-shared/blob.ts';
import { ListedModel } from '../../src-shared/buyer-protocol.ts';
import { type GgufFacts, inspectGguf } from '../../src-shared/gguf.ts';
import type { Model } from '../../src-shared/llm.ts';
import { type Said, said } from '../../src-shared/said.ts';
import type { Bytes } from '../../src-shared/units.ts';
import { inEnglish } from '../../src-shared/wording.ts';

/** More than anybody lists by hand. */
const MAX_LISTED = 1000;
const ModelList = z.array(ListedModel).max(MAX_LISTED);
/** A thousand of them with long names are some 400 KiB. */
const MAX_LIST = 4 * 1024 * 1024;

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
  notice: (what: Said) => void,
  free: (folder: string) => Promise<Bytes> = freeSpace,
): Promise<ModelShelf> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const list = openJsonFile(join(folder, 'list.json'), ModelList, {
    most: MAX_LIST,
    mode: FOR_OWNER_ONLY,
  });
  const pathOf = (sha256: string) => join(folder, `${sha256}.gguf`);
  const facts = new Map<string, GgufFacts>();
  let listed: readonly ListedModel[] =
    list.valueOrAside((aside) => notice(said('modelListDamaged', { file: aside }))) ?? [];
  for (const model of listed) {
    const found = await look(pathOf(model.sha256), model.size);
    if ('weights' in found) facts.set(model.sha256, found);
    else notice(said('modelNotOffered', { name: model.name, why: found.detail }));
  }
  await clearUploads(folder);

  const inTurn = openTurns();
  /** One change of the list after another. */
  const change = (next: (now: readonly ListedModel[]) => readonly ListedModel[]): Promise<void> =>
    inTurn('list', async () => {
      const wanted = next(listed);
      await list.writeAsync([...wanted]);
      listed = wanted;
    });
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
    const part = partOf(join(folder, model.sha256));
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
      await moveFileAsync(part, pathOf(model.sha256));
      facts.set(model.sha256, found);
      await enlist();
      return { kind: 'added' };
    } catch (error) {
      const trouble = diskTrouble(error);
      if (trouble)
        return refused('disk', `the model could not be kept: ${inEnglish(saidOf(trouble))}`);
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

/** Removes uploads that broke off. A whole model stays, listed or not: a damaged list must not cost what took hours. */
async function clearUploads(folder: string): Promise<void> {
  for (const name of await readdir(folder))
    if (name.endsWith(PART)) await rm(join(folder, name), { force: true });
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
    return refused('disk', inEnglish(saidOf(trouble)));
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
