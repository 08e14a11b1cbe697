import { readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type CardMaker, makerOf } from '../../../src-shared/card-maker.ts';
import { type Chip, type Gpu, LaneId } from '../../../src-shared/gpu.ts';
import { bytes, gibibytes, type Watts, watts } from '../../../src-shared/units.ts';
import { listFolder, readNumber, readText } from './kernel-file.ts';
import { pciNames } from './pci-name.ts';

/**
 * Makers whose kernel drivers say what a card does (amdgpu; i915 and xe), by the name that stands on it. Null: NVIDIA's cards
 * are told of by NVML, and no Linux sees one of Apple's.
 */
const MAKERS: Readonly<Record<CardMaker, string | null>> = {
  amd: 'AMD',
  intel: 'Intel',
  nvidia: null,
  apple: null,
};
/**
 * Graphics inside a processor share its heat: never a lane. Most borrow less memory than this; those of AMD may be given more,
 * and are told by the voltage of the processor's own north bridge, which amdgpu shows for them alone (`in1_input`,
 * https://docs.kernel.org/gpu/amdgpu/thermal.html).
 */
const LEAST_MEMORY = gibibytes(2);
const MICRO = 1_000_000;

/** A card as the kernel lists it. */
export type SysfsCard = {
  readonly gpu: Gpu;
  readonly chip: Chip;
  /** `/sys/class/drm/card0`. */
  readonly folder: string;
  readonly sensors: Sensors;
};

/** Where hwmon measures; null where the card has no such sensor. */
export type Sensors = {
  readonly folder: string;
  readonly edge: string | null;
  /** The hottest spot of the chip, else the memory. */
  readonly hottest: string | null;
  /** The file of the power limit, in µW. */
  readonly limit: string;
};

/** The folders of all graphics cards below `drm`. */
export const listCards = (drm: string): string[] =>
  listFolder(drm)
    .filter((name) => /^card\d+$/.test(name))
    .sort()
    .map((name) => join(drm, name));

/** The cards below `drm`, in the order of their slots. `names`: lists of PCI names. */
export function findSysfsCards(drm: string, names: readonly string[]): SysfsCard[] {
  const folders = listCards(drm);
  const makers = folders.map((folder) => readText(join(folder, 'device/vendor')));
  return folders
    .flatMap((folder) => identify(folder, names, makers) ?? [])
    .sort((a, b) => a.gpu.lane.localeCompare(b.gpu.lane, 'en'));
}

/** Null for what is no card of these makers, or none of its own memory. */
function identify(
  folder: string,
  names: readonly string[],
  makers: readonly (string | null)[],
): SysfsCard | null {
  const device = join(folder, 'device');
  const vendor = readText(join(device, 'vendor')) ?? '';
  const known = makerOf(Number(vendor));
  const maker = known && MAKERS[known];
  const slot = /^PCI_SLOT_NAME=(\S+)$/m.exec(readText(join(device, 'uevent')) ?? '')?.[1];
  const lane = LaneId.safeParse(`PCI-${slot}`);
  const memory =
    readNumber(join(device, 'mem_info_vram_total')) ?? readNumber(join(folder, 'lmem_total_bytes'));
  if (!maker || !slot || !lane.success || memory === null || memory < LEAST_MEMORY) return null;
  const hwmon = join(device, 'hwmon');
  if (listFolder(join(hwmon, listFolder(hwmon)[0] ?? '')).includes('in1_input')) return null;
  const model = readText(join(device, 'device')) ?? '';
  const listed = pciNames(vendor, model, names);
  const product = readText(join(device, 'product_name'));
  const sensors = sensorsOf(device);
  const cap = (suffix: string): Watts | null => {
    const limit = readNumber(join(sensors.folder, `power1_cap_${suffix}`));
    return limit === null ? null : watts(limit / MICRO);
  };
  const chip: Chip = {
    vendor: Number(vendor),
    device: /^0x[0-9a-f]{4}$/i.test(model) ? Number(model) : null,
    codename: listed?.codename.slice(0, 100) ?? null,
    alone: makers.filter((one) => one === vendor).length === 1,
  };
  return {
    folder,
    sensors,
    chip,
    gpu: {
      lane: lane.data,
      name: (product || `${maker} ${listed?.name ?? model}`).slice(0, 200),
      backend: 'webgpu',
      software: false,
      // WebGPU has no ordinals.
      index: 0,
      vramTotal: bytes(memory),
      powerMax: cap('max'),
      powerMin: cap('min'),
      powerDefault: cap('default'),
      pci: slot.slice(0, 40),
      driver: driverOf(device),
      chip,
    },
  };
}

/** The card's sensors; temperatures by their labels, where there are any, else the first is the card's own. */
function sensorsOf(device: string): Sensors {
  const hwmon = join(device, 'hwmon');
  const folder = join(hwmon, listFolder(hwmon)[0] ?? '');
  const files = listFolder(folder);
  const inputs = files.filter((file) => /^temp\d+_input$/.test(file));
  const labelled = (label: string) =>
    inputs.find((file) => readText(join(folder, file.replace('_input', '_label'))) === label);
  const edge = labelled('edge') ?? labelled('pkg') ?? inputs.sort()[0];
  // Cards of Intel have one for their memory instead.
  const hottest = labelled('junction') ?? labelled('mem') ?? labelled('vram');
  return {
    folder,
    edge: edge ? join(folder, edge) : null,
    hottest: hottest ? join(folder, hottest) : null,
    // i915 and xe have no cap, but a maximum that can be set.
    limit: join(folder, files.includes('power1_cap') ? 'power1_cap' : 'power1_max'),
  };
}

function driverOf(device: string): string | null {
  try {
    return basename(readlinkSync(join(device, 'driver'))).slice(0, 100);
  } catch {
    return null;
  }
}
