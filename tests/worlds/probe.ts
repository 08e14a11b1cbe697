import { type NodeSpawnOptions, nodeSpawn } from '../../src-main/children/node-child.ts';
import {
  type GpuWatch,
  type ProbePatience,
  patience,
  watchGpus,
} from '../../src-main/telemetry/telemetry.ts';
import type { TelemetryEvent } from '../../src-shared/gpu.ts';
import { millis } from '../../src-shared/units.ts';

/** As patient as the real thing, but for a reading every 25 ms and no long rests. */
export const eager: ProbePatience = {
  ...patience,
  every: millis(25),
  rests: { ...patience.rests, first: millis(20), longest: millis(50) },
};

export const device = {
  name: 'RTX 3060',
  capability: '8.6',
  mebibytes: 12_288,
  multiprocessors: 28,
};

/** Watches the emulated cards through a real probe; `started` hears of every process of it. */
export function watchThrough(
  path: string,
  options: {
    readonly spawn: NodeSpawnOptions;
    readonly signal: AbortSignal;
    readonly folder: string;
    readonly heard: (event: TelemetryEvent) => void;
    readonly started?: (pid: number) => void;
  },
): GpuWatch {
  const spawn = nodeSpawn(path, options.spawn);
  return watchGpus({
    ...options,
    patience: eager,
    spawn: (listen) => {
      const child = spawn(listen);
      options.started?.(child.pid() ?? 0);
      return child;
    },
  });
}
