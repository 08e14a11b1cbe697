import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

const builder = fileURLToPath(new URL('../fakes/build.ts', import.meta.url));

/** Builds the emulated card's libraries once, before any test file starts. */
export async function setup(): Promise<void> {
  // A machine with a card of its own needs no compiler for another one.
  if (!existsSync(builder) || process.env.OFFPEAK_REAL_CARD === '1') return;
  const { buildFakes } = await import(pathToFileURL(builder).href);
  await buildFakes();
}
