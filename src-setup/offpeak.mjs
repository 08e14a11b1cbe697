#!/usr/bin/env node
// npx offpeak submit|status ...: the exchange's command line, from a clone. Says nothing of its own on
// standard output, which belongs to the command.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuild } from './build-steps/bundle.mjs';
import { insistOnNode } from './node-version.mjs';
import { ensureDependencies } from './packages/dependencies.mjs';
import { builtFolder } from './places.mjs';

insistOnNode();
try {
  await ensureDependencies(console.error);
  await ensureBuild(console.error);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
await import(pathToFileURL(join(builtFolder, 'exchange/cli.cjs')).href);
