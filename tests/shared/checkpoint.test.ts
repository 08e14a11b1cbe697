import { expect, test } from 'vitest';
import { checkpointFault } from '../../src-shared/checkpoint.ts';
import { Checkpoint } from '../../src-shared/job.ts';
import { KernelSpec } from '../../src-shared/kernel.ts';

const SHA = 'a'.repeat(64);
const launches = [{ entry: 'main', grid: [1, 1, 1], block: [1, 1, 1], args: [] }];
const spec = KernelSpec.parse({
  programs: { webgpu: { sha256: SHA, size: 4 } },
  buffers: {
    sums: { size: 16, from: 'zeros' },
    picture: { size: 8, from: { sha256: SHA, size: 8 } },
    scene: { size: 4, from: 'zeros', constant: true },
  },
  stages: [
    { count: 3, launches },
    { count: 2, launches },
  ],
  outputs: ['picture'],
});
const sums = { name: 'sums', sha256: SHA, size: 16 };
const picture = { name: 'picture', sha256: SHA, size: 8 };
const faultOf = (step: number, ...buffers: unknown[]) =>
  checkpointFault({ spec }, Checkpoint.parse({ step, buffers }));

test.each([0, 4, 5])('a job goes on from step %d with every buffer that steps write', (step) => {
  expect(faultOf(step, sums, picture)).toBeNull();
  expect(faultOf(step, picture, sums)).toBeNull();
});

test.each([
  ['step 6 is not one of 0 to 5', 6, [sums, picture]],
  ['buffer picture is missing', 2, [sums]],
  ['buffer sums is missing', 2, []],
  ['buffer sums is there twice', 2, [sums, sums, picture]],
  ['buffer sums has 8 bytes, not 16', 2, [{ ...sums, size: 8 }, picture]],
  [
    'buffer scene is constant, so it is not part of a checkpoint',
    2,
    [sums, picture, { ...sums, name: 'scene', size: 4 }],
  ],
  ['ghost is not a buffer of the job', 2, [sums, picture, { ...sums, name: 'ghost' }]],
  ['toString is not a buffer of the job', 2, [sums, picture, { ...sums, name: 'toString' }]],
])('a checkpoint is not taken where %s', (fault, step, buffers) => {
  expect(faultOf(step, ...buffers)).toBe(fault);
});
