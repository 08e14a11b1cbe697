import { type Gpu, type Reading, type TelemetryEvent, UNREAD } from '../../src-shared/gpu.ts';
import { type Millis, millis, seconds } from '../../src-shared/units.ts';
import type { OwnProcesses } from '../activity/programs/own-processes.ts';
import { softwareGpu } from './software-gpu.ts';

/** A reading older than this says nothing about the card now; the driver hangs or its probe keeps dying. */
const READING_KEPT = seconds(10);

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
 * What is known of the cards: the last inventory and readings, with the names of their programs, and the software lane
 * where there never was a card.
 */
export function openCards({ nameOf, own }: ProgramNames = nobody) {
  let names: ReadonlyMap<number, string | null> = new Map();
  let gpus: readonly Gpu[] = [];
  let trouble: string | null = null;
  let readings: readonly Reading[] = [];
  let readAt: Millis = millis(0);
  let sawCard = false;

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
    hear(event: TelemetryEvent, now: Millis): boolean {
      if (event.kind === 'power-limited') return false;
      if (event.kind === 'readings') {
        readings = withNames(event.readings);
        readAt = now;
        return false;
      }
      sawCard ||= event.gpus.length > 0;
      // A machine whose card failed must not start to cook its CPU instead.
      gpus = event.gpus.length > 0 || sawCard ? event.gpus : [softwareGpu()];
      trouble = event.trouble;
      return true;
    },
    gpus: () => gpus,
    trouble: () => trouble,
    /** One reading per card; `lost` where nothing has been heard for too long, absent before the first. */
    readings(now: Millis): Reading[] {
      return gpus.flatMap((gpu): Reading[] => {
        if (gpu.software) return [unread(gpu, false)];
        const reading = readings.find(({ lane }) => lane === gpu.lane);
        if (!reading) return [];
        return now - readAt > READING_KEPT ? [unread(gpu, true)] : [reading];
      });
    },
  };
}

/** The longest name a reading may hold. */
const NAME_LENGTH = 200;
const clip = (name: string | null): string | null => name?.slice(0, NAME_LENGTH) ?? null;

const unread = ({ lane }: Gpu, lost: boolean): Reading => ({
  lane,
  lost,
  ...UNREAD,
});
