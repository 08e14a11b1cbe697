// A main process that keeps a card to a power limit, for tests that kill it.
import { openPowerLimits } from '../../src-main/telemetry/power-limits.ts';
import { LaneId } from '../../src-shared/gpu.ts';
import { watts } from '../../src-shared/units.ts';
import { watchThrough } from './probe.ts';

const [probe = '', folder = '', lane = ''] = process.argv.slice(2);
const telemetry = watchThrough(probe, {
  spawn: {},
  signal: new AbortController().signal,
  folder,
  heard: (event) => {
    if (event.kind === 'power-limited') limits.hear(event);
  },
  started: (pid) => process.send?.({ kind: 'probe', pid }),
});
const limits = openPowerLimits({ telemetry, report: (news) => process.send?.(news) });
limits.set(LaneId.parse(lane), watts(120));
// The channel to the test: without it this process has no reason to stay.
process.on('message', () => {});
