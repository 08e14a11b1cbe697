import { mkdtempSync, rmSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { llamaInOneFile } from '../../src-setup/build-steps/llama-bundle.mjs';

const repository = fileURLToPath(new URL('../../', import.meta.url));
/** Native packages stay outside a bundle, as in the real build (src-setup/build-steps/plan.mjs). */
const notBundled = ['koffi', 'webgpu'];

export type Built = { readonly file: string; readonly remove: () => void };

/** Builds one entry as the real build does, below node_modules so that native packages are found from it. */
export async function buildEntry(source: string): Promise<Built> {
  const cache = join(repository, 'node_modules');
  const folder = mkdtempSync(join(cache, '.runner-test-'));
  await build({
    configFile: false,
    envDir: false,
    logLevel: 'error',
    root: repository,
    publicDir: false,
    plugins: [llamaInOneFile()],
    ssr: { noExternal: true, external: notBundled, target: 'node' },
    build: {
      ssr: join(repository, source),
      outDir: folder,
      emptyOutDir: false,
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
