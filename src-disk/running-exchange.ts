import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { RunningExchange } from '../src-shared/buyer-protocol.ts';
import { writeDurably } from './exchange-durable-file.ts';

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

const fileIn = (folder: string) => join(folder, 'exchange.json');

async function read(folder: string): Promise<RunningExchange | null> {
  try {
    return RunningExchange.parse(JSON.parse(await readFile(fileIn(folder), 'utf8')));
  } catch {
    // Not there, or half gone: nobody is announced.
    return null;
  }
}

/** Writes down, in the exchange's folder, where it can be found. Readable by its owner only: it holds a token. */
export const announce = (folder: string, running: RunningExchange): Promise<void> =>
  writeDurably(fileIn(folder), `${JSON.stringify(running, null, 2)}\n`);

/** Takes the announcement back, unless another exchange has written its own over it. */
export async function unannounce(folder: string, url: string): Promise<void> {
  const running = await read(folder);
  if (running?.url === url) await rm(fileIn(folder), { force: true });
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
  const running = await read(join(dataFolder(place), 'exchange'));
  return running && alive(running.pid) ? running : null;
}
