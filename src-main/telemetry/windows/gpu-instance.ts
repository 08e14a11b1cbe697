/** What an instance of Windows' GPU counters is about. */
export type GpuInstance = {
  /** The adapter, until it is plugged in or its driver starts anew; see `luidOf`. */
  readonly luid: string;
  /** Null for a counter of the whole adapter. */
  readonly pid: number | null;
  /** One of the adapter's engines; null for a counter of memory. */
  readonly engine: string | null;
};

/**
 * `pid_4242_luid_0x00000000_0x0000D6B1_phys_0_eng_3_engtype_VideoDecode`; of `GPU Process Memory` without an engine, and of
 * `GPU Adapter Memory` without a program. The names are not written down by Microsoft; this is how Windows 10 and 11 make
 * them.
 */
const NAME =
  /^(?:pid_(\d{1,10})_)?luid_0x([0-9a-f]{1,8})_0x([0-9a-f]{1,8})_phys_(\d+)(?:_eng_(\d+)(?:_engtype_.*)?)?$/i;

/** Null for an instance of any other form. */
export function parseGpuInstance(name: string): GpuInstance | null {
  const found = NAME.exec(name);
  if (!found) return null;
  const [, pid, high = '', low = '', part, engine] = found;
  return {
    luid: luidOf(Number.parseInt(high, 16), Number.parseInt(low, 16)),
    pid: pid === undefined ? null : Number(pid),
    engine: engine === undefined ? null : `${part} ${engine}`,
  };
}

/** The two halves of a LUID as one word. */
export const luidOf = (high: number, low: number): string =>
  `${(high >>> 0).toString(16)}:${(low >>> 0).toString(16)}`;
