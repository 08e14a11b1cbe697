import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Reading, UNREAD } from '../../../src-shared/gpu.ts';
import {
  bytes,
  type Celsius,
  celsius,
  joules,
  type Millis,
  seconds,
  type Watts,
  watts,
} from '../../../src-shared/units.ts';
import { lostReading } from '../card/lost-reading.ts';
import type { CardSource, CardSourceOpened } from '../card/source.ts';
import { splitTwins } from '../card/twins.ts';
import type { DrmPrograms } from './drm-programs.ts';
import { openKernelFiles } from './kernel-file.ts';
import { PCI_NAMES } from './pci-name.ts';
import { findSysfsCards, listCards, type SysfsCard } from './sysfs-card.ts';
import { sysfsPower } from './sysfs-power.ts';
import { openSlowdown } from './sysfs-slowdown.ts';

const MICRO = 1_000_000;
/** How long a card that does nothing is left alone, so that it can fall asleep. */
const DOZE = seconds(30);
/** `pwm1` of hwmon counts from 0 to this. */
const FULL_PWM = 255;

export type SysfsPlaces = {
  /** Where Linux lists its graphics cards, `/sys/class/drm`. */
  readonly drm: string;
  /** Lists of PCI names. */
  readonly names?: readonly string[];
};

/**
 * Cards of AMD and Intel as the Linux kernel shows them
 * (https://docs.kernel.org/gpu/amdgpu/thermal.html, https://docs.kernel.org/hwmon/sysfs-interface.html). Reading
 * is a dozen small files a card, without rights.
 */
export function openSysfsCards(places: SysfsPlaces, programs: DrmPrograms): CardSourceOpened {
  const present = listCards(places.drm).join();
  const { cards, unusable } = splitTwins(findSysfsCards(places.drm, places.names ?? PCI_NAMES));
  if (cards.length === 0) return { kind: 'absent' };
  const readers = cards.map((card) => openReader(card, programs));
  const source: CardSource = {
    gpus: cards.map(({ gpu }) => gpu),
    unusable,
    changed: () => listCards(places.drm).join() !== present,
    read: (now, unhurried = false) => readers.map(({ read }) => read(now, unhurried)),
    powerOf: (lane) => {
      const card = cards.find(({ gpu }) => gpu.lane === lane);
      return card ? sysfsPower(card) : null;
    },
    close: () => {
      for (const { close } of readers) close();
    },
  };
  return { kind: 'open', source };
}

/** Reads one card, again and again. */
function openReader({ gpu, folder, sensors }: SysfsCard, programs: DrmPrograms) {
  const files = openKernelFiles();
  const device = join(folder, 'device');
  const vendor = join(device, 'vendor');
  const number = (path: string | null) => (path === null ? () => null : files.file(path).number);
  const hwmon = (file: string) => number(join(sensors.folder, file));
  const edge = number(sensors.edge);
  const hottest = number(sensors.hottest);
  const sleep = files.file(join(device, 'power/runtime_status'));
  const joulesUsed = hwmon('energy1_input');
  const averagePower = hwmon('power1_average');
  const presentPower = hwmon('power1_input');
  const powerLimit = number(sensors.limit);
  const busy = number(join(device, 'gpu_busy_percent'));
  const memoryUsed = number(join(device, 'mem_info_vram_used'));
  const coreClock = hwmon('freq1_input');
  const intelClock = number(join(folder, 'gt_cur_freq_mhz'));
  const memoryClock = hwmon('freq2_input');
  const fan = [hwmon('fan1_input'), hwmon('fan1_max'), hwmon('pwm1')] as const;
  const slowdown = openSlowdown(files, folder);
  const meanPower = openMeanPower();
  const control = files.file(join(device, 'power/control'));
  const word = (file: typeof sleep) => file.bytes()?.toString('latin1').trim();
  let last: { readonly at: Millis; readonly reading: Reading } | null = null;

  /** A card that does nothing for anybody, and falls asleep by itself where it is not asked. */
  const mayDoze = (reading: Reading) =>
    reading.load === 0 && reading.programs.length === 0 && word(control) === 'auto';

  function read(now: Millis, unhurried: boolean): Reading {
    if (!existsSync(vendor)) {
      // What comes back is another card to the kernel.
      files.close();
      return lostReading(gpu.lane);
    }
    // Asking a sleeping card anything more would wake it up. It does nothing, for nobody.
    if (word(sleep) === 'suspended') {
      last = null;
      return { ...UNREAD, lane: gpu.lane, lost: false, load: 0, power: watts(0) };
    }
    // Each question puts off its sleep by five seconds (amdgpu's autosuspend delay), so asked without a pause it never sleeps.
    if (unhurried && last && Math.abs(now - last.at) < DOZE && mayDoze(last.reading))
      return last.reading;
    const reading = measure(now);
    last = { at: now, reading };
    return reading;
  }

  function measure(now: Millis): Reading {
    const energy = scaled(joulesUsed(), MICRO);
    const said = scaled(averagePower() ?? presentPower(), MICRO);
    const limit = scaled(powerLimit(), MICRO);
    const percent = busy();
    const load = percent === null ? null : Math.min(percent / 100, 1);
    const used = memoryUsed();
    return {
      ...UNREAD,
      lane: gpu.lane,
      lost: false,
      temperature: inDegrees(edge()),
      hotSpot: inDegrees(hottest()),
      power: said === null ? meanPower(now, energy) : watts(said),
      powerLimit: limit ? watts(limit) : null,
      energy: energy === null ? null : joules(energy),
      load,
      memoryUsed: used === null ? null : bytes(used),
      fan: fanOf(...fan),
      clock: scaled(coreClock(), MICRO) ?? intelClock(),
      memoryClock: scaled(memoryClock(), MICRO),
      slowedBy: slowdown(),
      programs: gpu.pci === null ? [] : programs.on(gpu.pci, now, load),
    };
  }
  return { read, close: files.close };
}

type Ask = () => number | null;

/** For a card that counts joules and says no watts: the mean since the last look. */
function openMeanPower() {
  let before: { readonly at: Millis; readonly energy: number } | null = null;
  return (now: Millis, energy: number | null): Watts | null => {
    const then = before;
    if (energy === null) return null;
    before = { at: now, energy };
    if (!then || now <= then.at || energy < then.energy) return null;
    return watts(((energy - then.energy) / (now - then.at)) * 1000);
  };
}

function fanOf(turns: Ask, most: Ask, pwm: Ask): number | null {
  const [now, full] = [turns(), most()];
  if (now !== null && full) return Math.min(now / full, 1);
  const width = pwm();
  return width === null ? null : Math.min(width / FULL_PWM, 1);
}

const inDegrees = (milli: number | null): Celsius | null =>
  milli === null ? null : celsius(milli / 1000);

const scaled = (value: number | null, by: number): number | null =>
  value === null ? null : value / by;
