import { noTotals } from '../../../src-shared/earnings.ts';
import { quote } from '../../../src-shared/said.ts';
import { defaults } from '../../../src-shared/settings.ts';
import type { Snapshot } from '../../../src-shared/snapshot.ts';
import { hours, microUsd, minutes, seconds } from '../../../src-shared/units.ts';
import { active, busy, DAY, gpus, idle, job, NOW, paidJob, strip } from './snapshot-parts.ts';
import {
  buckets,
  history,
  moneyBuckets,
  moneyDay,
  sum,
  testBuckets,
  testDay,
} from './snapshot-sums.ts';

export const fresh: Snapshot = {
  takenAt: NOW,
  version: '0.1.0',
  books: 1,
  startsAtLogin: false,
  libraries: [],
  idleFor: seconds(4),
  locked: false,
  settings: {
    ...defaults,
    welcomed: true,
    sharing: true,
    when: { kind: 'away', after: minutes(10) },
  },
  lanes: [idle(gpus.card, active)],
  playing: false,
  hasRun: false,
  priceNow: defaults.pricePerKwh,
  gpuTrouble: null,
  connection: { kind: 'online' },
  network: { name: quote('Test network'), test: true },
  today: noTotals,
  strip: strip([[4, 'waiting', '']]),
  earnings: {
    range: '30d',
    outlook: null,
    owed: { credited: microUsd(0), claimed: microUsd(0) },
    ever: false,
    buckets: buckets(30, hours(24), () => noTotals),
    totals: noTotals,
    jobs: [],
  },
  speedTest: { kind: 'idle' },
  examples: [
    { id: 'options', progress: { kind: 'idle' } },
    { id: 'scene', progress: { kind: 'idle' } },
  ],
  notices: [],
};

export const earningMoney: Snapshot = {
  ...fresh,
  hasRun: true,
  idleFor: minutes(42),
  locked: false,
  lanes: [busy(gpus.card, paidJob)],
  network: { name: quote('Offpeak network'), test: false },
  today: moneyDay,
  strip: strip(DAY),
  earnings: {
    range: '30d',
    outlook: { least: microUsd(15_200_000), most: microUsd(27_400_000), daily: microUsd(730_000) },
    owed: { credited: microUsd(18_420_000), claimed: microUsd(570_000) },
    ever: true,
    buckets: moneyBuckets,
    totals: sum(moneyBuckets),
    jobs: history(false),
  },
};

export const earningTest: Snapshot = {
  ...fresh,
  hasRun: true,
  idleFor: minutes(42),
  locked: false,
  // Nothing measures what the processor uses.
  lanes: [busy(gpus.software, { ...job, joules: null })],
  gpuTrouble: quote('No graphics driver answered.'),
  today: testDay,
  strip: strip(DAY),
  earnings: {
    range: '30d',
    outlook: null,
    owed: { credited: microUsd(0), claimed: microUsd(0) },
    ever: true,
    buckets: testBuckets,
    totals: sum(testBuckets),
    jobs: history(true),
  },
};
