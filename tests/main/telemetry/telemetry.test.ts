import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { Child, Spawn } from '../../../src-main/children/child.ts';
import { nodeSpawn } from '../../../src-main/children/node-child.ts';
import { noDriver } from '../../../src-main/telemetry/inventory.ts';
import { softwareGpu } from '../../../src-main/telemetry/software-gpu.ts';
import { type ProbePatience, patience, watchGpus } from '../../../src-main/telemetry/telemetry.ts';
import { backOff } from '../../../src-shared/back-off.ts';
import { Gpu, type TelemetryEvent } from '../../../src-shared/gpu.ts';
import { millis, minutes, seconds } from '../../../src-shared/units.ts';
import { inEnglish } from '../../../src-shared/wording.ts';
import { buildFakes, type Fakes } from '../../fakes/build.ts';
import { fakeGpuEnvironment, writeGpuState } from '../../fakes/gpu-state.ts';
import { type Bundle, bundle } from '../../worlds/bundle.ts';
import { mailbox } from '../../worlds/mailbox.ts';
import { PATIENTLY } from '../../worlds/patience.ts';
import { device, eager } from '../../worlds/probe.ts';
import { isAlive } from '../../worlds/seen-processes.ts';

vi.setConfig({ testTimeout: 30_000 });

let fakes: Fakes;
let probe: Bundle;
beforeAll(async () => {
  [fakes, probe] = await Promise.all([buildFakes(), bundle('src-main/telemetry/probe.ts')]);
}, 240_000);
afterAll(() => probe.remove());

let life: AbortController;
let folder: string;
beforeEach(() => {
  life = new AbortController();
  folder = mkdtempSync(join(tmpdir(), 'offpeak-telemetry-'));
});
afterEach(() => {
  life.abort();
  rmSync(folder, { recursive: true });
});

function watch(spawn: Spawn, more: Partial<ProbePatience> = {}) {
  const box = mailbox<TelemetryEvent>();
  const children: Child[] = [];
  watchGpus({
    spawn: (listen) => {
      const child = spawn(listen);
      children.push(child);
      return child;
    },
    signal: life.signal,
    heard: box.put,
    // Whatever cards this machine has, they are not ours to look at.
    root: folder,
    patience: { ...eager, ...more },
  });
  const inventory = async (wanted: (event: Inventory) => boolean = () => true) => {
    const found = await box.until((e) => e.kind === 'inventory' && wanted(e));
    if (found.kind !== 'inventory') throw new Error('unreachable');
    return found;
  };
  const reading = async (wanted: (event: Readings) => boolean = () => true) => {
    const found = await box.until((e) => e.kind === 'readings' && wanted(e));
    if (found.kind !== 'readings') throw new Error('unreachable');
    return found;
  };
  return { ...box, children, inventory, reading };
}
type Inventory = Extract<TelemetryEvent, { kind: 'inventory' }>;
const told = ({ trouble }: Inventory): string => (trouble ? inEnglish(trouble) : '');
type Readings = Extract<TelemetryEvent, { kind: 'readings' }>;

const withCards = (count: number): Spawn =>
  nodeSpawn(probe.file, {
    env: fakeGpuEnvironment({
      fakes,
      folder,
      devices: Array.from({ length: count }, (_, i) => ({ ...device, name: `RTX 306${i}` })),
    }),
  });
/** No folder of a driver: what the owner of another maker's card has. */
const withoutDriver = (): Spawn => nodeSpawn(probe.file, { env: { LD_LIBRARY_PATH: folder } });

test('every card becomes a lane with its name, its memory and its driver', async () => {
  const { inventory } = watch(withCards(2));
  const { gpus, trouble } = await inventory();
  expect(trouble).toBeNull();
  expect(gpus.map(({ index, backend, software }) => ({ index, backend, software }))).toEqual([
    { index: 0, backend: 'cuda', software: false },
    { index: 1, backend: 'cuda', software: false },
  ]);
  expect(gpus.map(({ name }) => name)).toEqual([
    expect.stringContaining('RTX 3060'),
    expect.stringContaining('RTX 3061'),
  ]);
  expect(new Set(gpus.map(({ lane }) => lane)).size).toBe(2);
  expect(gpus[0]?.vramTotal).toBe(12_288 * 1024 ** 2);
  expect(gpus[0]?.driver).toMatch(/^\d+\.\d+/);
  expect(gpus[0]?.powerMax).toBeGreaterThan(0);
});

test('a reading is in degrees, watts and shares, and names each program once', async () => {
  writeGpuState(folder, {
    cards: [
      {
        temperature: 71,
        power: 180_500,
        powerLimit: 220_000,
        load: 97,
        fan: 55,
        memoryUsed: 100 * 1024 ** 2,
        programs: [
          { pid: 4001, kind: 'graphics', bytes: 300 * 1024 ** 2 },
          { pid: 4001, kind: 'compute', bytes: 300 * 1024 ** 2 },
          { pid: 4002, kind: 'compute', bytes: 5 * 1024 ** 2 },
        ],
      },
    ],
  });
  const { reading } = watch(withCards(1));
  const { readings, takenAt } = await reading();
  expect(takenAt).toBeGreaterThan(1_600_000_000_000);
  expect(readings).toEqual([
    {
      lane: expect.any(String),
      lost: false,
      temperature: 71,
      power: 180.5,
      powerLimit: 220,
      load: 0.97,
      memoryUsed: expect.any(Number),
      fan: 0.55,
      hotSpot: null,
      energy: null,
      clock: 1777,
      memoryClock: 7501,
      slowedBy: [],
      programs: [
        { pid: 4001, memory: 300 * 1024 ** 2, load: null, name: null, ours: false },
        { pid: 4002, memory: 5 * 1024 ** 2, load: null, name: null, ours: false },
      ],
    },
  ]);
  expect(readings[0]?.memoryUsed).toBeGreaterThanOrEqual(100 * 1024 ** 2);
});

test('a card without a fan has none, instead of one that stands still', async () => {
  writeGpuState(folder, { cards: [{ fan: 'none' }] });
  const { reading } = watch(withCards(1));
  expect((await reading()).readings[0]).toMatchObject({ fan: null, lost: false });
});

test('a hundred programs on one card are all seen', async () => {
  const programs = Array.from({ length: 100 }, (_, i) => ({
    pid: 5000 + i,
    kind: 'graphics' as const,
    bytes: 1024,
  }));
  writeGpuState(folder, { cards: [{ programs: programs.slice(0, 60) }] });
  const { reading } = watch(withCards(1));
  await reading(({ readings }) => readings[0]?.programs.length === 60);
  writeGpuState(folder, { cards: [{ programs }] });
  await reading(({ readings }) => (readings[0]?.programs.length ?? 0) > 60);
});

test('a card that falls off the bus is lost, the other one is still read, and it may come back', async () => {
  const { reading, inventory, seen } = watch(withCards(2));
  await reading(({ readings }) => readings.every(({ lost }) => !lost));
  writeGpuState(folder, { cards: [{ lost: true }, { temperature: 55 }] });
  const { readings } = await reading(({ readings: [first] }) => first?.lost === true);
  expect(readings[0]).toMatchObject({ temperature: null, load: null, programs: [] });
  await reading(
    ({ readings: [first, second] }) => first?.lost === true && second?.temperature === 55,
  );

  writeGpuState(folder, { cards: [{ temperature: 33 }] });
  await reading(({ readings: [first] }) => first?.lost === false && first.temperature === 33);
  expect((await inventory()).gpus).toHaveLength(2);
  expect(seen().filter(({ kind }) => kind === 'inventory')).toHaveLength(1);
});

test('without an NVIDIA driver the owner is told so, and no process stays for nothing', async () => {
  const { inventory, children } = watch(withoutDriver());
  const found = await inventory();
  expect(found.gpus).toEqual([]);
  expect(told(found)).toMatch(/^No NVIDIA driver found\./);
  await Promise.all(children.map(({ gone }) => gone));
  expect(children).toHaveLength(1);
});

test.each([
  [9, /not running: restart the computer/],
  [18, /was updated: restart the computer/],
  [999, /does not start: .*999/],
])('a driver that answers %i is explained, and asked again later', async (initError, sentence) => {
  writeGpuState(folder, { initError });
  const { inventory, children } = watch(withCards(1), { nothingRest: millis(20) });
  expect(told(await inventory())).toMatch(sentence);
  writeGpuState(folder, {});
  expect((await inventory(({ trouble }) => trouble === null)).gpus).toHaveLength(1);
  expect(children.length).toBeGreaterThan(1);
});

test('a library that is not NVIDIA’s is as good as none', async () => {
  writeFileSync(join(folder, 'libnvidia-ml.so.1'), 'not a library');
  const { inventory } = watch(withoutDriver());
  expect(told(await inventory())).toMatch(/^No NVIDIA driver found\./);
});

test('a driver that kills the probe does not kill us: the card is read again', async () => {
  const { reading, children, seen } = watch(withCards(1));
  await reading();
  const before = seen().length;
  process.kill(children[0]?.pid() ?? 0, 'SIGSEGV');
  await expect.poll(() => seen().length, PATIENTLY).toBeGreaterThan(before + 1);
  await expect.poll(() => children.length, PATIENTLY).toBe(2);
  expect(seen().filter(({ kind }) => kind === 'inventory')).toHaveLength(1);
});

test('a driver that hangs is given up, and the owner is told why', async () => {
  writeGpuState(folder, { latency: 60_000_000 });
  const { inventory } = watch(withCards(1), { silence: millis(1500), crashesToTell: 1 });
  expect(told(await inventory())).toContain('does not answer');
});

test('a probe that crashes again and again is told, and tried on with', async () => {
  const crash = join(folder, 'crash.mjs');
  writeFileSync(
    crash,
    `process.on('message', () => { console.error('Xid 79'); process.exit(1); });`,
  );
  const { inventory, children } = watch(nodeSpawn(crash));
  const found = await inventory();
  expect(found.gpus).toEqual([]);
  expect(told(found)).toContain('keeps failing');
  expect(told(found)).toContain('Xid 79');
  const then = children.length;
  await expect.poll(() => children.length, PATIENTLY).toBeGreaterThan(then);
});

test('a probe that talks nonsense is replaced, and its words go nowhere', async () => {
  const babble = join(folder, 'babble.mjs');
  writeFileSync(
    babble,
    `process.on('message', () => process.send({ kind: 'readings', takenAt: 'now', readings: [] }));`,
  );
  const { inventory, seen } = watch(nodeSpawn(babble));
  expect(told(await inventory())).toContain('unreadable');
  expect(seen().filter(({ kind }) => kind === 'readings')).toEqual([]);
});

test('when the app leaves, the probe leaves too', async () => {
  const { reading, children } = watch(withCards(1));
  await reading();
  const pid = children[0]?.pid() ?? 0;
  life.abort();
  await children[0]?.gone;
  expect(isAlive(pid)).toBe(false);
  expect(children).toHaveLength(1);
});

test('rests between crashes grow, up to a minute', () => {
  const { first, longest } = patience.rests;
  expect([1, 2, 3, 4].map((crashes) => backOff(crashes, first, longest))).toEqual(
    [1, 2, 4, 8].map(seconds),
  );
  expect(backOff(50, first, longest)).toBe(minutes(1));
});

test('the cards of other makers are named in the sentence', () => {
  expect(inEnglish(noDriver(['AMD Radeon RX 6800']))).toBe(
    'No NVIDIA driver found. This computer has: AMD Radeon RX 6800.',
  );
});

test('the software lane is marked as software', () => {
  expect(Gpu.parse(softwareGpu())).toMatchObject({
    lane: 'software',
    software: true,
    backend: 'webgpu',
  });
});
