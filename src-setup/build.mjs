// npm run build: build everything now, changed or not.
import { buildAll } from './build-steps/bundle.mjs';
import { withLock } from './lock.mjs';
import { insistOnNode } from './node-version.mjs';
import { ensureDependencies } from './packages/dependencies.mjs';
import { repository } from './places.mjs';

insistOnNode();
const began = Date.now();
try {
  await ensureDependencies(console.log);
  await withLock(`build of ${repository}`, console.log, () => buildAll(console.log));
  console.log(`Built out/ in ${((Date.now() - began) / 1000).toFixed(1)} s.`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
