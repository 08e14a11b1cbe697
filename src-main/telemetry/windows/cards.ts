import { type CardMaker, makerOf } from '../../../src-shared/card-maker.ts';
import { type Gpu, LaneId, type Reading, UNREAD } from '../../../src-shared/gpu.ts';
import { bytes, celsius, gibibytes } from '../../../src-shared/units.ts';
import { lostReading } from '../card/lost-reading.ts';
import { untoldPower } from '../card/power.ts';
import type { CardSource, OpenCardSource } from '../card/source.ts';
import { splitTwins } from '../card/twins.ts';
import { withUse } from './adapter-use.ts';
import type { WindowsCounters } from './counters.ts';
import {
  identifyAdapter,
  insistOnAnswers,
  openAdapterSenses,
  type WindowsAdapter,
} from './kmt-adapter.ts';
import { type Kmt, type KmtAdapter, openKmt } from './kmt-binding.ts';

/** Makers whose cards are told of here, and work through WebGPU. NVML tells of NVIDIA's; Apple makes none for Windows. */
const MAKERS: Readonly<Record<CardMaker, boolean>> = {
  amd: true,
  intel: true,
  nvidia: false,
  apple: false,
};
/** Graphics inside a processor share its heat: never a lane. Most have less memory of their own than this ... */
const LEAST_MEMORY = gibibytes(2);
/** ... and those of AMD, which may be given more, are called `AMD Radeon(TM) 890M Graphics`; its cards are an RX or a Pro. */
const IN_PROCESSOR = /^AMD (?!.*\b(RX|Pro|W\d{4})\b).*\bGraphics$/i;

type Found = { readonly adapter: KmtAdapter; readonly about: WindowsAdapter };

/** Cards of AMD and Intel on Windows. Their watts are not told to anybody without the maker's own library. */
export const windowsCards =
  (counters: WindowsCounters | null, open: () => Kmt | null = openKmt): OpenCardSource =>
  () => {
    const kmt = open();
    if (kmt === null) return { kind: 'absent' };
    insistOnAnswers();
    const found = identify(kmt);
    const { cards, unusable } = splitTwins(
      found.flatMap((one) => {
        const gpu = gpuOf(one.about, found);
        return gpu === null ? [] : [{ ...one, gpu }];
      }),
    );
    if (cards.length === 0) {
      kmt.close();
      return { kind: 'absent' };
    }
    const readers = cards.map(({ adapter, about, gpu }) => {
      const senses = openAdapterSenses(adapter);
      return (now: Parameters<CardSource['read']>[0]): Reading => {
        const measured = senses();
        if (measured === null) return lostReading(gpu.lane);
        const use = counters?.of(about.luid, now);
        return {
          ...UNREAD,
          lane: gpu.lane,
          lost: false,
          temperature: measured.temperature === null ? null : celsius(measured.temperature),
          load: use?.load ?? null,
          memoryUsed: use?.memoryUsed ?? null,
          fan: measured.fan,
          memoryClock: measured.memoryClock,
          programs: [...(use?.programs ?? [])],
        };
      };
    });
    const source: CardSource = {
      gpus: cards.map(({ gpu }) => gpu),
      unusable,
      read: (now) => readers.map((read) => read(now)),
      powerOf: (lane) => (cards.some(({ gpu }) => gpu.lane === lane) ? untoldPower : null),
      close: kmt.close,
    };
    return { kind: 'open', source };
  };

const identify = (kmt: Kmt): Found[] =>
  kmt.adapters.flatMap((adapter) => {
    const about = identifyAdapter(adapter);
    return about === null ? [] : [{ adapter, about }];
  });

/** Null for what is no card of these makers, or none of its own memory. */
function gpuOf(about: WindowsAdapter, all: readonly Found[]): Gpu | null {
  const { vendor, device, pci, memory, name } = about;
  const maker = makerOf(vendor);
  if (maker === null || !MAKERS[maker] || memory < LEAST_MEMORY || IN_PROCESSOR.test(name))
    return null;
  return {
    lane: LaneId.parse(`PCI-${pci}`),
    name: name.slice(0, 200) || 'Graphics card',
    backend: 'webgpu',
    software: false,
    index: 0,
    vramTotal: bytes(memory),
    powerMax: null,
    powerMin: null,
    powerDefault: null,
    pci,
    driver: null,
    chip: {
      vendor,
      device,
      // Direct3D calls it the same.
      codename: name.slice(0, 100) || null,
      alone: all.filter((one) => one.about.vendor === vendor).length === 1,
    },
  };
}

/** A driver's cards with what Windows knows of their programs, where the driver does not tell (WDDM). */
export const withWindowsPrograms =
  (
    driver: OpenCardSource,
    counters: WindowsCounters | null,
    open: () => Kmt | null = openKmt,
  ): OpenCardSource =>
  () => {
    const opened = driver();
    const kmt = opened.kind === 'open' && counters !== null ? open() : null;
    if (opened.kind !== 'open' || counters === null || kmt === null) return opened;
    insistOnAnswers();
    // A card that comes back as another adapter was lost to its driver too, which is then opened anew.
    const luids = new Map(identify(kmt).map(({ about: { pci, luid } }) => [pci, luid]));
    kmt.close();
    const { source } = opened;
    const luidOf = new Map(
      source.gpus.map(({ lane, pci }) => [lane, pci === null ? undefined : luids.get(pci)]),
    );
    const read: CardSource['read'] = (now, unhurried) =>
      source.read(now, unhurried).map((reading) => {
        const luid = luidOf.get(reading.lane);
        if (reading.lost || luid === undefined) return reading;
        return { ...reading, programs: withUse(reading.programs, counters.of(luid, now)) };
      });
    return { kind: 'open', source: { ...source, read } };
  };
