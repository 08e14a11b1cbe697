import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Gpu, LaneId, type Reading, UNREAD } from '../../src-shared/gpu.ts';
import { bytes, celsius, gibibytes, joules, type Watts, watts } from '../../src-shared/units.ts';
import { PCI_NAMES, pciName } from './pci-name.ts';

/** Where Linux lists its graphics cards. */
const DRM = '/sys/class/drm';
/** PCI numbers of makers whose kernel drivers say what a card does: amdgpu; i915 and xe. */
const MAKERS: Readonly<Record<string, string>> = { '0x1002': 'AMD', '0x8086': 'Intel' };
/** Graphics inside a processor borrow less than this of its memory, and share its heat: never a lane. */
const LEAST_MEMORY = gibibytes(2);
const MICRO = 1_000_000;
/** `pwm1` of hwmon counts from 0 to this. */
const FULL_PWM = 255;

export type SysfsCards = {
  /** The cards there were when this was opened. */
  readonly gpus: readonly Gpu[];
  /** One reading of each, in their order; a card that was unplugged is lost. `now`: ms, to turn joules into watts. */
  readonly read: (now: number) => Reading[];
};

type Card = { readonly gpu: Gpu; readonly folder: string; readonly sensors: Sensors };
/** Files of hwmon by what they measure; null where the card has no such sensor. */
type Sensors = Readonly<Record<'edge' | 'junction', string | null>> & { readonly folder: string };

/**
 * Cards of AMD and Intel as the Linux kernel shows them
 * (https://docs.kernel.org/gpu/amdgpu/thermal.html, https://docs.kernel.org/hwmon/sysfs-interface.html). Reading
 * is a dozen small files a card, without rights. Their programs are not listed there, so `programs` is empty.
 */
export function openSysfsCards(
  drm: string = DRM,
  names: readonly string[] = PCI_NAMES,
): SysfsCards {
  const cards = listFolder(drm)
    .filter((name) => /^card\d+$/.test(name))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .flatMap((name) => identify(join(drm, name), names) ?? [])
    .map((card, index) => ({ ...card, gpu: { ...card.gpu, index } }));
  const meters = new Map<LaneId, { readonly at: number; readonly energy: number }>();

  /** Cards that count joules and say no watts: the mean since the last look. */
  const meanPower = (lane: LaneId, now: number, energy: number | null): Watts | null => {
    const before = meters.get(lane);
    if (energy === null) return null;
    meters.set(lane, { at: now, energy });
    if (!before || now <= before.at || energy < before.energy) return null;
    return watts(((energy - before.energy) / (now - before.at)) * 1000);
  };

  return {
    gpus: cards.map(({ gpu }) => gpu),
    read: (now) =>
      cards.map(({ gpu, folder, sensors }) => {
        const device = join(folder, 'device');
        if (readText(join(device, 'vendor')) === null)
          return { ...UNREAD, lane: gpu.lane, lost: true };
        const hwmon = (file: string) => readNumber(join(sensors.folder, file));
        const energy = scaled(hwmon('energy1_input'), MICRO);
        const said = scaled(hwmon('power1_average') ?? hwmon('power1_input'), MICRO);
        const limit = scaled(hwmon('power1_cap') ?? hwmon('power1_max'), MICRO);
        const load = readNumber(join(device, 'gpu_busy_percent'));
        const used = readNumber(join(device, 'mem_info_vram_used'));
        return {
          ...UNREAD,
          lane: gpu.lane,
          lost: false,
          temperature: heat(sensors.edge),
          hotSpot: heat(sensors.junction),
          power: said === null ? meanPower(gpu.lane, now, energy) : watts(said),
          powerLimit: limit === null ? null : watts(limit),
          energy: energy === null ? null : joules(energy),
          load: load === null ? null : Math.min(Math.max(load, 0) / 100, 1),
          memoryUsed: used === null ? null : bytes(used),
          fan: fanOf(hwmon),
          clock: scaled(hwmon('freq1_input'), MICRO) ?? readNumber(join(folder, 'gt_cur_freq_mhz')),
          memoryClock: scaled(hwmon('freq2_input'), MICRO),
        };
      }),
  };
}

/** Null for what is no card of these makers, or none of its own memory. */
function identify(folder: string, names: readonly string[]): Card | null {
  const device = join(folder, 'device');
  const vendor = readText(join(device, 'vendor')) ?? '';
  const maker = MAKERS[vendor];
  const slot = /^PCI_SLOT_NAME=(\S+)$/m.exec(readText(join(device, 'uevent')) ?? '')?.[1];
  const lane = LaneId.safeParse(`PCI-${slot}`);
  const memory =
    readNumber(join(device, 'mem_info_vram_total')) ?? readNumber(join(folder, 'lmem_total_bytes'));
  if (!maker || !slot || !lane.success || memory === null || memory < LEAST_MEMORY) return null;
  const model = readText(join(device, 'device')) ?? '';
  const product = readText(join(device, 'product_name'));
  const sensors = sensorsOf(device);
  const cap = (file: string): Watts | null => {
    const limit = scaled(readNumber(join(sensors.folder, file)), MICRO);
    return limit === null ? null : watts(limit);
  };
  return {
    folder,
    sensors,
    gpu: {
      lane: lane.data,
      name: (product || `${maker} ${pciName(vendor, model, names) ?? model}`).slice(0, 200),
      backend: 'webgpu',
      software: false,
      index: 0,
      vramTotal: bytes(memory),
      powerMax: cap('power1_cap_max'),
      powerMin: cap('power1_cap_min'),
      powerDefault: cap('power1_cap_default'),
      pci: slot.slice(0, 40),
      driver: driverOf(device),
    },
  };
}

/** The card's sensors; temperatures by their labels, where there are any, else the first is the card's own. */
function sensorsOf(device: string): Sensors {
  const hwmon = join(device, 'hwmon');
  const folder = join(hwmon, listFolder(hwmon)[0] ?? '');
  const inputs = listFolder(folder).filter((file) => /^temp\d+_input$/.test(file));
  const labelled = (label: string) =>
    inputs.find((file) => readText(join(folder, file.replace('_input', '_label'))) === label);
  const edge = labelled('edge') ?? labelled('pkg') ?? inputs.sort()[0];
  const junction = labelled('junction');
  return {
    folder,
    edge: edge ? join(folder, edge) : null,
    junction: junction ? join(folder, junction) : null,
  };
}

const heat = (path: string | null) => {
  const milli = path === null ? null : readNumber(path);
  return milli === null ? null : celsius(milli / 1000);
};

function fanOf(hwmon: (file: string) => number | null): number | null {
  const [turns, most, pwm] = [hwmon('fan1_input'), hwmon('fan1_max'), hwmon('pwm1')];
  if (turns !== null && most) return Math.min(turns / most, 1);
  return pwm === null ? null : Math.min(pwm / FULL_PWM, 1);
}

function driverOf(device: string): string | null {
  try {
    return basename(readlinkSync(join(device, 'driver'))).slice(0, 100);
  } catch {
    return null;
  }
}

const scaled = (value: number | null, by: number): number | null =>
  value === null ? null : value / by;

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Null where the card has no such file, or its driver cannot say now (a sleeping card answers with an error). */
function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
}

function readNumber(path: string): number | null {
  const text = readText(path);
  const value = text === null || text === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) && value >= 0 ? value : null;
}
