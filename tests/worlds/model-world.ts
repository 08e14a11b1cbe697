import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Obtained, openModelStore } from '../../src-main/models/store.ts';
import { bytes } from '../../src-shared/units.ts';
import { inEnglish } from '../../src-shared/wording.ts';
import { modelOfBytes } from '../runner/llm/tiny-model.ts';
import { modelServer } from './model-server.ts';
import { tempFolder } from './temp-folder.ts';

/** A network that lists these models, and a store for them on a disk that has as much room as the test says. */
export async function modelWorld(files: readonly Buffer[], room = 1e9) {
  const server = await modelServer(files);
  const folder = join(tempFolder(), 'models');
  const notices: string[] = [];
  let quota = room;
  const disk = { free: async () => 1e12 };
  const open = () =>
    openModelStore({
      folder,
      source: server.source,
      quota: () => bytes(quota),
      free: async () => bytes(await disk.free()),
      notice: (what) => notices.push(inEnglish(what)),
    });
  return {
    ...server,
    folder,
    notices,
    disk,
    open,
    setQuota: (most: number) => {
      quota = most;
    },
    here: () => readdirSync(folder).sort(),
    nameOf: (file: Buffer) => `${modelOfBytes(file).sha256}.gguf`,
  };
}

export const got = (found: Obtained) => {
  if (found.kind !== 'ok') throw new Error(`${found.kind}: ${inEnglish(found.detail)}`);
  return found;
};
