import { type Millis, seconds } from '../../../src-shared/units.ts';
import { type AdapterUse, adapterUses } from './adapter-use.ts';
import { openPdhQuery } from './pdh-binding.ts';

/** A look goes through every engine of every program: some milliseconds on a busy desktop. */
const LOOK_EVERY: Millis = seconds(2);

/** What Windows says about its adapters: by `luid`, as of the last look. */
export type WindowsCounters = {
  readonly of: (luid: string, now: Millis) => AdapterUse | undefined;
};

const ENGINES = '\\GPU Engine(*)\\Utilization Percentage';
const PROGRAM_MEMORY = '\\GPU Process Memory(*)\\Dedicated Usage';
const ADAPTER_MEMORY = '\\GPU Adapter Memory(*)\\Dedicated Usage';

/** The GPU counters of Windows 10 1709 and later. Null where there are none. */
export function openWindowsCounters(): WindowsCounters | null {
  const query = openPdhQuery();
  const engines = query?.add(ENGINES) ?? null;
  if (query === null || engines === null) {
    query?.close();
    return null;
  }
  const programMemory = query.add(PROGRAM_MEMORY);
  const adapterMemory = query.add(ADAPTER_MEMORY);
  let lookedAt = Number.NEGATIVE_INFINITY;
  let uses: ReadonlyMap<string, AdapterUse> = new Map();
  return {
    of(luid, now) {
      // A clock that was set back is no reason to wait.
      if (now - lookedAt >= LOOK_EVERY || now < lookedAt) {
        lookedAt = now;
        uses = query.collect()
          ? adapterUses({
              engines: engines.each(),
              programMemory: programMemory?.each() ?? null,
              adapterMemory: adapterMemory?.each() ?? null,
            })
          : new Map();
      }
      return uses.get(luid);
    },
  };
}
