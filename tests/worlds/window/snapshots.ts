import { presets } from '../../../src-renderer/parts/week.ts';
import { noTotals, type Totals } from '../../../src-shared/earnings.ts';
import { quote } from '../../../src-shared/said.ts';
import type { HoldReason, Snapshot } from '../../../src-shared/snapshot.ts';
import {
  celsius,
  gibibytes,
  hours,
  joules,
  type Millis,
  mebibytes,
  microUsd,
  millis,
  minutes,
  seconds,
  watts,
} from '../../../src-shared/units.ts';
import { earningMoney, earningTest, fresh } from './snapshot-bases.ts';
import {
  active,
  ago,
  busy,
  ending,
  game,
  gpus,
  held,
  idle,
  job,
  lockedIn,
  lostReading,
  measured,
  measuredOften,
  NOW,
  paidJob,
  pictureRight,
  reading,
  settingsReset,
} from './snapshot-parts.ts';
import { buckets, sum, testDay, totals, wave } from './snapshot-sums.ts';
import { firstRuns } from './snapshots-first-run.ts';
import { heldBack } from './snapshots-held.ts';

export { NOW };

const hot: HoldReason = {
  kind: 'too-hot',
  temperature: celsius(83),
  limit: celsius(78),
  resumesBelow: celsius(70),
};

/** Another stretch of earnings under the same moment. */
const ranged = (
  base: Snapshot,
  range: Snapshot['earnings']['range'],
  count: number,
  length: Millis,
  of: (n: number) => Totals,
): Snapshot => {
  const bars = buckets(count, length, of);
  return { ...base, earnings: { ...base.earnings, range, buckets: bars, totals: sum(bars) } };
};

/** One snapshot for every moment the window has to explain, by name. */
export const snapshots = {
  ...firstRuns,
  ...heldBack,
  earningTest,
  earningMoney,
  earningTestOnCard: {
    ...earningTest,
    lanes: [busy(gpus.card, job)],
    gpuTrouble: null,
    today: { ...testDay, electricity: microUsd(10_000), joules: joules(163_000) },
  },
  lastDay: ranged(earningTest, '24h', 24, hours(1), (n) =>
    n < 9
      ? noTotals
      : totals({
          test: microUsd(wave(n) * 40_000),
          joules: joules(60_000),
          electricity: microUsd(3_700),
          jobs: 1,
          worked: minutes(20),
        }),
  ),
  lastWeek: ranged(earningMoney, '7d', 28, hours(6), (n) =>
    totals({
      money: microUsd(wave(n) * 400_000),
      electricity: microUsd(wave(n + 3) * 120_000),
      joules: joules(1_900_000),
      jobs: 2,
      worked: minutes(Math.round(wave(n) * 300)),
    }),
  ),
  lastYear: ranged(earningMoney, '1y', 52, hours(168), (n) =>
    totals({
      money: microUsd(wave(n) * 9_000_000),
      electricity: microUsd(wave(n) * 2_900_000),
      joules: joules(wave(n) * 40_000_000),
      jobs: 30,
      worked: minutes(Math.round(wave(n) * 4_000)),
    }),
  ),
  /** A month of money on which the test network paid too. */
  bothPays: ranged(earningMoney, '30d', 30, hours(24), (n) =>
    totals({
      money: microUsd(wave(n) * 900_000),
      test: microUsd(n > 20 ? wave(n) * 6_000_000 : 0),
      electricity: microUsd(wave(n) * 300_000),
      joules: joules(5_000_000),
      jobs: 4,
      worked: minutes(500),
    }),
  ),
  game: {
    ...earningMoney,
    playing: true,
    lanes: [{ ...busy(gpus.card, paidJob), phase: game }],
    strip: ending('paused', 18, 'Counter-Strike 2'),
  },
  waiting: {
    ...earningMoney,
    idleFor: seconds(4),
    locked: false,
    lanes: [idle(gpus.card, active)],
    strip: ending('waiting', 4, 'PC in use'),
  },
  fresh,
  firstExample: {
    ...fresh,
    lanes: [idle(gpus.software, { kind: 'running', job: { ...job, startedAt: ago(seconds(20)) } })],
    idleFor: seconds(2),
    speedTest: { kind: 'idle' },
    examples: [
      { id: 'options', progress: { kind: 'running', done: 1, of: 4 } },
      {
        id: 'scene',
        progress: { kind: 'done', folder: '/home/ada/Offpeak/scene', verdict: pictureRight },
      },
    ],
  },
  seeking: {
    ...earningMoney,
    lanes: [idle(gpus.card, { kind: 'seeking', since: ago(minutes(1)) })],
  },
  preparing: { ...earningMoney, lanes: [idle(gpus.card, { kind: 'preparing', job: paidJob })] },
  fetchingModel: {
    ...earningMoney,
    lanes: [idle(gpus.card, { kind: 'preparing', job: paidJob, fetching: 0.429 })],
  },
  pausedUntil: {
    ...earningMoney,
    settings: { ...fresh.settings, pausedUntil: millis(NOW + hours(1)) },
    lanes: [idle(gpus.card, held({ kind: 'paused', until: millis(NOW + hours(1)) }))],
    strip: ending('paused', 2),
  },
  pausedForever: {
    ...earningMoney,
    settings: { ...fresh.settings, pausedUntil: 'forever' },
    lanes: [idle(gpus.card, held({ kind: 'paused', until: 'forever' }))],
  },
  battery: { ...earningMoney, lanes: [idle(gpus.card, held({ kind: 'on-battery' }))] },
  leaving: { ...earningMoney, lanes: [idle(gpus.card, held({ kind: 'leaving' }))] },
  hot: {
    ...earningMoney,
    lanes: [{ ...idle(gpus.card, held(hot)), reading: reading(gpus.card, 83, 40, 0.03, 1.1) }],
    strip: ending('hot', 8, '83 °C'),
  },
  resting: {
    ...earningMoney,
    lanes: [
      idle(gpus.card, {
        kind: 'resting',
        until: millis(NOW + seconds(30)),
        detail: quote('The runner ended with signal SIGSEGV'),
      }),
    ],
  },
  givenUp: {
    ...earningMoney,
    lanes: [
      idle(gpus.card, {
        kind: 'given-up',
        detail: quote('The runner ended with signal SIGSEGV five times in a row.'),
      }),
    ],
    strip: ending('error', 9),
  },
  gpuLost: {
    ...earningMoney,
    lanes: [{ ...idle(gpus.card, held({ kind: 'gpu-lost' })), reading: lostReading(gpus.card) }],
    strip: ending('error', 9),
  },
  twoGpus: {
    ...earningMoney,
    lanes: [
      busy(gpus.card, paidJob),
      { ...idle(gpus.second, held({ kind: 'gpu-lost' })), reading: lostReading(gpus.second) },
    ],
  },
  /** Two cards, each with limits of its own, and the owner's word on everything. */
  limited: {
    ...earningMoney,
    settings: {
      ...fresh.settings,
      cards: {
        [gpus.card.lane]: { temperatureMax: celsius(72), powerLimit: watts(200) },
        [gpus.second.lane]: { enabled: false, vramMax: gibibytes(6) },
      },
      schedule: [...presets.weekends],
      quietHours: { from: 22 * 60, to: 7 * 60, duty: 0.4 },
      games: [
        { path: '/opt/blender/blender', title: 'Blender', verdict: 'pause' },
        {
          path: '/home/ada/.steam/steam/steamapps/common/wallpaper_engine_of_a_long_name/bin/wallpaper64',
          title: 'Wallpaper Engine',
          verdict: 'ignore',
        },
      ],
      tariff: [
        { from: 22 * 60, to: 6 * 60, pricePerKwh: microUsd(170_000) },
        { from: 17 * 60, to: 20 * 60, pricePerKwh: microUsd(345_000) },
      ],
    },
    lanes: [
      {
        ...busy(gpus.card, paidJob),
        lockdown: lockedIn,
        speed: measured,
        reading: {
          ...reading(gpus.card, 71, 198, 0.97, 11.2),
          hotSpot: celsius(84),
          clock: 2610,
          programs: [
            { pid: 7, memory: gibibytes(10), load: null, name: 'offpeak', ours: true },
            { pid: 8, memory: mebibytes(900), load: null, name: 'firefox', ours: false },
          ],
        },
        slowdown: { duty: 0.62, because: 'heat' },
        powerLimitTrouble: quote('the driver allows only an administrator to set it.'),
      },
      idle(gpus.second, held({ kind: 'card-off' })),
    ],
  },
  /** One card that was measured, and a day of paid work. */
  payCurve: {
    ...earningMoney,
    settings: {
      ...fresh.settings,
      cards: { [gpus.card.lane]: { powerLimit: watts(180) } },
      tariff: [{ from: 23 * 60, to: 7 * 60, pricePerKwh: microUsd(170_000) }],
      pricePerKwh: microUsd(290_000),
      schedule: [...presets.nights].map((hours, day) => (day < 5 ? hours | (7 << 8) : hours)),
    },
    libraries: [
      { name: 'Steam', games: 64 },
      { name: 'Epic Games', games: 12 },
      { name: 'Xbox app', games: 9 },
      { name: 'Battle.net', games: 0 },
    ],
    earnings: {
      ...earningMoney.earnings,
      totals: { ...earningMoney.earnings.totals, money: microUsd(2_600_000), worked: hours(20) },
    },
    lanes: [{ ...busy(gpus.card, paidJob), lockdown: lockedIn, speed: measuredOften }],
  },
  /** The same card in the test network. */
  speedCurve: {
    ...earningTest,
    settings: { ...fresh.settings, cards: { [gpus.card.lane]: { powerLimit: watts(250) } } },
    gpuTrouble: null,
    lanes: [{ ...busy(gpus.card, job), speed: measuredOften }],
  },
  offline: {
    ...earningMoney,
    lanes: [idle(gpus.card, { kind: 'seeking', since: ago(minutes(28)) })],
    connection: { kind: 'offline', since: ago(minutes(28)), detail: quote('') },
    strip: ending('offline', 28),
  },
  off: {
    ...earningMoney,
    settings: { ...fresh.settings, sharing: false },
    lanes: [idle(gpus.card, held({ kind: 'switched-off' }))],
    strip: ending('off', 12),
  },
  noGpu: {
    ...fresh,
    lanes: [],
    gpuTrouble: quote('This PC shows no GPU that Offpeak can use.'),
    strip: [],
  },
  looking: { ...fresh, lanes: [], strip: [] },
  notices: {
    ...fresh,
    settings: { ...fresh.settings, sharing: false },
    notices: [settingsReset],
  },
} satisfies Record<string, Snapshot>;
