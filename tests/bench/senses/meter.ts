import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** Under the packages, so that a bundle finds those it does not contain. */
const CACHE = fileURLToPath(new URL('../../node_modules/.cache', import.meta.url));

const START = `
const [file, name, options] = process.argv.slice(2);
const meters = await import(file);
console.log(JSON.stringify(await meters[name](JSON.parse(options))));
process.exit(0);
`;

export type Meters = {
  /** Runs one export of the file in a process of its own, and returns what it found, unparsed. */
  readonly measure: (
    name: string,
    options: object,
    env?: Readonly<Record<string, string>>,
  ) => Promise<unknown>;
  readonly remove: () => void;
};

/**
 * Bundles a file of measurements beside this one, so that each runs in a plain Node with nothing else in it: a loader of
 * TypeScript would still be collecting its garbage, on the bill of what is measured.
 */
export async function openMeters(file: string): Promise<Meters> {
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(join(CACHE, 'offpeak-meters-'));
  const entry = fileURLToPath(new URL(file, import.meta.url));
  await build({
    configFile: false,
    envDir: false,
    logLevel: 'error',
    publicDir: false,
    build: {
      ssr: entry,
      outDir: folder,
      emptyOutDir: false,
      rolldownOptions: { output: { entryFileNames: 'meters.mjs' } },
    },
  });
  writeFileSync(join(folder, 'start.mjs'), START);
  const words = [join(folder, 'start.mjs'), join(folder, 'meters.mjs')];
  return {
    async measure(name, options, env = {}) {
      const child = spawn(process.execPath, [...words, name, JSON.stringify(options)], {
        env: { ...process.env, ...env },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let said = '';
      child.stdout.on('data', (text: Buffer) => {
        said += text.toString('utf8');
      });
      const code = await new Promise<number | null>((resolve, reject) => {
        child.once('error', reject);
        child.once('close', resolve);
      });
      if (code !== 0) throw new Error(`measuring ${name} ended with code ${code}: ${said}`);
      return JSON.parse(said);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
