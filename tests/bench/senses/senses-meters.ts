import { setTimeout as wait } from 'node:timers/promises';
import psList from 'ps-list';
import { graphics } from 'systeminformation';
import { watchPrograms } from '../../../src-main/activity/programs/programs.ts';
import { openNvml } from '../../../src-main/telemetry/nvml/nvml.ts';
import { costOf } from './own-cost.ts';

/** Each of these runs in a process of its own: see meter.ts. All figures are milliseconds of CPU, user and system. */

export type SampleCost = { readonly tight: number; readonly timed: number };

/**
 * One reading of every card, process lists included: in a tight loop, where all caches are warm, and from a timer with
 * pauses between, as the probe does it. Only the reading itself is on the bill, not the timer's wake-up.
 */
export async function sampleCost(how: { samples: number; everyMs: number }): Promise<SampleCost> {
  const opened = openNvml();
  if (opened.kind !== 'open') throw new Error(`no emulated driver: ${opened.kind}`);
  const { nvml } = opened;
  const seen = nvml.read();
  if (seen.length !== 2 || seen.some(({ programs }) => programs.length === 0))
    throw new Error('there are not two cards with programs on them');
  const tight = await costOf(how.samples, () => nvml.read());
  let timed = 0;
  for (let i = 0; i < how.samples; i++) {
    await wait(how.everyMs);
    const before = process.cpuUsage();
    nvml.read();
    const { user, system } = process.cpuUsage(before);
    timed += (user + system) / 1e3;
  }
  return { tight, timed: timed / how.samples };
}

/** One call of systeminformation's graphics(), with the programs that it starts. */
export const graphicsCost = ({ times }: { times: number }): Promise<number> =>
  costOf(times, graphics);

/** One list of all processes by ps-list, with the `ps` that it starts. */
export const psListCost = ({ times }: { times: number }): Promise<number> =>
  costOf(times, () => psList());

export type WatchCost = { readonly way: string; readonly perSecond: number; readonly seen: number };

/** A second of watching all programs, after the look at those that run already. `seen`: programs that started meanwhile. */
export async function watchCost(how: {
  seconds: number;
  only: 'polling' | null;
}): Promise<WatchCost> {
  const life = new AbortController();
  let seen = 0;
  const watching = watchPrograms({
    signal: life.signal,
    started: () => {
      seen++;
    },
    ended: () => undefined,
    ...(how.only && { only: how.only }),
  });
  // The first look, and what the loader of this measurement still has to tidy.
  await wait(3000);
  seen = 0;
  const before = process.cpuUsage();
  await wait(how.seconds * 1000);
  const { user, system } = process.cpuUsage(before);
  life.abort();
  return { way: watching.kind, perSecond: (user + system) / 1e3 / how.seconds, seen };
}
