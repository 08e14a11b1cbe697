import { z } from 'zod';
import { type Joules, joules, type MicroUsd, microUsd } from '../../src-shared/units.ts';
import type { BooksDatabase } from './database.ts';
import { ENERGY_SLOT } from './schema.ts';

const Sums = z.object({ joules: z.number(), cost: z.number() });
const SUM_SLOTS = `select coalesce(sum(joules), 0) as joules, coalesce(sum(cost), 0) as cost
  from energy_slots where slot >= ? and slot < ?`;
const SUM_LINES = `select coalesce(sum(joules), 0) as joules, coalesce(sum(amount), 0) as cost
  from entries where kind = 'energy' and at >= ? and at < ?`;

/** Electricity and its cost between two moments (the second not included). */
export type EnergySums = (
  from: number,
  to: number,
) => { readonly joules: Joules; readonly electricity: MicroUsd };

/** Whole slots from their sums, the pieces before the first and after the last from the lines themselves. */
export function energySums(db: BooksDatabase): EnergySums {
  const sum = (sql: string, a: number, b: number) => (a < b ? db.all(Sums, sql, a, b) : []);
  return (from, to) => {
    const first = Math.ceil(from / ENERGY_SLOT) * ENERGY_SLOT;
    const last = Math.floor(to / ENERGY_SLOT) * ENERGY_SLOT;
    const parts =
      first >= last
        ? sum(SUM_LINES, from, to)
        : [
            ...sum(SUM_LINES, from, first),
            ...sum(SUM_SLOTS, first, last),
            ...sum(SUM_LINES, last, to),
          ];
    return {
      joules: joules(parts.reduce((all, part) => all + part.joules, 0)),
      electricity: microUsd(parts.reduce((all, part) => all + part.cost, 0)),
    };
  };
}
