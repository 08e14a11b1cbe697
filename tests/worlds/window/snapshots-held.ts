import { quote } from '../../../src-shared/said.ts';
import type { Snapshot } from '../../../src-shared/snapshot.ts';
import { celsius, hours, millis, minutes } from '../../../src-shared/units.ts';
import { earningMoney } from './snapshot-bases.ts';
import { ago, ending, gpus, held, idle, NOW } from './snapshot-parts.ts';

const paused = (because: Parameters<typeof held>[0], label = ''): Snapshot => ({
  ...earningMoney,
  lanes: [idle(gpus.card, held(because))],
  strip: ending('paused', 12, label),
});

/** One snapshot for every reason to leave a card alone that has no picture in the design. */
export const heldBack = {
  otherApp: paused({ kind: 'other-program', title: 'Blender', load: 0.84 }, 'Blender'),
  memoryWanted: paused({ kind: 'memory-wanted', title: 'DaVinci Resolve' }, 'DaVinci Resolve'),
  schedule: paused({ kind: 'schedule', until: millis(NOW + minutes(20)) }),
  scheduleNever: paused({ kind: 'schedule', until: null }),
  metered: paused({ kind: 'metered' }),
  powerDear: paused({ kind: 'power-dear', until: millis(NOW + hours(2)) }),
  cardOff: paused({ kind: 'card-off' }),
  starting: { ...earningMoney, lanes: [idle(gpus.card, held({ kind: 'starting' }))] },
  noNetwork: {
    ...earningMoney,
    settings: { ...earningMoney.settings, builtInNetwork: false },
    lanes: [idle(gpus.card, held({ kind: 'no-network' }))],
    strip: ending('off', 12),
  },
  hotInside: paused({
    kind: 'too-hot',
    temperature: celsius(104),
    limit: celsius(100),
    resumesBelow: celsius(90),
  }),
  awayOffline: {
    ...earningMoney,
    lanes: [idle(gpus.card, { kind: 'seeking', since: ago(minutes(28)) })],
    connection: { kind: 'offline', since: ago(hours(30)), detail: quote('') },
    strip: ending('offline', 28),
  },
} satisfies Record<string, Snapshot>;
