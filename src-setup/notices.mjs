// npm run notices: lists whose work is shipped, and under which terms; ends with 1 where something may not be. The build has
// written the terms themselves to out/THIRD-PARTY-NOTICES.txt.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuild } from './build-steps/bundle.mjs';
import { troubleOf } from './build-steps/third-party.mjs';
import { insistOnNode } from './node-version.mjs';
import { ensureDependencies } from './packages/dependencies.mjs';
import { builtFolder } from './places.mjs';

insistOnNode();
try {
  await ensureDependencies(console.log);
  await ensureBuild(console.log);
  const all = JSON.parse(readFileSync(join(builtFolder, 'third-party.json'), 'utf8'));
  for (const { name, version, licence } of all) console.log(`${licence}  ${name} ${version}`);
  const trouble = troubleOf(all);
  for (const line of trouble) console.error(line);
  console.log(`${all.length} packages: out/THIRD-PARTY-NOTICES.txt`);
  process.exitCode = trouble.length === 0 ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
