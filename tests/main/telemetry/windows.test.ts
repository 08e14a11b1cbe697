import koffi from 'koffi';
import { expect, test } from 'vitest';
import { fullScreenGame } from '../../../src-main/policy/full-screen-game.ts';
import type { CardSource, OpenCardSource } from '../../../src-main/telemetry/card/source.ts';
import { adapterUses, withUse } from '../../../src-main/telemetry/windows/adapter-use.ts';
import { windowsCards, withWindowsPrograms } from '../../../src-main/telemetry/windows/cards.ts';
import { parseGpuInstance } from '../../../src-main/telemetry/windows/gpu-instance.ts';
import { insistOnLayouts } from '../../../src-main/telemetry/windows/kmt-binding.ts';
import { itemsIn } from '../../../src-main/telemetry/windows/pdh-binding.ts';
import { Gpu, type GpuProgram, Reading, UNREAD } from '../../../src-shared/gpu.ts';
import { bytes, millis } from '../../../src-shared/units.ts';
import { type FakeAdapter, fakeKmt } from '../../worlds/computer/windows-adapters.ts';
import { card } from '../../worlds/machine.ts';

const GIB = 1024 ** 3;
const LUID = 'luid_0x00000000_0x0000E1B7_phys_0';
const OTHER = 'luid_0x00000000_0x00012D3F_phys_0';

/** A game beside our job and a desktop, as Windows names its counters. */
const counters = {
  engines: new Map([
    [`pid_4242_${LUID}_eng_0_engtype_3D`, 41.5],
    [`pid_4242_${LUID}_eng_1_engtype_Copy`, 3],
    [`pid_777_${LUID}_eng_5_engtype_Compute_0`, 52],
    [`pid_1204_${LUID}_eng_0_engtype_3D`, 2],
    [`pid_1204_${LUID}_eng_7_engtype_High Priority Compute`, 0],
    [`pid_1204_${OTHER}_eng_0_engtype_3D`, 12],
    [`pid_4_${LUID}_eng_0_engtype_3D`, 0],
    ['_Total', 99],
  ]),
  programMemory: new Map([
    [`pid_4242_${LUID}`, 6 * GIB],
    [`pid_777_${LUID}`, 2 * GIB],
    [`pid_4_${LUID}`, 0],
  ]),
  adapterMemory: new Map([
    [LUID, 9 * GIB],
    [OTHER, GIB / 2],
  ]),
};

test('the names of Windows’ counters are read, whatever their engine is called; others are none of ours', () => {
  expect(parseGpuInstance(`pid_4242_${LUID}_eng_3_engtype_VideoDecode`)).toEqual({
    luid: '0:e1b7',
    pid: 4242,
    engine: '0 3',
  });
  expect(parseGpuInstance('PID_9_LUID_0x00000001_0x0000e1b7_phys_1')).toEqual({
    luid: '1:e1b7',
    pid: 9,
    engine: null,
  });
  expect(parseGpuInstance(LUID)).toEqual({ luid: '0:e1b7', pid: null, engine: null });
  for (const name of ['_Total', '', 'pid_x_luid_0x0_0x1_phys_0', 'luid_0x0_0xZZ_phys_0'])
    expect(parseGpuInstance(name)).toBeNull();
});

test('a card is as busy as its busiest engine, and each program as the engine that it uses most', () => {
  const uses = adapterUses(counters);
  expect(uses.get('0:e1b7')).toEqual({
    load: 0.52,
    memoryUsed: 9 * GIB,
    programs: [
      { pid: 4242, memory: 6 * GIB, load: 0.415, name: null, ours: false },
      { pid: 777, memory: 2 * GIB, load: 0.52, name: null, ours: false },
      { pid: 1204, memory: null, load: 0.02, name: null, ours: false },
    ],
  });
  expect(uses.get('0:12d3f')).toMatchObject({ load: 0.12, memoryUsed: GIB / 2 });
});

test('before the second sample loads are unknown, not nought', () => {
  const uses = adapterUses({ ...counters, engines: null });
  expect(uses.get('0:e1b7')).toMatchObject({ load: null, memoryUsed: 9 * GIB });
  expect(uses.get('0:e1b7')?.programs.map(({ load }) => load)).toEqual([null, null]);
});

test('an array of counters is read where Windows put its names, and what is not valid is left out', () => {
  const room = Buffer.alloc(256);
  const base = koffi.address(room);
  const put = (nth: number, nameAt: number, name: string, status: number, value: number) => {
    room.writeBigUInt64LE(base + BigInt(nameAt), nth * 24);
    room.writeUInt32LE(status, nth * 24 + 8);
    room.writeDoubleLE(value, nth * 24 + 16);
    room.write(`${name}\0`, nameAt, 'utf16le');
  };
  put(0, 128, 'one', 0, 1.5);
  put(1, 144, 'two', 1, 2);
  put(2, 160, 'three', 0xc000_0bc6, 3);
  put(3, 128, 'one', 0, 2);
  // A pointer out of the buffer.
  room.writeBigUInt64LE(base + 4096n, 4 * 24);
  expect([...itemsIn(room, base, 5)]).toEqual([
    ['one', 3.5],
    ['two', 2],
  ]);
  expect(itemsIn(room, base, 1000).size).toBeLessThan(11);
});

test('the structures of Windows are laid out as we read them', () => {
  expect(insistOnLayouts).not.toThrow();
});

const radeon: FakeAdapter = {
  luid: [0, 0xe1b7],
  name: 'AMD Radeon RX 6800',
  at: [0x0b, 0, 0],
  vendor: 0x1002,
  device: 0x73bf,
  gibibytes: 16,
  measures: { deciCelsius: 615, turns: 900, mostTurns: 3000, memoryHertz: 1_000_000_000n },
};
const inProcessor = {
  ...radeon,
  luid: [0, 0x2] as const,
  device: 0x164e,
  gibibytes: 0.5,
  at: [0x10, 0, 0] as const,
};
const software: FakeAdapter = {
  luid: [0, 0x3],
  name: 'Microsoft Basic Render Driver',
  software: true,
};
const uses = adapterUses(counters);
const windows = { of: (luid: string) => uses.get(luid) };

function opened(open: OpenCardSource): CardSource {
  const source = open();
  if (source.kind !== 'open') throw new Error(source.kind);
  return source.source;
}

test('a Radeon on Windows is a lane with what Windows says, and nothing made up', () => {
  const fake = { ...radeon };
  const cards = opened(windowsCards(windows, () => fakeKmt([software, fake, inProcessor])));
  expect(cards.gpus.map((gpu) => Gpu.parse(gpu))).toMatchObject([
    {
      lane: 'PCI-0000:0b:00.0',
      name: 'AMD Radeon RX 6800',
      backend: 'webgpu',
      vramTotal: 16 * GIB,
      pci: '0000:0b:00.0',
      chip: { vendor: 0x1002, device: 0x73bf, codename: 'AMD Radeon RX 6800', alone: false },
    },
  ]);
  const [reading] = cards.read(millis(0));
  expect(Reading.parse(reading)).toMatchObject({
    lost: false,
    temperature: 61.5,
    fan: 0.3,
    memoryClock: 1000,
    load: 0.52,
    memoryUsed: 9 * GIB,
    power: null,
    clock: null,
    hotSpot: null,
  });
  expect(reading?.programs).toHaveLength(3);
  const [gpu] = cards.gpus;
  expect(gpu && cards.powerOf(gpu.lane)?.read()).toBeNull();

  fake.gone = true;
  expect(cards.read(millis(1000))).toMatchObject([{ lost: true, temperature: null }]);
});

test.each([
  ['AMD Radeon(TM) 890M Graphics', false],
  ['AMD Radeon(TM) Graphics', false],
  ['AMD Radeon RX 7800 XT', true],
  ['AMD Radeon Pro W7900 Graphics', true],
  ['Intel(R) Arc(TM) A770 Graphics', true],
])('%s with 8 GB: a lane of its own, or part of a processor', (name, isCard) => {
  const vendor = name.startsWith('AMD') ? 0x1002 : 0x8086;
  const one = { ...radeon, name, vendor, gibibytes: 8 };
  const cards = windowsCards(windows, () => fakeKmt([one]))();
  expect(cards.kind).toBe(isCard ? 'open' : 'absent');
});

test('a driver that measures nothing leaves it unknown', () => {
  const { measures: _, ...mute } = radeon;
  const cards = opened(windowsCards(null, () => fakeKmt([mute])));
  expect(cards.read(millis(0))).toMatchObject([
    { lost: false, temperature: null, fan: null, load: null, programs: [] },
  ]);
});

test('a machine without a card of these makers has none', () => {
  expect(windowsCards(windows, () => fakeKmt([software, inProcessor]))()).toEqual({
    kind: 'absent',
  });
  expect(windowsCards(windows, () => null)()).toEqual({ kind: 'absent' });
});

const program = (pid: number, more: Partial<GpuProgram> = {}): GpuProgram => ({
  pid,
  memory: null,
  load: null,
  name: null,
  ours: false,
  ...more,
});

/** What NVIDIA's driver says under WDDM: which programs, and no more. */
const nvidia: OpenCardSource = () => ({
  kind: 'open',
  source: {
    gpus: [{ ...card, pci: '0000:0b:00.0' }],
    read: () => [
      {
        ...UNREAD,
        lane: card.lane,
        lost: false,
        load: 0.9,
        programs: [program(4242), program(777)],
      },
    ],
    powerOf: () => null,
    close: () => undefined,
  },
});
const geforce = { ...radeon, vendor: 0x10de, device: 0x2504 };

test('a full-screen game that no library knows is seen beside our own job on an NVIDIA card of Windows', () => {
  const game = { pid: 4242, path: 'C:\\Games\\nova.exe', title: 'nova.exe' };
  const ours = (reading: Reading): Reading => ({
    ...reading,
    programs: reading.programs.map((one) => ({ ...one, ours: one.pid === 777 })),
  });
  const blind = opened(nvidia).read(millis(0)).map(ours);
  expect(fullScreenGame(game, blind)).toBeNull();

  const told = opened(withWindowsPrograms(nvidia, windows, () => fakeKmt([geforce])));
  const seen = told.read(millis(0)).map(ours);
  expect(seen[0]?.programs).toContainEqual(program(4242, { memory: bytes(6 * GIB), load: 0.415 }));
  expect(fullScreenGame(game, seen)).toEqual(game);
});

test('what a driver tells itself is believed, and programs that only Windows knows are added', () => {
  const told = program(4242, { load: 0.2, memory: bytes(1) });
  expect(withUse([told, program(5)], uses.get('0:e1b7'))).toEqual([
    told,
    program(5, { load: 0 }),
    program(777, { memory: bytes(2 * GIB), load: 0.52 }),
    program(1204, { load: 0.02 }),
  ]);
  expect(withUse([program(5)], undefined)).toEqual([program(5)]);
});

test('a card in another slot than Windows knows is left as its driver tells it', () => {
  const elsewhere = fakeKmt([{ ...geforce, at: [0x21, 0, 0] }]);
  const told = opened(withWindowsPrograms(nvidia, windows, () => elsewhere));
  expect(told.read(millis(0))[0]?.programs).toEqual([program(4242), program(777)]);
  expect(withWindowsPrograms(() => ({ kind: 'absent' }), windows)()).toEqual({ kind: 'absent' });
});
