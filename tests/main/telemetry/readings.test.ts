import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { slowedBy } from '../../../src-main/telemetry/nvml/card.ts';
import { type Nvml, openNvml } from '../../../src-main/telemetry/nvml/nvml.ts';
import type { Reading } from '../../../src-shared/gpu.ts';
import { buildFakes } from '../../fakes/build.ts';
import { type FakeCard, fakeGpuEnvironment, writeGpuState } from '../../fakes/gpu-state.ts';
import { PATIENTLY } from '../../worlds/patience.ts';
import { device } from '../../worlds/probe.ts';

vi.setConfig({ testTimeout: 30_000 });

// The emulated driver in this very process.
let nvml: Nvml;
let folder: string;
beforeAll(async () => {
  const fakes = await buildFakes();
  folder = mkdtempSync(join(tmpdir(), 'offpeak-readings-'));
  const { FAKE_GPU_DIR, FAKE_GPU_DEVICES } = fakeGpuEnvironment({
    fakes,
    folder,
    devices: [device, device],
  });
  Object.assign(process.env, { FAKE_GPU_DIR, FAKE_GPU_DEVICES });
  const opened = openNvml(join(fakes.folder, 'libnvidia-ml.so.1'));
  if (opened.kind !== 'open') throw new Error(opened.kind);
  ({ nvml } = opened);
}, 240_000);
afterAll(() => {
  nvml.close();
  rmSync(folder, { recursive: true });
});

const say = (...cards: readonly FakeCard[]) => writeGpuState(folder, { cards });
const read = (card = 0): Reading => {
  const reading = nvml.read()[card];
  if (reading === undefined) throw new Error(`no card ${card}`);
  return reading;
};
/** Reads again until it is so; the fake looks at its file once in a while, the driver samples once in a while. */
const readUntil = async (wanted: (reading: Reading) => boolean, card = 0): Promise<Reading> => {
  await expect.poll(() => wanted(read(card)), PATIENTLY).toBe(true);
  return read(card);
};

test('a card says where it sits and what its power limit can be', () => {
  expect(nvml.gpus).toMatchObject([
    { pci: '0000:01:00.0', powerMin: 100, powerMax: 170, powerDefault: 170 },
    { pci: '0000:02:00.0', powerMin: 100, powerMax: 170, powerDefault: 170 },
  ]);
});

test('a card with every sensor: energy in joules, clocks in MHz, its memory’s heat, and what slows it', async () => {
  say({
    energy: 9_000_000_500_250,
    clock: 1837,
    memoryClock: 7501,
    memoryTemperature: 94,
    reasons: 0x24,
  });
  const reading = await readUntil(({ clock }) => clock === 1837);
  expect(reading).toMatchObject({
    energy: 9_000_000_500.25,
    clock: 1837,
    memoryClock: 7501,
    hotSpot: 94,
    slowedBy: ['power', 'heat'],
  });
});

test('a card without those sensors guesses nothing', async () => {
  say({}, {});
  expect(await readUntil(({ clock }) => clock === 1777)).toMatchObject({
    energy: null,
    hotSpot: null,
    slowedBy: [],
  });
});

test('every program on each card has its own share of the work', async () => {
  const program = { kind: 'graphics', bytes: 1024 } as const;
  say(
    {
      programs: [
        { ...program, pid: 4001, load: 60 },
        { ...program, pid: 4002 },
      ],
    },
    { programs: [{ ...program, pid: 4001, load: 130 }] },
  );
  const busy = await readUntil(({ programs }) => programs[0]?.load === 0.6);
  expect(busy.programs).toMatchObject([
    { pid: 4001, load: 0.6 },
    { pid: 4002, load: 0 },
  ]);
  expect((await readUntil(({ programs }) => programs[0]?.load === 1, 1)).programs).toHaveLength(1);
  // Between two samples of the driver there is nothing new, and the last one stands.
  expect(read().programs[0]?.load).toBe(0.6);
  say({ programs: [{ ...program, pid: 4001 }] });
  await readUntil(({ programs }) => programs[0]?.load === 0);
});

test('where the driver does not tell what a program does, nobody pretends to know', async () => {
  say({ hidesLoads: true, programs: [{ pid: 4001, kind: 'graphics', bytes: 7, load: 60 }] });
  const { programs } = await readUntil(({ programs: [first] }) => first?.memory === 7);
  expect(programs).toMatchObject([{ pid: 4001, load: null, name: null, ours: false }]);
});

test.each([
  [0x0, []],
  // Idle: it could run faster and need not.
  [0x1, []],
  [0x4, ['power']],
  // Hardware slowdown: alone unexplained, else what it says along with it.
  [0x8, ['other']],
  [0x48, ['heat']],
  [0x88, ['power']],
  [0x20, ['heat']],
  [0x2 | 0x10 | 0x100, ['other']],
  [0x1ff, ['power', 'heat', 'other']],
  // A reason of a later driver: nobody knows what it is.
  [0x200, []],
])('reasons %i slow the card by %j', (reasons, by) => {
  expect(slowedBy(reasons)).toEqual(by);
});
