import koffi from 'koffi';
import {
  DWORD,
  insistOnLayout,
  POINTER,
  systemDll,
  type WindowsCall,
} from '../../win32/binding.ts';

/** An adapter as the graphics kernel of Windows lists it. */
export type KmtAdapter = {
  /** Answers questions about it; null where it does not know. What is in the buffer at first is the question. */
  readonly ask: (type: KmtQuestion, into: Buffer) => boolean;
  /** High and low half. */
  readonly luid: readonly [number, number];
};

/**
 * KMTQUERYADAPTERINFOTYPE
 * (https://learn.microsoft.com/windows-hardware/drivers/ddi/d3dkmthk/ne-d3dkmthk-_kmtqueryadapterinfotype).
 */
export const KMT = {
  segmentSize: 3,
  address: 6,
  registryInfo: 8,
  adapterType: 15,
  deviceIds: 31,
  performance: 62,
  performanceCaps: 63,
} as const;
export type KmtQuestion = (typeof KMT)[keyof typeof KMT];

/** D3DKMT_ADAPTERINFO, _ENUMADAPTERS2, _QUERYADAPTERINFO and _CLOSEADAPTER, their members as in d3dkmthk.h. */
const ADAPTER = { size: 20, hAdapter: 0, LuidLow: 4, LuidHigh: 8 } as const;
const ENUMERATION = { size: 16, NumAdapters: 0, pAdapters: 8 } as const;
const QUERY = { size: 24, hAdapter: 0, Type: 4, pData: 8, DataSize: 16 } as const;
const CLOSE_SIZE = 4;
/** More than any home has; the list may grow between asking how many there are and asking for them. */
const MOST_ADAPTERS = 64;

export type Kmt = {
  readonly adapters: readonly KmtAdapter[];
  readonly close: () => void;
};

/** Lists the adapters there are now. Null where this is no Windows, or one before Windows 8. */
export function openKmt(): Kmt | null {
  const calls = bind();
  if (calls === null) return null;
  insistOnLayouts();
  const list = Buffer.alloc(ADAPTER.size * MOST_ADAPTERS);
  const enumeration = Buffer.alloc(ENUMERATION.size);
  enumeration.writeUInt32LE(MOST_ADAPTERS, ENUMERATION.NumAdapters);
  enumeration.writeBigUInt64LE(koffi.address(list), ENUMERATION.pAdapters);
  if (calls.enumerate(enumeration) < 0) return null;
  const count = Math.min(enumeration.readUInt32LE(ENUMERATION.NumAdapters), MOST_ADAPTERS);
  const query = Buffer.alloc(QUERY.size);

  const open = Array.from({ length: count }, (_, nth) => {
    const at = nth * ADAPTER.size;
    const handle = list.readUInt32LE(at + ADAPTER.hAdapter);
    const adapter: KmtAdapter = {
      luid: [list.readUInt32LE(at + ADAPTER.LuidHigh), list.readUInt32LE(at + ADAPTER.LuidLow)],
      ask(type, into) {
        query.writeUInt32LE(handle, QUERY.hAdapter);
        query.writeUInt32LE(type, QUERY.Type);
        query.writeBigUInt64LE(koffi.address(into), QUERY.pData);
        query.writeUInt32LE(into.length, QUERY.DataSize);
        return calls.query(query) >= 0;
      },
    };
    return { adapter, handle };
  });

  return {
    adapters: open.map(({ adapter }) => adapter),
    close() {
      const close = Buffer.alloc(CLOSE_SIZE);
      for (const { handle } of open) {
        close.writeUInt32LE(handle);
        calls.close(close);
      }
    },
  };
}

/** Null where the calls are missing, as in Wine. They return an NTSTATUS: below 0 is a failure. */
function bind() {
  const gdi32 = systemDll('gdi32.dll');
  if (gdi32 === null) return null;
  const find = (name: string): WindowsCall | null => {
    try {
      return gdi32.func(name, 'int32_t', [POINTER]);
    } catch {
      return null;
    }
  };
  const enumerate = find('D3DKMTEnumAdapters2');
  const query = find('D3DKMTQueryAdapterInfo');
  const close = find('D3DKMTCloseAdapter');
  return enumerate && query && close ? { enumerate, query, close } : null;
}

/** Exported for tests: the layouts hold on every 64-bit system. */
export function insistOnLayouts(): void {
  insistOnLayout(
    'D3DKMT_ADAPTERINFO',
    { hAdapter: DWORD, LuidLow: DWORD, LuidHigh: 'int32_t', NumOfSources: DWORD, bPrecise: 'int' },
    ADAPTER,
  );
  insistOnLayout(
    'D3DKMT_ENUMADAPTERS2',
    { NumAdapters: DWORD, pAdapters: 'uintptr_t' },
    ENUMERATION,
  );
  insistOnLayout(
    'D3DKMT_QUERYADAPTERINFO',
    { hAdapter: DWORD, Type: DWORD, pData: 'uintptr_t', DataSize: DWORD },
    QUERY,
  );
}
