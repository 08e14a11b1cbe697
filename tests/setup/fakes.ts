import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

const builder = fileURLToPath(new URL('../fakes/build.ts', import.meta.url));

/** Builds the emulated card's libraries once, before any test file starts. */
export async function setup(): Promise<void> {
  if (!existsSync(builder)) return;
  const { buildFakes } = await import(pathToFileURL(builder).href);
  await buildFakes();
}
