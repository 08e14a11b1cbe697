import { join } from 'node:path';
import type { Gpu } from '../../src-shared/gpu.ts';
import type { Spawn } from '../children/child.ts';
import { pipeSpawn } from '../children/pipe-child.ts';
import { hasModelBinaries, modelFolder } from '../models/binaries.ts';
import { tieToUs } from '../win32/job-object.ts';
import { adapterEnvironment } from './adapter-environment.ts';
import { runnerEnvironment } from './environment.ts';

/**
 * Starts the runner: in a Node of its own, also within Electron, whose executable is one when it is asked to be. Electron's
 * utility process is none for strangers' programs: its channel leads into the browser, which loads what it is asked for
 * from the network, and it has threads before it could be confined.
 */
export function runnerSpawn(
  entry: string,
  options: {
    readonly env: Readonly<Record<string, string | undefined>>;
    /** Files and folders that its jobs read, such as a model: it reaches no others. */
    readonly reads?: readonly string[];
  },
): Spawn {
  const spawn = pipeSpawn(entry, { env: runnerEnvironment(options.env, options.reads) });
  return process.platform === 'win32' ? leashed(spawn) : spawn;
}

type Build = {
  /** The folder of the build. */
  readonly out: string;
  /** The agent's folder. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
};

/** The runners of a build: one for the kernels of a card, one for models, null where the build came without llama.cpp. */
export function buildRunners({ out, folder, env }: Build) {
  const entry = join(out, 'runner', 'runner.cjs');
  return {
    spawnRunner: (gpu: Gpu): Spawn =>
      runnerSpawn(entry, { env: { ...env, ...adapterEnvironment(gpu) } }),
    spawnModelRunner: hasModelBinaries(out)
      ? runnerSpawn(entry, { env, reads: [modelFolder(folder)] })
      : null,
  };
}

/** Where it cannot be tied to us, the runner says so itself. */
const leashed =
  (spawn: Spawn): Spawn =>
  (listen) => {
    const child = spawn(listen);
    const pid = child.pid();
    const held = pid === null ? null : tieToUs(pid);
    if (held?.kind === 'held') void child.gone.then(held.drop);
    return child;
  };
