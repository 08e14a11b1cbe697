/** What one open file of a graphics card says about its program. */
export type DrmClient = {
  /** The card's slot, `0000:0b:00.0`. */
  readonly pci: string;
  /** The same for every copy of one open file. */
  readonly client: string;
  /** Graphics memory in bytes; null where the driver does not say. */
  readonly memory: number | null;
  /** What the program has had done so far, by engine. */
  readonly engines: ReadonlyMap<string, Engine>;
};

export type Engine = {
  /** Nanoseconds of work, or cycles where `of` is known. */
  readonly done: number;
  /** All cycles that went by; null: time is the measure. */
  readonly of: number | null;
  /** How many of this engine there are. */
  readonly count: number;
};

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
};

/**
 * The card's own memory: `vram` of amdgpu, `vram0` of xe, `local0` of i915. What is resident there is better than all that
 * was asked for; `drm-memory-` is the older name of it.
 */
const MEMORY = /^drm-(resident|memory|total)-(?:vram|local)\d*$/;
const PREFERENCE = ['resident', 'memory', 'total'];

/**
 * Reads the DRM keys of `/proc/<pid>/fdinfo/<fd>` (https://docs.kernel.org/gpu/drm-usage-stats.html). Null for a file of
 * anything else, or of a card on no PCI bus.
 */
export function parseDrmClient(text: string): DrmClient | null {
  const keys = new Map<string, string>();
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0 && line.startsWith('drm-')) keys.set(line.slice(0, colon), line.slice(colon + 1));
  }
  const pci = keys.get('drm-pdev')?.trim();
  const client = keys.get('drm-client-id')?.trim();
  if (!pci || !client) return null;

  const engines = new Map<string, Engine>();
  const memories = new Map<string, number>();
  for (const [key, words] of keys) {
    const value = amount(words);
    if (value === null) continue;
    const name = /^drm-(?:engine|cycles)-(?!capacity-)(.+)$/.exec(key)?.[1];
    if (name !== undefined) {
      const of = key.startsWith('drm-cycles-')
        ? amount(keys.get(`drm-total-cycles-${name}`))
        : null;
      if (key.startsWith('drm-cycles-') && of === null) continue;
      const count = amount(keys.get(`drm-engine-capacity-${name}`)) || 1;
      // A driver that tells both ways is counted by the more exact one.
      if (of !== null || !engines.has(name)) engines.set(name, { done: value, of, count });
    }
    const kind = MEMORY.exec(key)?.[1];
    if (kind !== undefined) memories.set(kind, (memories.get(kind) ?? 0) + value);
  }
  const told = PREFERENCE.find((kind) => memories.has(kind));
  return { pci, client, engines, memory: told ? (memories.get(told) ?? null) : null };
}

/** `23992 KiB`, `346249 ns`, `2`; null for what is no such number. */
function amount(words: string | undefined): number | null {
  const [, digits, unit = ''] = /^\s*(\d+)(?:\s+(\S+))?\s*$/.exec(words ?? '') ?? [];
  if (digits === undefined) return null;
  const factor = unit === 'ns' ? 1 : UNITS[unit];
  return factor === undefined ? null : Number(digits) * factor;
}

/** What it did between two looks, `ns` apart: the share of its busiest engine, 0 to 1. */
export function loadBetween(before: DrmClient, after: DrmClient, ns: number): number {
  let busiest = 0;
  for (const [name, { done, of, count }] of after.engines) {
    const then = before.engines.get(name);
    if (!then) continue;
    const whole = of === null || then.of === null ? ns : of - then.of;
    // Counters may fall behind for a moment; that is no work.
    const share = whole > 0 ? Math.max(done - then.done, 0) / (whole * count) : 0;
    busiest = Math.max(busiest, share);
  }
  return Math.min(busiest, 1);
}
