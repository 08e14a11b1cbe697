import type { GpuProgram } from '../../src-shared/gpu.ts';
import { bytes, type Millis, mebibytes, millis, seconds } from '../../src-shared/units.ts';
import type { Circumstances } from './circumstances.ts';
import { isDesktop } from './known-programs.ts';

/** Less than this share of the card nobody misses: a player, a terminal, a picture being opened. */
const BUSY = 0.3;
/** What draws the desktop is busy only when it does more than that: a game in the browser. */
const DESKTOP_BUSY = 0.6;
/** A window that opens or a page that loads is over by then; a game or a render is not. */
const SUSTAINED = seconds(5);

/** The least graphics memory that others must find free: what a desktop takes when a few windows open ... */
const LEAST_RESERVE = mebibytes(512);
/** ... and more on a large card, whose programs are larger. */
const RESERVE_SHARE = 0.05;

export type BusyProgram = {
  /** The program's pid; `card` where the driver tells only what the whole card does. */
  readonly key: string;
  /** Empty where nobody knows. */
  readonly title: string;
  readonly load: number;
};

/** Since when each program has kept the card busy without a pause, by key. */
export type BusySince = ReadonlyMap<string, Millis>;

const titleOf = ({ name }: GpuProgram): string => (name ?? '').replace(/\.exe$/i, '');
const isBackground = ({ name }: GpuProgram): boolean => name !== null && isDesktop(name);
const othersOn = ({ reading }: Circumstances): readonly GpuProgram[] =>
  reading?.programs.filter(({ ours }) => !ours) ?? [];

/** The programs of others that keep the card busy at this moment. */
function busyPrograms(now: Circumstances): readonly BusyProgram[] {
  const { reading, working } = now;
  if (!reading) return [];
  const others = othersOn(now);
  if (reading.programs.some(({ load }) => load !== null))
    return others
      .filter((program) => (program.load ?? 0) >= (isBackground(program) ? DESKTOP_BUSY : BUSY))
      .map((program) => ({
        key: String(program.pid),
        title: titleOf(program),
        load: program.load ?? 0,
      }));
  // Windows tells what the card does, not for whom. While we work that may all be us; while we do not, none of it is.
  const load = reading.load ?? 0;
  const enough = others.length > 0 && others.every(isBackground) ? DESKTOP_BUSY : BUSY;
  return working === false && load >= enough ? [{ key: 'card', title: '', load }] : [];
}

/** Carries on who has been busy since when. A game and what it brings along is spoken of by its own rule. */
export function watchPrograms(now: Circumstances, before: BusySince | undefined): BusySince {
  if (now.games.length > 0) return new Map();
  return new Map(
    // A clock set back must not make a program new again and again.
    busyPrograms(now).map(({ key }) => [
      key,
      millis(Math.min(before?.get(key) ?? now.now, now.now)),
    ]),
  );
}

/** The busiest program of others that has been busy for long enough; `atOnce`: however short it has been. */
export function busiest(now: Circumstances, since: BusySince, atOnce: boolean): BusyProgram | null {
  return busyPrograms(now)
    .filter(({ key }) => {
      const from = since.get(key);
      return from !== undefined && (atOnce || now.now - from >= SUSTAINED);
    })
    .reduce<BusyProgram | null>((a, b) => (a && a.load >= b.load ? a : b), null);
}

/** The graphics memory that others must find free on a card of this size. */
export const reserveFor = (total: number) =>
  bytes(Math.max(LEAST_RESERVE, Math.ceil(total * RESERVE_SHARE)));

/** Whether others on the card run out of memory, and the largest of them; `title` null where nobody knows which. */
export function memoryWanted(now: Circumstances): { readonly title: string | null } | null {
  const { gpu, reading } = now;
  const used = reading?.memoryUsed ?? null;
  if (gpu.software || used === null || gpu.vramTotal - used >= reserveFor(gpu.vramTotal))
    return null;
  // Null is memory that the driver will not name, so it may be any amount.
  const holders = othersOn(now).filter(({ memory }) => memory === null || memory > 0);
  const largest = holders.reduce<GpuProgram | null>(
    (a, b) => (b.memory !== null && b.memory > (a?.memory ?? 0) ? b : a),
    null,
  );
  return holders.length > 0 ? { title: (largest && titleOf(largest)) || null } : null;
}
