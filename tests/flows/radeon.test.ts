import { spawn } from 'node:child_process';
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { hero } from '../../src-shared/moment/sentence.ts';
import type { Snapshot } from '../../src-shared/snapshot.ts';
import { minutes } from '../../src-shared/units.ts';
import { inEnglish } from '../../src-shared/wording.ts';
import { drmMachine, RADEON } from '../worlds/computer/drm-machine.ts';
import {
  type AgentProcess,
  endAll,
  type Machine,
  newMachine,
  startAgent,
} from './agent-process.ts';
import { countingJob, openShop } from './shop.ts';
import { softwareLane } from './software-lane.ts';

const SENSORS = 'device/hwmon/hwmon4';
const IDLE = {
  ...RADEON,
  'device/gpu_busy_percent': '0',
  [`${SENSORS}/temp1_input`]: '41000',
  [`${SENSORS}/temp2_input`]: '48000',
};

let machine: Machine;
let end: () => void = () => undefined;
afterEach(async () => {
  end();
  await endAll(machine);
});

const laneOf = ({ lanes: [lane] }: Snapshot) => lane;
function heldBy(snapshot: Snapshot) {
  const phase = laneOf(snapshot)?.phase;
  return phase?.kind === 'held' ? phase.because : null;
}
const restOf = (snapshot: Snapshot): string | null => {
  const phase = laneOf(snapshot)?.phase;
  return phase?.kind === 'resting' ? inEnglish(phase.detail) : null;
};

/** A machine with one Radeon, whose owner is away; WebGPU there offers the processor only. */
async function startRadeon(): Promise<{ agent: AgentProcess; drm: ReturnType<typeof drmMachine> }> {
  machine = newMachine({ sharing: true, when: { kind: 'away', after: minutes(5) } });
  const drm = drmMachine({ card1: IDLE }, join(machine.home, 'system'));
  const terminal = join(drm.root, 'dev/pts/0');
  mkdirSync(dirname(terminal), { recursive: true });
  writeFileSync(terminal, '');
  const then = (Date.now() - minutes(10)) / 1000;
  utimesSync(terminal, then, then);
  const software = await softwareLane();
  const driver = join(software.OFFPEAK_SWIFTSHADER ?? '', 'vk_swiftshader_icd.json');
  const agent = startAgent(machine, {
    ...software,
    VK_DRIVER_FILES: driver,
    VK_ICD_FILENAMES: driver,
    OFFPEAK_SYSTEM_ROOT: drm.root,
  });
  return { agent, drm };
}

/** A program of the owner that keeps the card nine tenths busy until `end`. */
function render(drm: ReturnType<typeof drmMachine>): number {
  const child = spawn('sleep', ['600'], { stdio: 'ignore' });
  const pid = child.pid ?? 0;
  const began = Date.now();
  const tell = () =>
    drm.run({
      pid,
      fd: 5,
      says: [
        'drm-client-id:\t7',
        'drm-pdev:\t0000:0b:00.0',
        'drm-memory-vram:\t2097152 KiB',
        `drm-engine-gfx:\t${Math.round((Date.now() - began) * 900_000)} ns`,
      ],
    });
  tell();
  const timer = setInterval(tell, 100);
  end = () => {
    clearInterval(timer);
    child.kill('SIGKILL');
  };
  return pid;
}

test('a Radeon is a lane that does no work on the processor, gives way to heat and other programs, and is missed when it is gone', async () => {
  const { agent, drm } = await startRadeon();
  const window = await agent.window();
  const found = await window.until('the card', (s) => laneOf(s)?.phase.kind === 'seeking');
  expect(laneOf(found)?.gpu).toMatchObject({
    name: expect.stringContaining('AMD'),
    software: false,
  });
  expect(found.lanes).toHaveLength(1);

  // There is work, and WebGPU would do it on the processor: not in the name of this card.
  const shop = openShop(agent.exchange());
  await shop.submit(countingJob('a', 10));
  const rest = await window.until('the refusal', (s) => restOf(s) !== null, 30_000);
  expect(restOf(rest)).toContain('would compute on the processor');

  drm.put('card1', `${SENSORS}/temp2_input`, '107000');
  const hot = await window.until('the heat', (s) => heldBy(s)?.kind === 'too-hot');
  expect(heldBy(hot)).toMatchObject({ temperature: 107, limit: 105 });
  drm.put('card1', `${SENSORS}/temp2_input`, '48000');

  const pid = render(drm);
  const busy = await window.until('the render', (s) => heldBy(s)?.kind === 'other-program', 60_000);
  expect(heldBy(busy)).toMatchObject({ title: 'sleep' });
  expect(laneOf(busy)?.reading?.programs).toMatchObject([
    { pid, memory: 2 * 1024 ** 3, ours: false },
  ]);
  end();
  drm.end(pid);

  drm.unplug('card1');
  const gone = await window.until('the loss', (s) => heldBy(s)?.kind === 'gpu-lost');
  expect(hero(gone)).toMatchObject({ state: 'error', word: 'GPU stopped responding' });
  drm.plug('card1', IDLE);
  await window.until('the card to be back', (s) => laneOf(s)?.reading?.lost === false);
  expect(await agent.stop()).toBe(0);
}, 180_000);
