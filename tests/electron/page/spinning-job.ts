import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { processesOf, type Seen } from '../../worlds/seen-processes.ts';
import { expect, type Machine } from './app.ts';
import { homePage } from './home-page.ts';

/** One launch is minutes of work for the software renderer: nobody can ask such a kernel to stop. */
const SPIN = `
@group(0) @binding(0) var<storage, read_write> counters: array<u32>;
@compute @workgroup_size(64) fn spin(@builtin(global_invocation_id) id: vec3u) {
  var x = id.x;
  for (var i = 0u; i < 2000000000u; i++) { x = x * 1664525u + 1013904223u; }
  counters[id.x] = x;
}
`;
const COUNTERS = 4096;
/** Starting the WebGPU host takes less than one second of processor time. */
const SURELY_SPINNING_S = 3;
/** Clock ticks in a second of processor time, on every Linux there is. */
const TICKS = 100;

/** Every living process of the WebGPU host: those that name its Chromium profile, and the groups these lead. */
export function webgpuOf({ data }: Machine): Seen[] {
  const profile = join(data, 'webgpu');
  const named = processesOf(profile, []);
  return processesOf(
    profile,
    named.map(({ pid }) => pid),
  );
}

/** Starts the app, shares its software renderer, and resolves when a kernel without an end runs on it. */
export async function startSpinning(machine: Machine) {
  const app = await machine.start();
  const page = homePage(await app.window());
  expect(webgpuOf(machine)).toEqual([]);
  await page.shareNow();
  const job = await machine.offpeak('submit', writeSpinningJob(join(machine.home, 'job')));
  expect(job).toMatchObject({ code: 0 });
  await expect
    .poll(() => processorSeconds(webgpuOf(machine)), 'the kernel spins')
    .toBeGreaterThan(SURELY_SPINNING_S);
  return { app, page };
}

function writeSpinningJob(folder: string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'spin.wgsl'), SPIN);
  const job = {
    kind: 'kernel',
    title: 'A kernel without an end',
    programs: { webgpu: 'spin.wgsl' },
    buffers: { counters: { size: COUNTERS * Uint32Array.BYTES_PER_ELEMENT } },
    stages: [
      {
        count: 1,
        launches: [
          {
            entry: 'spin',
            grid: [COUNTERS / 64, 1, 1],
            block: [64, 1, 1],
            args: [{ kind: 'buffer', name: 'counters' }],
          },
        ],
      },
    ],
    outputs: { counters: { as: 'bytes', file: 'counters.bin' } },
    pay: 1000,
    needs: { vram: 1024 ** 2, seconds: 60 },
  };
  const path = join(folder, 'job.json');
  writeFileSync(path, JSON.stringify(job, null, 2));
  return path;
}

/** What these processes have used of the processor until now. */
function processorSeconds(found: readonly Seen[]): number {
  const ticks = found.map(({ pid }) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return Number(fields[11]) + Number(fields[12]);
    } catch {
      return 0; // It ended while we looked.
    }
  });
  return ticks.reduce((sum, each) => sum + each, 0) / TICKS;
}
