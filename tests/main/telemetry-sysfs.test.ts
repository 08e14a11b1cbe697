import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { openSysfsCards } from '../../src-main/telemetry/sysfs-cards.ts';
import { Gpu, Reading } from '../../src-shared/gpu.ts';
import { tempFolder } from './temp-folder.ts';

/** The files of an RX 6800 at work, as amdgpu writes them. */
const RADEON = {
  'device/vendor': '0x1002',
  'device/device': '0x73bf',
  'device/uevent': 'DRIVER=amdgpu\nPCI_CLASS=30000\nPCI_SLOT_NAME=0000:0b:00.0',
  'device/mem_info_vram_total': '17163091968',
  'device/mem_info_vram_used': '1288490188',
  'device/gpu_busy_percent': '97',
  'device/hwmon/hwmon4/temp1_input': '61000',
  'device/hwmon/hwmon4/temp1_label': 'edge',
  'device/hwmon/hwmon4/temp2_input': '74000',
  'device/hwmon/hwmon4/temp2_label': 'junction',
  'device/hwmon/hwmon4/power1_average': '186000000',
  'device/hwmon/hwmon4/power1_cap': '203000000',
  'device/hwmon/hwmon4/power1_cap_min': '0',
  'device/hwmon/hwmon4/power1_cap_max': '233000000',
  'device/hwmon/hwmon4/power1_cap_default': '203000000',
  'device/hwmon/hwmon4/fan1_input': '1320',
  'device/hwmon/hwmon4/fan1_max': '3300',
  'device/hwmon/hwmon4/freq1_input': '2104000000',
  'device/hwmon/hwmon4/freq2_input': '1000000000',
};

/** An Intel Arc: it counts joules, and says no watts and no load. */
const ARC = {
  'device/vendor': '0x8086',
  'device/device': '0x56a0',
  'device/uevent': 'DRIVER=i915\nPCI_SLOT_NAME=0000:03:00.0',
  lmem_total_bytes: '17179869184',
  gt_cur_freq_mhz: '2400',
  'device/hwmon/hwmon2/energy1_input': '5000000',
  'device/hwmon/hwmon2/power1_max': '190000000',
};

const PCI_IDS = [
  '# a list',
  '1002  Advanced Micro Devices, Inc. [AMD/ATI]',
  '\t73bf  Navi 21 [Radeon RX 6800/6800 XT / 6900 XT]',
  '8086  Intel Corporation',
  '\t56a0  DG2 [Arc A770]',
  '',
].join('\n');

/** The drm folder of a machine with these cards. */
function machine(cards: Readonly<Record<string, Readonly<Record<string, string>>>>) {
  const folder = tempFolder();
  const drm = join(folder, 'drm');
  mkdirSync(drm);
  const put = (card: string, file: string, text: string) => {
    const path = join(drm, card, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${text}\n`);
  };
  for (const [card, files] of Object.entries(cards))
    for (const [file, text] of Object.entries(files)) put(card, file, text);
  const list = join(folder, 'pci.ids');
  writeFileSync(list, PCI_IDS);
  return { drm, put, open: () => openSysfsCards(drm, [list]) };
}

test('a Radeon is known by the name on its box, and everything its driver says is read', () => {
  const { drm, open } = machine({ card1: RADEON, 'card1-DP-1': { status: 'connected' } });
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
    },
  ]);
  expect(cards.read(0).map((reading) => Reading.parse(reading))).toEqual([
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

test('a card that only counts joules has its watts worked out, and what it does not say is unknown', () => {
  const { put, open } = machine({ card0: ARC });
  const cards = open();
  expect(cards.gpus[0]).toMatchObject({ name: 'Intel Arc A770', powerMax: null });
  expect(cards.read(1000)[0]).toMatchObject({ power: null, load: null, temperature: null });
  put('card0', 'device/hwmon/hwmon2/energy1_input', '305000000');
  expect(cards.read(3000)[0]).toMatchObject({ power: 150, energy: 305, clock: 2400 });
  // The driver was loaded anew.
  put('card0', 'device/hwmon/hwmon2/energy1_input', '1000000');
  expect(cards.read(4000)[0]).toMatchObject({ power: null, lost: false });
});

test('a card that is unplugged is lost, and the other one is read on', () => {
  const { drm, open } = machine({ card0: ARC, card1: RADEON });
  const cards = open();
  expect(cards.gpus.map(({ index }) => index)).toEqual([0, 1]);
  rmSync(join(drm, 'card0'), { recursive: true });
  expect(cards.read(0).map(({ lost }) => lost)).toEqual([true, false]);
});

test('graphics inside a processor, other makers and rubbish are no cards of ours', () => {
  const { open } = machine({
    card0: { ...RADEON, 'device/mem_info_vram_total': '536870912' },
    card1: { ...RADEON, 'device/vendor': '0x10de' },
    card2: { ...RADEON, 'device/uevent': 'nothing' },
    card3: { ...RADEON, 'device/mem_info_vram_total': 'lots' },
    card4: {},
  });
  expect(open().gpus).toEqual([]);
  expect(openSysfsCards('/nowhere').gpus).toEqual([]);
});

test('a driver that answers with rubbish or an error makes a figure unknown, never wrong', () => {
  const { open } = machine({
    card0: {
      ...RADEON,
      'device/gpu_busy_percent': '-5',
      'device/hwmon/hwmon4/temp1_input': 'N/A',
      'device/hwmon/hwmon4/power1_average': '',
    },
  });
  expect(open().read(0)[0]).toMatchObject({
    load: null,
    temperature: null,
    power: null,
    hotSpot: 74,
  });
});
