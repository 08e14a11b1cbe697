import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Whether llama.cpp's libraries came with this program: npm leaves them out on systems that have none. `out`: the build. */
export const hasModelBinaries = (out: string): boolean =>
  existsSync(join(out, '..', 'node_modules', '@node-llama-cpp'));

/** Where models lie in the agent's folder: what a runner of models may read besides its own code. */
export const modelFolder = (folder: string): string => join(folder, 'models');
