import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { builtinModules } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { withLock } from '../lock.mjs';
import { builtFolder, repository } from '../places.mjs';
import { contentStamp, readStamp } from '../stamp.mjs';
import { llamaInOneFile } from './llama-bundle.mjs';
import { inAscii, pageFiles } from './page-files.mjs';
import { buildPlan, copiedFolders, notBundled, targets } from './plan.mjs';
import { noticesOf, packagesShippedWhole, packagesTaken, writeNotices } from './third-party.mjs';

const stampFile = join(builtFolder, '.built');
/** Beside the packages: the same disk as out/, so that a finished build can be moved into place. */
const workFolder = join(repository, 'node_modules', '.offpeak-build');
/** The bundler brings its own threads; more builds at once only take memory. */
const AT_ONCE = 3;

/**
 * Builds when a source has changed since the last build.
 * @param {(line: string) => void} say
 * @throws when an entry is missing or does not build
 */
export async function ensureBuild(say) {
  if (readStamp(stampFile) === sourceStamp()) return;
  await withLock(`build of ${repository}`, say, async () => {
    if (readStamp(stampFile) === sourceStamp()) return;
    say('Building.');
    await buildAll(say);
  });
}

/**
 * Builds everything, then puts the result in place of the last one.
 * @param {(line: string) => void} say
 */
export async function buildAll(say) {
  const absent = buildPlan.filter(({ source }) => !existsSync(join(repository, source)));
  if (absent.length > 0) {
    throw new Error(`The build needs ${absent.map(({ source }) => source).join(', ')}.`);
  }
  const stamp = sourceStamp();
  rmSync(workFolder, { recursive: true, force: true });
  mkdirSync(workFolder, { recursive: true });
  const packages = packagesShippedWhole();
  const waiting = [...buildPlan];
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      await (next.kind === 'program'
        ? buildProgram(next, packages, say)
        : buildPage(next, packages, say));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  for (const folder of copiedFolders.filter((name) => existsSync(join(repository, name)))) {
    cpSync(join(repository, folder), join(workFolder, folder), { recursive: true });
  }
  writeNotices(workFolder, noticesOf(packages));
  writeFileSync(join(workFolder, '.built'), `${stamp}\n`);
  rmSync(builtFolder, { recursive: true, force: true });
  renameSync(workFolder, builtFolder);
}

function sourceStamp() {
  const rooms = readdirSync(repository).filter(
    (name) => name.startsWith('src-') && name !== 'src-setup',
  );
  const scripts = ['build-steps', 'notices'].map((name) => `src-setup/${name}`);
  const places = [...rooms, ...copiedFolders, ...scripts, 'package.json', 'package-lock.json'];
  return contentStamp(
    repository,
    places.map((name) => join(repository, name)),
  );
}

/** Nothing of the machine's own surroundings (config files, .env) may reach a build. */
function surroundings(say) {
  return { configFile: false, envDir: false, logLevel: 'warn', customLogger: quietLogger(say) };
}

async function buildProgram({ source, output }, packages, say) {
  const { build } = await import('vite');
  const builtins = builtinModules.flatMap((name) => [name, `node:${name}`]);
  await build({
    ...surroundings(say),
    root: repository,
    publicDir: false,
    plugins: [loadedLater(source), llamaInOneFile(), packagesTaken(packages)],
    ssr: { noExternal: true, external: notBundled, target: 'node' },
    build: {
      ssr: join(repository, source),
      outDir: join(workFolder, dirname(output)),
      emptyOutDir: false,
      target: targets.program,
      minify: false,
      sourcemap: true,
      rolldownOptions: {
        external: [...notBundled, ...builtins],
        output: {
          format: 'cjs',
          entryFileNames: basename(output),
          // An import() left in place goes through Node's ES loader, which cannot read inside app.asar.
          dynamicImportInCjs: false,
        },
      },
    },
  });
}

/** What is imported from another program of the plan is that program's own file, found beside this one. */
function loadedLater(source) {
  return {
    name: 'loaded-later',
    enforce: 'pre',
    resolveId(id, importer) {
      if (importer === undefined || !id.startsWith('.')) return null;
      const path = join(dirname(importer), id);
      const other = buildPlan.find((entry) => join(repository, entry.source) === path);
      if (other === undefined || other.source === source) return null;
      return { id: `./${basename(other.output)}`, external: true };
    },
  };
}

async function buildPage({ source, output }, packages, say) {
  const [{ build }, { default: react }] = await Promise.all([
    import('vite'),
    import('@vitejs/plugin-react'),
  ]);
  await build({
    ...surroundings(say),
    root: join(repository, dirname(source)),
    // Pages are opened from a file as well as from a server.
    base: './',
    publicDir: false,
    plugins: [react(), inAscii(), packagesTaken(packages)],
    build: {
      outDir: join(workFolder, output),
      emptyOutDir: true,
      target: targets.page,
      sourcemap: true,
      // Every Chromium we run in preloads modules by itself.
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: Number.POSITIVE_INFINITY,
      rolldownOptions: { output: { codeSplitting: pageFiles } },
    },
  });
}

/** Vite's progress is noise here; its warnings and errors are not. */
function quietLogger(say) {
  const warned = new Set();
  return {
    hasWarned: false,
    info: () => undefined,
    warn: (text) => say(text),
    warnOnce: (text) => {
      if (warned.has(text)) return;
      warned.add(text);
      say(text);
    },
    error: (text) => say(text),
    clearScreen: () => undefined,
    hasErrorLogged: () => false,
  };
}
