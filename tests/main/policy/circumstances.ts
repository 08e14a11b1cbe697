import type { Circumstances } from '../../../src-main/policy/circumstances.ts';
import { holdOf, type Memory } from '../../../src-main/policy/policy.ts';
import type { GpuProgram, Reading } from '../../../src-shared/gpu.ts';
import type { Settings } from '../../../src-shared/settings.ts';
import type { HoldReason } from '../../../src-shared/snapshot.ts';
import { mebibytes, millis, minutes } from '../../../src-shared/units.ts';
import { card, reading, sharing, T0 } from '../../worlds/machine.ts';

/** A quiet machine whose owner shares it and is away. */
export const quiet: Circumstances = {
  now: T0,
  settings: sharing,
  gpu: card,
  reading: reading(),
  working: false,
  games: [],
  idleFor: minutes(60),
  locked: false,
  onBattery: false,
  metered: false,
  sharedCards: 1,
  earnsPerHour: null,
  leaving: false,
  startNow: false,
};

/** One look at it. */
export const why = (now: Partial<Circumstances>, memory: Memory = {}) =>
  holdOf({ ...quiet, ...now }, memory);

export const wishing = (wishes: Partial<Settings>): Partial<Circumstances> => ({
  settings: { ...sharing, ...wishes },
});

export const showing = (values: Partial<Reading>): Partial<Circumstances> => ({
  reading: reading(values),
});

export const program = (more: Partial<GpuProgram> = {}): GpuProgram => ({
  pid: 77,
  memory: mebibytes(900),
  load: 0.84,
  name: 'blender',
  ours: false,
  ...more,
});

/** Looks one after the other, at seconds from now; gives why the lane is held after each, null where it is not. */
export function watched(
  looks: readonly (readonly [seconds: number, now: Partial<Circumstances>])[],
): (HoldReason['kind'] | null)[] {
  let memory: Memory = {};
  return looks.map(([at, now]) => {
    const next = why({ ...now, now: millis(T0 + at * 1000) }, memory);
    memory = next.memory;
    return next.hold?.reason.kind ?? null;
  });
}
