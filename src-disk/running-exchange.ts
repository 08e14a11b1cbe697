import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { RunningExchange } from '../src-shared/buyer-protocol.ts';
import { FOR_OWNER_ONLY } from './durable-file.ts';
import { openJsonFile } from './json-file.ts';

export type Place = Readonly<{
  env: Readonly<Record<string, string | undefined>>;
  platform: NodeJS.Platform;
  home: string;
}>;

/** Where the app keeps its data: `OFFPEAK_HOME`, or the place each system has for it (the same as Electron's). */
export function dataFolder({ env, platform, home }: Place): string {
  if (env.OFFPEAK_HOME) return env.OFFPEAK_HOME;
  switch (platform) {
    case 'win32':
      return join(env.APPDATA || join(home, 'AppData', 'Roaming'), 'Offpeak');
    case 'darwin':
      return join(home, 'Library', 'Application Support', 'Offpeak');
    default:
      return join(env.XDG_CONFIG_HOME || join(home, '.config'), 'Offpeak');
  }
}

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
