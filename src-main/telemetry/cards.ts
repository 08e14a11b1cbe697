import { type Gpu, type Reading, type TelemetryEvent, UNREAD } from '../../src-shared/gpu.ts';
import type { Said } from '../../src-shared/said.ts';
import { type Millis, millis } from '../../src-shared/units.ts';
import type { OwnProcesses } from '../activity/programs/own-processes.ts';
import { softwareGpu } from './software-gpu.ts';

/** What main knows of a program and a driver does not. */
type ProgramNames = {
  /** The name of a program; null where the system will not say. Asked once for each. */
  readonly nameOf: (pid: number) => string | null;
  /** Our own processes. */
  readonly own: OwnProcesses;
};

const nobody: ProgramNames = {
  nameOf: () => null,
  own: { isOurs: () => false, forgetAllBut: () => {} },
};

/**
 * What is known of the cards: the last inventory and readings, with the names of their programs, and the software lane,
 * which every machine has. Whether a lane is worked on, and for how long a reading is believed, is for others to decide.
 */
export function openCards({ nameOf, own }: ProgramNames = nobody) {
  let names: ReadonlyMap<number, string | null> = new Map();
  let gpus: readonly Gpu[] = [];
  let trouble: Said | null = null;
  let readings: readonly Reading[] = [];
  let readAt: Millis = millis(0);

  /** Names are kept while their programs are on a card: a pid that left may come back as another program. */
  function withNames(read: readonly Reading[]): Reading[] {
    const present = new Map<number, string | null>();
    for (const { programs } of read)
      for (const { pid } of programs)
        if (!present.has(pid))
          present.set(pid, names.has(pid) ? (names.get(pid) ?? null) : clip(nameOf(pid)));
    names = present;
    own.forgetAllBut(present);
    return read.map((reading) =>
      reading.programs.length === 0
        ? reading
        : {
            ...reading,
            programs: reading.programs.map((program) => ({
              ...program,
              name: present.get(program.pid) ?? null,
              ours: own.isOurs(program.pid),
            })),
          },
    );
  }

  return {
    /** True where the inventory changed. */
    take(event: TelemetryEvent, now: Millis): boolean {
      if (event.kind === 'power-limited') return false;
      if (event.kind === 'readings') {
        readings = withNames(event.readings);
        readAt = now;
        return false;
      }
      gpus = [...event.gpus, softwareGpu()];
      trouble = event.trouble;
      return true;
    },
    /** Every card there is now, and the software lane after them. */
    gpus: () => gpus,
    trouble: () => trouble,
    /** The last reading of each card; absent before the first. Nothing can be read of the software lane. */
    readings: (): Reading[] =>
      gpus.flatMap((gpu): readonly Reading[] =>
        gpu.software
          ? [{ lane: gpu.lane, lost: false, ...UNREAD }]
          : readings.filter(({ lane }) => lane === gpu.lane),
      ),
    /** For how long no card has been heard of; a very long time before the first reading. */
    silentFor: (now: Millis): Millis => millis(now - readAt),
  };
}

/** The longest name a reading may hold. */
const NAME_LENGTH = 200;
const clip = (name: string | null): string | null => name?.slice(0, NAME_LENGTH) ?? null;
