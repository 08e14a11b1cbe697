import { type Gpu, LaneId, type Reading, UNREAD } from '../../../src-shared/gpu.ts';
import { JobId } from '../../../src-shared/job.ts';
import type { Lockdown } from '../../../src-shared/lockdown.ts';
import { quote } from '../../../src-shared/said.ts';
import type {
  HoldReason,
  LanePhase,
  LaneView,
  RunningJob,
  Segment,
  StateKind,
} from '../../../src-shared/snapshot.ts';
import type { CardSpeed } from '../../../src-shared/speed.ts';
import {
  celsius,
  gibibytes,
  joules,
  type Millis,
  mebibytes,
  microUsd,
  millis,
  minutes,
  watts,
} from '../../../src-shared/units.ts';

/** Thursday, 12 March 2026, 21:40 where the tests run. Every figure here is invented. */
export const NOW = millis(new Date(2026, 2, 12, 21, 40).getTime());

export const ago = (length: Millis): Millis => millis(NOW - length);

export const gpus = {
  card: {
    lane: LaneId.parse('GPU-4070'),
    name: 'NVIDIA GeForce RTX 4070 Ti SUPER',
    backend: 'cuda',
    software: false,
    index: 0,
    vramTotal: gibibytes(16),
    powerMax: watts(320),
    powerMin: watts(100),
    powerDefault: watts(285),
    pci: null,
    driver: '580.95.05',
  },
  second: {
    lane: LaneId.parse('GPU-3060'),
    name: 'NVIDIA GeForce RTX 3060 Ti',
    backend: 'cuda',
    software: false,
    index: 1,
    vramTotal: gibibytes(8),
    powerMax: watts(200),
    powerMin: null,
    powerDefault: null,
    pci: null,
    driver: '580.95.05',
  },
  software: {
    lane: LaneId.parse('software'),
    name: 'SwiftShader',
    backend: 'webgpu',
    software: true,
    index: 0,
    vramTotal: gibibytes(0),
    powerMax: null,
    powerMin: null,
    powerDefault: null,
    pci: null,
    driver: null,
  },
} satisfies Record<string, Gpu>;

export const reading = (
  gpu: Gpu,
  temperature: number,
  power: number,
  load: number,
  memory: number,
): Reading => ({
  lane: gpu.lane,
  lost: false,
  ...UNREAD,
  temperature: celsius(temperature),
  power: watts(power),
  powerLimit: gpu.powerMax === null ? null : watts(gpu.powerMax * 0.75),
  load,
  memoryUsed: mebibytes(Math.round(memory * 1024)),
  fan: 0.46,
});

export const lostReading = (gpu: Gpu): Reading => ({
  lane: gpu.lane,
  lost: true,
  ...UNREAD,
});

export const job: RunningJob = {
  id: JobId.parse('options-1'),
  title: 'Price a book of options',
  pay: { amount: microUsd(2_500_000), test: true },
  what: 'kernel',
  joules: joules(1_800),
  firstStep: 0,
  step: 41,
  steps: 64,
  startedAt: ago(minutes(42)),
};
export const paidJob: RunningJob = {
  ...job,
  id: JobId.parse('gemm-12'),
  title: 'Matrix tuning, batch 12',
  joules: joules(499_000),
  pay: { amount: microUsd(140_000), test: false },
};

export const lockedIn: Lockdown = {
  held: ['files', 'network', 'programs', 'processes'],
  missing: [],
};
/** As it might be on a card of 285 W. */
export const measured: CardSpeed = {
  name: 'NVIDIA GeForce RTX 4070 Ti',
  driver: null,
  measuredAt: NOW,
  points: [
    {
      limit: null,
      power: watts(280),
      speeds: { memory: 488.4, fp32: 43_900, fp16: 87_650, int32: 21_800, tokens: null },
    },
    {
      limit: watts(200),
      power: null,
      speeds: { memory: 486, fp32: 38_120, fp16: null, int32: 19_040, tokens: null },
    },
  ],
};

/** At its own limit of 285 W and at three lower ones. */
export const measuredOften: CardSpeed = {
  ...measured,
  points: (
    [
      [null, 281, 43_900],
      [242, 241, 42_100],
      [200, 199, 38_600],
      [157, 156, 31_900],
    ] as const
  ).map(([limit, power, fp32]) => ({
    limit: limit === null ? null : watts(limit),
    power: watts(power),
    speeds: { memory: 488, fp32, fp16: 2 * fp32, int32: fp32 / 2, tokens: null },
  })),
};

export const held = (because: HoldReason): LanePhase => ({ kind: 'held', because });
export const game = held({ kind: 'game-running', title: 'Counter-Strike 2', path: '/games/cs2' });
export const active = held({ kind: 'owner-active', startsAfter: minutes(10) });

export const busy = (gpu: Gpu, running: RunningJob): LaneView => ({
  lane: gpu.lane,
  gpu,
  reading: gpu.software ? null : reading(gpu, 64, 198, 0.97, 11.2),
  phase: { kind: 'running', job: running },
  slowdown: null,
  powerLimitTrouble: null,
  lockdown: null,
  speed: null,
});
export const idle = (gpu: Gpu, phase: LanePhase): LaneView => ({
  lane: gpu.lane,
  gpu,
  reading: gpu.software ? null : reading(gpu, 38, 14, 0.02, 1.1),
  phase,
  slowdown: null,
  powerLimitTrouble: null,
  lockdown: null,
  speed: null,
});

/** Minutes and states of a day that ends now, as in the design's pictures. */
export const DAY: readonly (readonly [number, StateKind, string])[] = [
  [100, 'paused', 'Counter-Strike 2'],
  [30, 'waiting', 'PC in use'],
  [200, 'earning', ''],
  [20, 'waiting', 'No job available'],
  [230, 'earning', ''],
  [45, 'waiting', 'PC in use'],
  [125, 'earning', ''],
  [12, 'hot', '79 °C'],
  [68, 'earning', ''],
  [290, 'off', 'PC asleep'],
  [70, 'waiting', 'PC in use'],
  [135, 'paused', 'Baldur’s Gate 3'],
  [73, 'waiting', 'PC in use'],
  [42, 'earning', ''],
];

export function strip(pieces: typeof DAY): Segment[] {
  let from = NOW - pieces.reduce((sum, [length]) => sum + minutes(length), 0);
  return pieces.map(([length, state, label]) => {
    const segment = { from: millis(from), to: millis(from + minutes(length)), state, label };
    from = segment.to;
    return segment;
  });
}

/** What the checker of an example found. */
export const pictureRight = quote(
  'All 16 tiles are whole, and the picture matches the reference within 1 %.',
);

/** What a start found. */
export const settingsReset = {
  id: 1,
  said: quote('Your settings could not be read and were reset. The old file is kept beside them.'),
};

/** The day, its last 42 minutes ending in another state. */
export const ending = (state: StateKind, length: number, label = ''): Segment[] =>
  strip([...DAY.slice(0, -1), [42 - length, 'earning', ''], [length, state, label]]);

/** Pay split by kind as a made-up month might be; the parts add up to the whole. */
