import { type Gpu, LaneId, type Reading } from '../../../src-shared/gpu.ts';
import { type Said, said } from '../../../src-shared/said.ts';
import { bytes, type Watts, watts } from '../../../src-shared/units.ts';
import type { CardPower } from '../card/power.ts';
import { loadNvml, NVML, type NvmlCall, type NvmlCalls } from './binding.ts';
import { type NvmlCard, openCardReader } from './card.ts';
import { cardPower } from './power.ts';

export type NvmlOpened =
  | { readonly kind: 'open'; readonly nvml: Nvml }
  /** No NVIDIA driver is installed. */
  | { readonly kind: 'absent' }
  /** There is one, and it does not work. */
  | { readonly kind: 'broken'; readonly detail: Said };

export type Nvml = {
  /** The cards that answered, as they were when opened. */
  readonly gpus: readonly Gpu[];
  /** One reading of every card, in the order of `gpus`. Blocks for as long as the driver takes. */
  readonly read: () => Reading[];
  /** The power limit of a card; null where there is no such card. */
  readonly powerOf: (lane: LaneId) => CardPower | null;
  readonly close: () => void;
};

/** NVML_DEVICE_NAME_V2_BUFFER_SIZE and NVML_DEVICE_UUID_V2_BUFFER_SIZE; the longest text we ask for. Bytes. */
const TEXT = 96;
const MILLIWATTS = 1000;
/** sizeof(nvmlPciInfo_t), and where in it are domain, bus and device, 4 bytes each. */
const PCI = { size: 68, domainAt: 16, busAt: 20, deviceAt: 24 } as const;

/** Where the calls put their answers. */
type Desk = {
  readonly u32: Uint32Array;
  readonly second: Uint32Array;
  readonly u64: BigUint64Array;
  readonly text: Buffer;
  readonly pci: Buffer;
};

/** Opens the driver's library: at `path`, or where a driver puts it. Names and limits are read once, here. */
export function openNvml(path?: string): NvmlOpened {
  const loaded = loadNvml(path);
  if (loaded.kind === 'absent') return loaded;
  if (loaded.kind === 'too-old') {
    return { kind: 'broken', detail: said('driverOld') };
  }
  const { calls } = loaded;
  const answer = calls.init();
  if (answer !== NVML.success) return { kind: 'broken', detail: explainInit(calls, answer) };

  const desk: Desk = {
    u32: new Uint32Array(2),
    second: new Uint32Array(1),
    u64: new BigUint64Array(4),
    text: Buffer.alloc(TEXT),
    pci: Buffer.alloc(PCI.size),
  };
  const counted = calls.count(desk.u32);
  if (counted !== NVML.success) {
    calls.shutdown();
    return { kind: 'broken', detail: said('driverFailed', { why: calls.explain(counted) }) };
  }
  const cards: NvmlCard[] = [];
  const driver = readText(desk, calls.driverVersion, []);
  for (let index = 0, count = desk.u32[0] ?? 0; index < count; index++) {
    if (calls.byIndex(index, desk.u64) !== NVML.success) continue;
    const handle = desk.u64[0] ?? 0n;
    const gpu = identify(calls, desk, handle, index, driver);
    if (gpu !== null) cards.push({ gpu, handle });
  }

  const readers = cards.map((card) => openCardReader(calls, card));
  return {
    kind: 'open',
    nvml: {
      gpus: cards.map(({ gpu }) => gpu),
      read: () => readers.map((read) => read()),
      powerOf: (lane) => {
        const card = cards.find(({ gpu }) => gpu.lane === lane);
        return card === undefined ? null : cardPower(calls, card);
      },
      close: () => void calls.shutdown(),
    },
  };
}

function explainInit(calls: NvmlCalls, answer: number): Said {
  if (answer === NVML.versionMismatch) {
    return said('driverUpdated');
  }
  if (answer === NVML.driverNotLoaded) {
    return said('driverNotLoaded');
  }
  return said('driverNotStarting', { why: calls.explain(answer) });
}

/** Null for a card that does not say who it is: it is lost, or being reset. */
function identify(
  calls: NvmlCalls,
  desk: Desk,
  handle: bigint,
  index: number,
  driver: string | null,
): Gpu | null {
  const uuid = LaneId.safeParse(readText(desk, calls.uuid, [handle]));
  const name = readText(desk, calls.name, [handle]);
  if (!uuid.success || name === null) return null;
  if (calls.memory(handle, desk.u64) !== NVML.success) return null;
  const vramTotal = bytes(Number(desk.u64[0] ?? 0n));
  return {
    lane: uuid.data,
    name,
    backend: 'cuda',
    software: false,
    index,
    vramTotal,
    ...readPowerRange(calls, desk, handle),
    pci: readPci(calls, desk, handle),
    driver,
  };
}

function readPowerRange(
  calls: NvmlCalls,
  { u32, second }: Desk,
  handle: bigint,
): Pick<Gpu, 'powerMin' | 'powerMax' | 'powerDefault'> {
  const inWatts = (from: Uint32Array, answer: number | undefined): Watts | null =>
    answer === NVML.success ? watts((from[0] ?? 0) / MILLIWATTS) : null;
  const range = calls.powerRange?.(handle, u32, second);
  return {
    powerMin: inWatts(u32, range),
    powerMax: inWatts(second, range),
    powerDefault: inWatts(u32, calls.defaultLimit?.(handle, u32)),
  };
}

/** The slot as Linux names it in /sys; the function is always the first. */
function readPci(calls: NvmlCalls, { pci }: Desk, handle: bigint): string | null {
  if (calls.pci?.(handle, pci) !== NVML.success) return null;
  const hex = (at: number, digits: number) =>
    pci.readUInt32LE(at).toString(16).padStart(digits, '0');
  return `${hex(PCI.domainAt, 4)}:${hex(PCI.busAt, 2)}:${hex(PCI.deviceAt, 2)}.0`;
}

function readText(desk: Desk, call: NvmlCall | null, args: readonly unknown[]): string | null {
  if (call?.(...args, desk.text, TEXT) !== NVML.success) return null;
  const end = desk.text.indexOf(0);
  return desk.text.toString('utf8', 0, end === -1 ? TEXT : end);
}
