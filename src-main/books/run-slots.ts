import { RUN_SLOT } from './run-schema.ts';

/** A span parted at slots: from, the first whole slot, the end of the last one, to. Without a whole slot all is first piece. */
export function inSlots(from: number, to: number): readonly [number, number, number, number] {
  const first = Math.ceil(from / RUN_SLOT) * RUN_SLOT;
  const last = Math.floor(to / RUN_SLOT) * RUN_SLOT;
  return first < last ? [from, first, last, to] : [from, to, to, to];
}
