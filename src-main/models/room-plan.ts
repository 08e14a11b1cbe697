import { DISK_RESERVE } from '../../src-disk/free-space.ts';
import type { Model } from '../../src-shared/llm.ts';
import type { Bytes } from '../../src-shared/units.ts';

/** A file of a model on this disk, whole or half fetched. `usedAt`: by the disk's clock; only the order counts. */
export type ModelFile = {
  readonly sha256: string;
  readonly path: string;
  readonly size: number;
  readonly usedAt: number;
};

export type RoomAsked = {
  readonly model: Model;
  /** Every model's file that lies here. */
  readonly kept: readonly ModelFile[];
  /** Models on their way: their room is theirs though it is not filled yet. */
  readonly coming: readonly Model[];
  /** Models that must stay, by name: a job uses them, or the system does not let go of them. */
  readonly uses: ReadonlySet<string>;
  /** The most that models may take. */
  readonly quota: Bytes;
  /** What is free on the disk now. */
  readonly free: Bytes;
};

export type RoomPlan =
  /** There is room as soon as these are gone, in this order: the one not used for longest first. */
  | { readonly kind: 'room'; readonly goes: readonly ModelFile[] }
  /** There is none, whatever went. `quota`: models may take no more. `reserve`: the owner needs what is left of the disk. */
  | { readonly kind: 'none'; readonly because: 'quota' | 'reserve' };

/** What goes so that `model` fits beside those in use and those on their way. Where it cannot fit, nothing goes in vain. */
export function planRoom({ model, kept, coming, uses, quota, free }: RoomAsked): RoomPlan {
  const wanted = [model, ...coming];
  const others = kept.filter(({ sha256 }) => wanted.every((one) => one.sha256 !== sha256));
  const idle = others.filter(({ sha256 }) => !uses.has(sha256));
  const missing = wanted.reduce((all, one) => all + missingOf(one, kept), 0);
  /** What stands in the way once so many bytes have gone. */
  const obstacle = (gone: number) =>
    sizeOf(others) + sizeOf(wanted) - gone > quota
      ? 'quota'
      : free - missing + gone < DISK_RESERVE
        ? 'reserve'
        : null;

  const because = obstacle(sizeOf(idle));
  if (because !== null) return { kind: 'none', because };
  const goes: ModelFile[] = [];
  for (const file of idle.toSorted((a, b) => a.usedAt - b.usedAt)) {
    if (obstacle(sizeOf(goes)) === null) break;
    goes.push(file);
  }
  return { kind: 'room', goes };
}

const sizeOf = (files: readonly { readonly size: number }[]): number =>
  files.reduce((sum, { size }) => sum + size, 0);

/** What has still to come of a model. */
const missingOf = ({ sha256, size }: Model, kept: readonly ModelFile[]): number =>
  Math.max(0, size - sizeOf(kept.filter((file) => file.sha256 === sha256)));
