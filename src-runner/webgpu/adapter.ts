import { makerOf } from '../../src-shared/card-maker.ts';
import type { Chip } from '../../src-shared/gpu.ts';

/** What an adapter says of itself; empty where it says nothing. */
export type Adapter = {
  /** `amd`, `intel`, `apple`; `google` for the software renderer. */
  readonly vendor: string;
  readonly architecture: string;
  /** The PCI number in a browser that tells it, `0x73bf`; the driver's name of the card in Node. */
  readonly device: string;
  readonly description: string;
  /** It computes on the processor. */
  readonly fallback: boolean;
};

/** Chrome gives `info` since 121 and before that `requestAdapterInfo()`. */
export async function readAdapter(adapter: GPUAdapter): Promise<Adapter> {
  const ask: unknown = Reflect.get(adapter, 'requestAdapterInfo');
  const info: unknown = adapter.info ?? (typeof ask === 'function' ? await ask.call(adapter) : {});
  const field = (key: string): unknown =>
    typeof info === 'object' && info !== null ? Reflect.get(info, key) : undefined;
  const word = (key: string): string => {
    const value = field(key);
    return typeof value === 'string' ? value : '';
  };
  return {
    vendor: word('vendor'),
    architecture: word('architecture'),
    device: word('device'),
    description: word('description'),
    // Chrome had it on the adapter until 133.
    fallback:
      field('isFallbackAdapter') === true || Reflect.get(adapter, 'isFallbackAdapter') === true,
  };
}

/** The adapter in words. */
export const adapterName = ({ description, vendor, architecture }: Adapter): string =>
  [...new Set([description, vendor, architecture])].filter((word) => word !== '').join(', ') ||
  'WebGPU adapter';

/** Why work for `chip` may not be done on this adapter, one sentence; null where it is that card. */
export function adapterFault(chip: Chip, adapter: Adapter): string | null {
  const name = adapterName(adapter);
  if (adapter.fallback || adapter.architecture === 'swiftshader')
    return `WebGPU would compute on the processor (${name}) instead of the card`;
  const { vendor } = adapter;
  if (vendor.toLowerCase() !== makerOf(chip.vendor) && asNumber(vendor) !== chip.vendor)
    return `WebGPU offers another card than this one: ${name}`;
  const device = asNumber(adapter.device);
  if (device !== null && chip.device !== null)
    return device === chip.device ? null : `WebGPU offers another card of the same maker: ${name}`;
  if (chip.alone || isCalled(chip.codename, adapter)) return null;
  return `WebGPU does not tell which of this maker’s cards it would use: ${name}`;
}

/** Mesa's drivers say what their makers call the chip: `AMD Radeon RX 6800 XT (RADV NAVI21)`. */
function isCalled(codename: string | null, { device, description }: Adapter): boolean {
  const wanted = letters(codename ?? '');
  return wanted.length > 2 && letters(`${device} ${description}`).includes(wanted);
}
const letters = (words: string): string => words.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

const asNumber = (word: string): number | null =>
  /^0x[0-9a-f]{1,8}$/i.test(word) ? Number(word) : null;
