import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { diskTrouble, errorCode } from '../../src-disk/disk-trouble.ts';
import { replaceFile } from '../../src-disk/durable-file.ts';
import { type Gpu, LaneId } from '../../src-shared/gpu.ts';
import { CardSpeed } from '../../src-shared/speed.ts';
import { diskWords } from '../../src-shared/words/disk-words.ts';

/** Sixteen cards need some 10 KiB. What is larger was not written by us. */
const MAX_FILE = 1024 * 1024;

const Speeds = z.record(LaneId, CardSpeed);

/** What every card of this machine has been measured at: a small file, and no loss where it is lost. */
export function openSpeedsFile(folder: string) {
  const path = join(folder, 'speeds.json');
  let known = read(path);
  return {
    /** Null where the card has not been measured, or not under the driver it has now. */
    of(gpu: Gpu): CardSpeed | null {
      const speed = known[gpu.lane];
      return speed && speed.driver === gpu.driver ? speed : null;
    },
    /** Returns one sentence where the disk would not take it; it is known all the same until the next start. */
    keep(lane: LaneId, speed: CardSpeed): string | null {
      known = { ...known, [lane]: speed };
      try {
        replaceFile(path, `${JSON.stringify(known, null, 2)}\n`);
        return null;
      } catch (error) {
        return diskTrouble(error, diskWords.cardSpeed).detail;
      }
    },
  };
}
export type SpeedsFile = ReturnType<typeof openSpeedsFile>;

/** A file that cannot be read is as none: the test can be run again. */
function read(path: string): z.infer<typeof Speeds> {
  try {
    if (statSync(path).size > MAX_FILE) return {};
    const speeds = Speeds.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    return speeds.success ? speeds.data : {};
  } catch (error) {
    if (error instanceof SyntaxError || errorCode(error) !== '') return {};
    throw error;
  }
}
