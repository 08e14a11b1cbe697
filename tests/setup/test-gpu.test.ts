import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { buildFakes } from '../fakes/build.ts';
import { fakeGpuEnvironment } from '../fakes/gpu-state.ts';
import { tempFolder } from '../worlds/temp-folder.ts';

const script = fileURLToPath(new URL('../../src-setup/test-gpu.mjs', import.meta.url));

/** What the script finds, without running any test. */
function look(env: Readonly<Record<string, string>>): unknown {
  const run = spawnSync(process.execPath, [script, '--look'], {
    env: { ...process.env, ...env },
    encoding: 'utf8',
  });
  expect(run.stderr).toBe('');
  return JSON.parse(run.stdout);
}

test('without a driver, or with one that finds no card, the CUDA tests say why they are not run', async () => {
  const folder = tempFolder();
  writeFileSync(join(folder, 'libcuda.so.1'), 'this is no library');
  expect(look({ LD_LIBRARY_PATH: folder })).toEqual({ none: 'libcuda.so.1 cannot be loaded' });
  const failures = [{ call: 'cuInit', nth: 0, code: 100 }];
  const empty = fakeGpuEnvironment({ fakes: await buildFakes(), folder, failures });
  expect(look(empty)).toEqual({ none: 'the driver answers with error 100' });
});

test('a card is found through its driver, by name', async () => {
  const env = fakeGpuEnvironment({ fakes: await buildFakes(), folder: tempFolder() });
  expect(look(env)).toEqual({ card: 'NVIDIA GeForce RTX 3060 (emulated) (CUDA 13.0)' });
});
