import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { RunningExchange } from '../src-shared/buyer-protocol.ts';
import { dataFolder, type Place } from './data-folder.ts';
import { FOR_OWNER_ONLY } from './durable-file.ts';
import { openJsonFile } from './json-file.ts';

/** Readable by its owner only: it holds a token. One that is half gone announces nobody. */
const pathIn = (folder: string) => join(folder, 'exchange.json');
const fileIn = (folder: string) =>
  openJsonFile(pathIn(folder), RunningExchange, { mode: FOR_OWNER_ONLY });

/** Writes down, in the exchange's folder, where it can be found. */
export const announce = (folder: string, running: RunningExchange): Promise<void> =>
  fileIn(folder).writeAsync(running);

/** Takes the announcement back, unless another exchange has written its own over it. */
export async function unannounce(folder: string, url: string): Promise<void> {
  if (fileIn(folder).value()?.url === url) await rm(pathIn(folder), { force: true });
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, but is somebody else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** The exchange that the running app has written down; null where no app runs. */
export async function findExchange(place: Place): Promise<RunningExchange | null> {
  const running = fileIn(join(dataFolder(place), 'exchange')).value();
  return running && alive(running.pid) ? running : null;
}
