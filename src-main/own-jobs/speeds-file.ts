import { join } from 'node:path';
import { z } from 'zod';
import { unsaved } from '../../src-disk/disk-trouble.ts';
import { openJsonFile } from '../../src-disk/json-file.ts';
import { type Gpu, LaneId } from '../../src-shared/gpu.ts';
import type { Said } from '../../src-shared/said.ts';
import { CardSpeed } from '../../src-shared/speed.ts';

const Speeds = z.record(LaneId, CardSpeed);

/** What every card of this machine has been measured at. A file that cannot be read is as none: the test can be run again. */
export function openSpeedsFile(folder: string) {
  const file = openJsonFile(join(folder, 'speeds.json'), Speeds);
  let known = file.value() ?? {};
  return {
    /** Null where the card has not been measured, or not under the driver it has now. */
    of(gpu: Gpu): CardSpeed | null {
      const speed = known[gpu.lane];
      return speed && speed.driver === gpu.driver ? speed : null;
    },
    /** Returns why where the disk would not take it; it is known all the same until the next start. */
    keep(lane: LaneId, speed: CardSpeed): Said | null {
      known = { ...known, [lane]: speed };
      try {
        file.write(known);
        return null;
      } catch (error) {
        return unsaved(error, 'cardSpeed').detail;
      }
    },
  };
}
export type SpeedsFile = ReturnType<typeof openSpeedsFile>;
