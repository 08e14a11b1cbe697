import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../../src-setup/places.mjs';
import { buildFakes } from '../fakes/build.ts';

/** Before the first story: the app must be built, and the emulated card is. */
async function prepareWorlds(): Promise<void> {
  if (!existsSync(join(repository, 'out', 'main', 'main.cjs')))
    throw new Error('The app is not built: run node src-setup/build.mjs first.');
  await buildFakes();
}

export default prepareWorlds;
