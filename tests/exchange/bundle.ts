import { builtinModules } from 'node:module';
import { join, resolve } from 'node:path';
import { build } from 'vite';

const root = resolve(import.meta.dirname, '../..');
const external = ['libsql', ...builtinModules, ...builtinModules.map((name) => `node:${name}`)];

/** Builds one entry the way the app is built, to a file that plain Node can run. Returns its path. */
export async function bundle(entry: string, name: string): Promise<string> {
  const outDir = join(root, 'node_modules/.cache/offpeak-tests', `${name}-${process.pid}`);
  await build({
    configFile: false,
    logLevel: 'error',
    root,
    ssr: { noExternal: true, external: ['libsql'], target: 'node' },
    build: {
      ssr: true,
      outDir,
      target: 'node18',
      minify: false,
      emptyOutDir: true,
      rollupOptions: {
        input: { [name]: join(root, entry) },
        external,
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  });
  return join(outDir, `${name}.cjs`);
}
