import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { build } from 'vite';

const root = join(import.meta.dirname, '../..');

/** Builds one entry as the real build does, where native packages are found. `remove` takes it away again. */
export async function bundle(source: string): Promise<{ path: string; remove: () => void }> {
  const shelf = join(root, 'node_modules/.offpeak-test');
  mkdirSync(shelf, { recursive: true });
  const folder = mkdtempSync(join(shelf, 'entry-'));
  await build({
    root,
    configFile: false,
    envDir: false,
    publicDir: false,
    logLevel: 'error',
    ssr: { noExternal: true, external: ['koffi'], target: 'node' },
    build: {
      ssr: join(root, source),
      outDir: folder,
      target: 'node18',
      minify: false,
      rolldownOptions: {
        external: ['koffi', ...builtinModules.flatMap((name) => [name, `node:${name}`])],
        output: { format: 'cjs', entryFileNames: 'entry.cjs', codeSplitting: false },
      },
    },
  });
  return {
    path: join(folder, 'entry.cjs'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
