import koffi from 'koffi';
import { DWORD, insistOnLayout } from '../../win32/binding.ts';
import { luidOf } from './gpu-instance.ts';
import { KMT, type KmtAdapter, type KmtQuestion } from './kmt-binding.ts';

/** Who an adapter of Windows is. */
export type WindowsAdapter = {
  /** As the performance counters call it. */
  readonly luid: string;
  readonly name: string;
  /** `0000:0b:00.0`. Windows tells no domain. */
  readonly pci: string;
  readonly vendor: number;
  readonly device: number;
  /** Memory of its own, in bytes. */
  readonly memory: number;
};

/** What an adapter measures; null for what its driver does not say. */
export type AdapterSenses = {
  /** °C. */
  readonly temperature: number | null;
  /** A share of the most. */
  readonly fan: number | null;
  /** MHz. */
  readonly memoryClock: number | null;
};

// The structures of d3dkmthk.h (https://learn.microsoft.com/windows-hardware/drivers/ddi/d3dkmthk/), checked by
// `insistOnAnswers`.

const ADDRESS = { size: 12, BusNumber: 0, DeviceNumber: 4, FunctionNumber: 8 } as const;
/** Four texts of 260 characters; the first is the adapter's name. */
const NAME_LENGTH = 260;
const REGISTRY = { size: 2080, AdapterString: 0, BiosString: 520 } as const;
const SEGMENTS = { size: 24, DedicatedVideoMemorySize: 0 } as const;
/** D3DKMT_QUERY_DEVICE_IDS, the D3DKMT_DEVICE_IDS in it written out. */
const IDS = { size: 28, PhysicalAdapterIndex: 0, VendorID: 4, DeviceID: 8 } as const;
const TYPE_SIZE = 4;
const SOFTWARE_DEVICE = 0x4;
const PERFORMANCE = {
  size: 64,
  MemoryFrequency: 8,
  FanRPM: 48,
  Power: 52,
  Temperature: 56,
  PowerStateOverride: 60,
} as const;
const CAPS = { size: 40, MaxFanRPM: 24, TemperatureMax: 28 } as const;

/** Null for a software renderer, a display on the network, and what else is no card in a slot. */
export function identifyAdapter(adapter: KmtAdapter): WindowsAdapter | null {
  const type = answer(adapter, KMT.adapterType, TYPE_SIZE);
  const address = answer(adapter, KMT.address, ADDRESS.size);
  const ids = answer(adapter, KMT.deviceIds, IDS.size);
  if (address === null || ids === null || (type && type.readUInt32LE() & SOFTWARE_DEVICE))
    return null;
  const [bus, device, fn] = [ADDRESS.BusNumber, ADDRESS.DeviceNumber, ADDRESS.FunctionNumber].map(
    (at) => address.readUInt32LE(at),
  );
  // All bits set: on no PCI bus.
  if (bus === undefined || device === undefined || fn === undefined || bus > 0xff) return null;
  const hex = (value: number) => value.toString(16).padStart(2, '0');
  return {
    luid: luidOf(...adapter.luid),
    name: nameOf(answer(adapter, KMT.registryInfo, REGISTRY.size)),
    pci: `0000:${hex(bus)}:${hex(device)}.${fn.toString(16)}`,
    vendor: ids.readUInt32LE(IDS.VendorID) & 0xffff,
    device: ids.readUInt32LE(IDS.DeviceID) & 0xffff,
    memory: Number(
      answer(adapter, KMT.segmentSize, SEGMENTS.size)?.readBigUInt64LE(
        SEGMENTS.DedicatedVideoMemorySize,
      ) ?? 0n,
    ),
  };
}

/** Asks an adapter what it measures, again and again; null where it does not answer any more. */
export function openAdapterSenses(adapter: KmtAdapter): () => AdapterSenses | null {
  const address = Buffer.alloc(ADDRESS.size);
  const measured = Buffer.alloc(PERFORMANCE.size);
  const caps = answer(adapter, KMT.performanceCaps, CAPS.size);
  const mostTurns = caps?.readUInt32LE(CAPS.MaxFanRPM) ?? 0;
  return () => {
    if (!adapter.ask(KMT.address, address)) return null;
    measured.fill(0);
    // Since WDDM 2.4; each driver fills in what it likes.
    if (!adapter.ask(KMT.performance, measured))
      return { temperature: null, fan: null, memoryClock: null };
    const turns = measured.readUInt32LE(PERFORMANCE.FanRPM);
    const heat = measured.readUInt32LE(PERFORMANCE.Temperature);
    const hertz = Number(measured.readBigUInt64LE(PERFORMANCE.MemoryFrequency));
    return {
      // Tenths of a degree; a driver that does not know leaves a nought.
      temperature: heat === 0 ? null : heat / 10,
      fan: mostTurns === 0 ? null : Math.min(turns / mostTurns, 1),
      memoryClock: hertz === 0 ? null : hertz / 1e6,
    };
  };
}

/** Null where the adapter does not know. */
function answer(adapter: KmtAdapter, question: KmtQuestion, size: number): Buffer | null {
  const into = Buffer.alloc(size);
  return adapter.ask(question, into) ? into : null;
}

function nameOf(registry: Buffer | null): string {
  const text = registry?.toString('utf16le', REGISTRY.AdapterString, NAME_LENGTH * 2) ?? '';
  const end = text.indexOf('\0');
  return (end < 0 ? text : text.slice(0, end)).trim();
}

/** Throws where these structures are laid out otherwise here. */
export function insistOnAnswers(): void {
  const text = koffi.array('char16_t', NAME_LENGTH);
  const words = (...names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, DWORD]));
  const longs = (...names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, 'uint64_t']));
  insistOnLayout(
    'D3DKMT_ADAPTERADDRESS',
    words('BusNumber', 'DeviceNumber', 'FunctionNumber'),
    ADDRESS,
  );
  insistOnLayout(
    'D3DKMT_ADAPTERREGISTRYINFO',
    { AdapterString: text, BiosString: text, DacType: text, ChipType: text },
    REGISTRY,
  );
  insistOnLayout(
    'D3DKMT_SEGMENTSIZEINFO',
    longs('DedicatedVideoMemorySize', 'DedicatedSystemMemorySize', 'SharedSystemMemorySize'),
    SEGMENTS,
  );
  insistOnLayout(
    'D3DKMT_QUERY_DEVICE_IDS',
    {
      ...words('PhysicalAdapterIndex', 'VendorID', 'DeviceID', 'SubVendorID'),
      ...words('SubSystemID', 'RevisionID', 'BusType'),
    },
    IDS,
  );
  insistOnLayout(
    'D3DKMT_ADAPTER_PERFDATA',
    {
      ...words('PhysicalAdapterIndex'),
      ...longs('MemoryFrequency', 'MaxMemoryFrequency', 'MaxMemoryFrequencyOC'),
      ...longs('MemoryBandwidth', 'PCIEBandwidth'),
      ...words('FanRPM', 'Power', 'Temperature'),
      PowerStateOverride: 'uint8_t',
    },
    PERFORMANCE,
  );
  insistOnLayout(
    'D3DKMT_ADAPTER_PERFDATACAPS',
    {
      ...words('PhysicalAdapterIndex'),
      ...longs('MaxMemoryBandwidth', 'MaxPCIEBandwidth'),
      ...words('MaxFanRPM', 'TemperatureMax', 'TemperatureWarning'),
    },
    CAPS,
  );
}
