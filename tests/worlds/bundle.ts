import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { build } from 'vite';
import { llamaInOneFile } from '../../src-setup/build-steps/llama-bundle.mjs';

const root = join(import.meta.dirname, '../..');
/** Native packages stay outside a bundle, as in the real build (src-setup/build-steps/plan.mjs). */
const notBundled = ['koffi', 'libsql', 'webgpu'];

/** A file that plain Node can run; `remove` takes it away again. */
export type Bundle = { readonly file: string; readonly remove: () => void };

/** Builds one entry as the real build does, below node_modules so that native packages are found from it. */
export async function bundle(source: string): Promise<Bundle> {
  const shelf = join(root, 'node_modules/.offpeak-test');
  mkdirSync(shelf, { recursive: true });
  const folder = mkdtempSync(join(shelf, 'entry-'));
  await build({
    root,
    configFile: false,
    envDir: false,
    publicDir: false,
    logLevel: 'error',
    plugins: [llamaInOneFile()],
    ssr: { noExternal: true, external: notBundled, target: 'node' },
    build: {
      ssr: join(root, source),
      outDir: folder,
      target: 'node18',
      minify: false,
      rolldownOptions: {
        external: [...notBundled, ...builtinModules.flatMap((name) => [name, `node:${name}`])],
        output: { format: 'cjs', entryFileNames: 'entry.cjs', codeSplitting: false },
      },
    },
  });
  return {
    file: join(folder, 'entry.cjs'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
