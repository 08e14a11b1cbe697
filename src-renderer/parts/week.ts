import type { Week } from '../../src-shared/settings.ts';

export const DAYS = 7;
export const HOURS = 24;
const WHOLE_DAY = 2 ** HOURS - 1;
/** Saturday is the sixth day of a week that begins on Monday. */
const SATURDAY = 5;

/** One hour of the week, Monday first. */
export type Hour = { readonly day: number; readonly hour: number };

const bit = (hour: number): number => 2 ** hour;
const bits = (hours: readonly number[]): number => hours.reduce((sum, h) => sum + bit(h), 0);
const days = (of: (day: number) => number): number[] =>
  Array.from({ length: DAYS }, (_, day) => of(day));

/** From ten in the evening to seven in the morning. */
const NIGHT = bits([0, 1, 2, 3, 4, 5, 6, 22, 23]);

const WHOLE: Week = days(() => WHOLE_DAY);

/** Ready-made weeks. Null: at any time. */
export const presets = {
  always: null,
  nights: days(() => NIGHT),
  weekends: days((day) => (day < SATURDAY ? NIGHT : WHOLE_DAY)),
} satisfies Record<string, Week | null>;
export type Preset = keyof typeof presets;
export const PRESETS = ['always', 'nights', 'weekends'] as const satisfies readonly Preset[];

/** Every day the same hours, bit h for the hour from h:00. */
export const everyDay = (hours: number): Week => days(() => hours);

const same = (a: Week, b: Week): boolean => a.every((hours, day) => hours === b[day]);

/** The ready-made week that this is; `cheap` where it is that of the cheap hours, where there are any; else null. */
export const presetOf = (
  schedule: Week | null,
  cheap: Week | null = null,
): Preset | 'cheap' | null =>
  PRESETS.find((name) => same(schedule ?? WHOLE, presets[name] ?? WHOLE)) ??
  (cheap && same(schedule ?? WHOLE, cheap) ? 'cheap' : null);

export const isShared = (schedule: Week | null, { day, hour }: Hour): boolean =>
  (((schedule ?? WHOLE)[day] ?? 0) & bit(hour)) !== 0;

/** The week with some hours shared, or not. A week of nothing but shared hours is no schedule. */
export function paint(schedule: Week | null, hours: readonly Hour[], shared: boolean): Week | null {
  const week = [...(schedule ?? WHOLE)];
  for (const { day, hour } of hours) {
    const before = week[day] ?? 0;
    week[day] = shared ? before | bit(hour) : before & ~bit(hour);
  }
  return same(week, WHOLE) ? null : week;
}

/** How many hours of the week are shared. */
export function hoursShared(schedule: Week | null): number {
  let count = 0;
  for (let day = 0; day < DAYS; day += 1)
    for (let hour = 0; hour < HOURS; hour += 1) if (isShared(schedule, { day, hour })) count += 1;
  return count;
}

/** All hours between two corners, both among them. */
export function block(from: Hour, to: Hour): Hour[] {
  const between = (a: number, b: number) =>
    Array.from({ length: Math.abs(a - b) + 1 }, (_, n) => Math.min(a, b) + n);
  return between(from.day, to.day).flatMap((day) =>
    between(from.hour, to.hour).map((hour) => ({ day, hour })),
  );
}

/** Where a key leads from an hour of the week, or null where it leads nowhere. The edges of the week are walls. */
export function step(key: string, { day, hour }: Hour): Hour | null {
  switch (key) {
    case 'ArrowLeft':
      return { day, hour: Math.max(0, hour - 1) };
    case 'ArrowRight':
      return { day, hour: Math.min(HOURS - 1, hour + 1) };
    case 'ArrowUp':
      return { day: Math.max(0, day - 1), hour };
    case 'ArrowDown':
      return { day: Math.min(DAYS - 1, day + 1), hour };
    case 'Home':
      return { day, hour: 0 };
    case 'End':
      return { day, hour: HOURS - 1 };
    default:
      return null;
  }
}
