import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { linuxCards } from '../../../src-main/telemetry/card-drivers.ts';
import { slowedByMetrics } from '../../../src-main/telemetry/linux/sysfs-slowdown.ts';
import { openPowerJournal } from '../../../src-main/telemetry/power-journal.ts';
import { openPowerKeeper } from '../../../src-main/telemetry/power-keeper.ts';
import { Gpu, LaneId, Reading } from '../../../src-shared/gpu.ts';
import { said } from '../../../src-shared/said.ts';
import { millis, watts } from '../../../src-shared/units.ts';
import { ARC, drmMachine, RADEON } from '../../worlds/computer/drm-machine.ts';
import { saying } from '../../worlds/saying.ts';
import { tempFolder } from '../../worlds/temp-folder.ts';

const machineWith = (cards: Parameters<typeof drmMachine>[0]) => drmMachine(cards, tempFolder());

test('a Radeon is known by the name on its box, and everything its driver says is read', () => {
  const { drm, open } = machineWith({ card1: RADEON, 'card1-DP-1': { status: 'connected' } });
  symlinkSync('../../bus/pci/drivers/amdgpu', join(drm, 'card1/device/driver'));
  const cards = open();
  expect(cards.gpus.map((gpu) => Gpu.parse(gpu))).toEqual([
    {
      lane: 'PCI-0000:0b:00.0',
      name: 'AMD Radeon RX 6800/6800 XT / 6900 XT',
      backend: 'webgpu',
      software: false,
      index: 0,
      vramTotal: 17163091968,
      powerMax: 233,
      powerMin: 0,
      powerDefault: 203,
      pci: '0000:0b:00.0',
      driver: 'amdgpu',
      chip: { vendor: 0x1002, device: 0x73bf, codename: 'Navi 21', alone: true },
    },
  ]);
  expect(cards.read(millis(0)).map((reading) => Reading.parse(reading))).toEqual([
    {
      lane: 'PCI-0000:0b:00.0',
      lost: false,
      temperature: 61,
      hotSpot: 74,
      power: 186,
      powerLimit: 203,
      energy: null,
      load: 0.97,
      memoryUsed: 1288490188,
      fan: 0.4,
      clock: 2104,
      memoryClock: 1000,
      slowedBy: [],
      programs: [],
    },
  ]);
});

test('graphics inside a processor are no lane, however much memory they were given', () => {
  const { open } = machineWith({ card0: { ...RADEON, 'device/hwmon/hwmon4/in1_input': '850' } });
  expect(open).toThrow();
});

test('while nothing works, a card that does nothing is left alone so that it can fall asleep', () => {
  const awake = {
    ...RADEON,
    'device/gpu_busy_percent': '0',
    'device/power/runtime_status': 'active',
    'device/power/control': 'auto',
  };
  const { put, open } = machineWith({ card0: awake });
  const cards = open();
  const heat = (at: number, unhurried: boolean) =>
    cards.read(millis(at), unhurried)[0]?.temperature;
  expect(heat(0, true)).toBe(61);
  put('card0', 'device/hwmon/hwmon4/temp1_input', '70000');
  expect(heat(4000, true)).toBe(61);
  // Work, or somebody who looks, is told at once.
  expect(heat(8000, false)).toBe(70);
  put('card0', 'device/hwmon/hwmon4/temp1_input', '71000');
  expect(heat(12_000, true)).toBe(70);
  expect(heat(39_000, true)).toBe(71);
  // One that somebody uses is looked at, and so is one that never sleeps.
  put('card0', 'device/gpu_busy_percent', '40');
  expect(heat(70_000, true)).toBe(71);
  put('card0', 'device/hwmon/hwmon4/temp1_input', '72000');
  expect(heat(74_000, true)).toBe(72);
  put('card0', 'device/gpu_busy_percent', '0');
  put('card0', 'device/power/control', 'on');
  expect(heat(78_000, true)).toBe(72);
  put('card0', 'device/hwmon/hwmon4/temp1_input', '73000');
  expect(heat(82_000, true)).toBe(73);
});

test('a card that only counts joules has its watts worked out, and what it does not say is unknown', () => {
  const { put, open } = machineWith({ card0: ARC });
  const cards = open();
  expect(cards.gpus[0]).toMatchObject({ name: 'Intel Arc A770', powerMax: null });
  expect(cards.read(millis(1000))[0]).toMatchObject({ power: null, load: null, temperature: null });
  put('card0', 'device/hwmon/hwmon2/energy1_input', '305000000');
  expect(cards.read(millis(3000))[0]).toMatchObject({ power: 150, energy: 305, clock: 2400 });
  // The driver was loaded anew.
  put('card0', 'device/hwmon/hwmon2/energy1_input', '1000000');
  expect(cards.read(millis(4000))[0]).toMatchObject({ power: null, lost: false });
});

test('a card that is unplugged is lost, and the other one is read on', () => {
  const { unplug, plug, put, open } = machineWith({ card0: ARC, card1: RADEON });
  const cards = open();
  expect(cards.read(millis(0)).map(({ lost }) => lost)).toEqual([false, false]);
  unplug('card0');
  expect(cards.read(millis(1000)).map(({ lost }) => lost)).toEqual([true, false]);
  plug('card0', ARC);
  put('card0', 'gt_cur_freq_mhz', '600');
  expect(cards.read(millis(2000))[0]).toMatchObject({ lost: false, clock: 600 });
});

test('graphics inside a processor, other makers and rubbish are no cards of ours', () => {
  const { opener } = machineWith({
    card0: { ...RADEON, 'device/mem_info_vram_total': '536870912' },
    card1: { ...RADEON, 'device/vendor': '0x10de' },
    card2: { ...RADEON, 'device/uevent': 'nothing' },
    card3: { ...RADEON, 'device/mem_info_vram_total': 'lots' },
    card4: {},
  });
  expect(opener()).toEqual({ kind: 'absent' });
  expect(linuxCards('/nowhere')()).toEqual({ kind: 'absent' });
});

test('a driver that answers with rubbish or an error makes a figure unknown, never wrong', () => {
  const { open } = machineWith({
    card0: {
      ...RADEON,
      'device/gpu_busy_percent': '-5',
      'device/hwmon/hwmon4/temp1_input': 'N/A',
      'device/hwmon/hwmon4/power1_average': '',
    },
  });
  expect(open().read(millis(0))[0]).toMatchObject({
    load: null,
    temperature: null,
    power: null,
    hotSpot: 74,
  });
});

test('two cards of one chip cannot be told apart, so the second is no lane, and it is said why', () => {
  const { open } = machineWith({
    card0: { ...RADEON, 'device/uevent': 'PCI_SLOT_NAME=0000:0c:00.0' },
    card1: RADEON,
  });
  const { gpus, unusable } = open();
  expect(gpus.map(({ pci }) => pci)).toEqual(['0000:0b:00.0']);
  expect([...(unusable ?? [])]).toEqual([
    ['PCI-0000:0c:00.0', saying('cannot tell the two apart')],
  ]);
});

test('graphics inside the processor of the same maker are remembered, for nobody may take one for the other', () => {
  const raphael = { 'device/vendor': '0x1002', 'device/mem_info_vram_total': '536870912' };
  const { open } = machineWith({ card0: raphael, card1: RADEON });
  expect(open().gpus.map(({ chip }) => chip?.alone)).toEqual([false]);
});

const LIMIT = 'device/hwmon/hwmon4/power1_cap';

test('a card that sleeps is not woken up by being looked at', () => {
  const { open, put } = machineWith({
    card0: { ...RADEON, 'device/power/runtime_status': 'suspended' },
  });
  const cards = open();
  expect(cards.read(millis(0))).toMatchObject([{ lost: false, load: 0, temperature: null }]);
  put('card0', 'device/power/runtime_status', 'active');
  expect(cards.read(millis(1000))).toMatchObject([{ load: 0.97, temperature: 61 }]);
});

test('a card without a sensor for its hottest spot says how hot its memory is', () => {
  const { open } = machineWith({
    card0: {
      ...ARC,
      'device/hwmon/hwmon2/temp2_input': '52000',
      'device/hwmon/hwmon2/temp2_label': 'pkg',
      'device/hwmon/hwmon2/temp3_input': '66000',
      'device/hwmon/hwmon2/temp3_label': 'vram',
    },
  });
  expect(open().read(millis(0))).toMatchObject([{ temperature: 52, hotSpot: 66 }]);
});

test('a power limit is set where the owner may, and refused in a sentence where the card is gone', () => {
  const { open, shows, unplug } = machineWith({ card0: RADEON });
  const cards = open();
  const [gpu] = cards.gpus;
  const power = gpu && cards.powerOf(gpu.lane);
  expect(power).toMatchObject({ min: 0, max: 233 });
  expect(power?.read()).toBe(203);
  expect(power?.set(watts(95))).toBeNull();
  expect(shows('card0', LIMIT)).toBe('95000000');
  expect(cards.read(millis(0))[0]?.powerLimit).toBe(95);
  unplug('card0');
  expect(power?.read()).toBeNull();
  expect(power?.set(watts(150))).toEqual(said('cardGone'));
});

test('the limit of a Radeon is noted down, set, and put back as its owner had it', () => {
  const { root, open, shows } = machineWith({ card0: RADEON });
  const cards = open();
  const lane = LaneId.parse('PCI-0000:0b:00.0');
  const journal = openPowerJournal(root, () => 1_800_000_000_000);
  const keeper = openPowerKeeper(journal, cards.powerOf);
  expect(keeper.limit(lane, watts(150))).toBeNull();
  expect(shows('card0', LIMIT)).toBe('150000000');
  expect(journal.changed().get(lane)).toMatchObject({ was: 203, set: 150 });
  keeper.leave();
  expect(shows('card0', LIMIT)).toBe('203000000');
  expect(journal.changed().size).toBe(0);
});

test('why a Radeon is slowed is read from its metrics, where they are of the form that tells', () => {
  const metrics = (throttlers: bigint, content = 3) => {
    const table = Buffer.alloc(120);
    table.set([120, 0, 1, content]);
    table.writeBigUInt64LE(throttlers, 112);
    return table;
  };
  const hotSpot = 1n << 36n;
  const ppt0 = 1n;
  expect(slowedByMetrics(metrics(0n))).toEqual([]);
  expect(slowedByMetrics(metrics(hotSpot))).toEqual(['heat']);
  expect(slowedByMetrics(metrics(ppt0 | hotSpot))).toEqual(['power', 'heat']);
  expect(slowedByMetrics(metrics(1n << 57n))).toEqual(['other']);
  expect(slowedByMetrics(metrics((1n << 64n) - 1n))).toEqual([]);
  expect(slowedByMetrics(metrics(hotSpot, 0))).toEqual([]);
  expect(slowedByMetrics(Buffer.alloc(4))).toEqual([]);
  expect(slowedByMetrics(null)).toEqual([]);
});

test('why an Arc is slowed is read from its causes', () => {
  const gt = (file: string) => `gt/gt0/throttle_reason_${file}`;
  const { open, put } = machineWith({ card0: { ...ARC, [gt('status')]: '0', [gt('pl1')]: '0' } });
  const cards = open();
  expect(cards.read(millis(0))[0]?.slowedBy).toEqual([]);
  put('card0', gt('status'), '1');
  expect(cards.read(millis(1))[0]?.slowedBy).toEqual(['other']);
  put('card0', gt('pl1'), '1');
  expect(cards.read(millis(2))[0]?.slowedBy).toEqual(['power']);
});
