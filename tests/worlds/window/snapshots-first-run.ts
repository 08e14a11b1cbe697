import { quote } from '../../../src-shared/said.ts';
import { defaults } from '../../../src-shared/settings.ts';
import type { Snapshot } from '../../../src-shared/snapshot.ts';
import { fresh } from './snapshot-bases.ts';
import { gpus, held, idle, lockedIn, measured, NOW } from './snapshot-parts.ts';

const off = held({ kind: 'switched-off' });

/** The first start, on a computer with a card. */
const firstRun: Snapshot = {
  ...fresh,
  settings: { ...defaults, sharing: false, welcomed: false },
  lanes: [idle(gpus.card, off)],
  gpuTrouble: null,
  strip: [],
  libraries: [
    { name: 'Steam', games: 61 },
    { name: 'Heroic', games: 24 },
  ],
};
const [lane] = firstRun.lanes;
if (!lane) throw new Error('no lane');

/** One snapshot for every moment of the first start. */
export const firstRuns = {
  firstRun,
  firstRunTesting: {
    ...firstRun,
    settings: { ...firstRun.settings, sharing: true },
    lanes: [{ ...lane, phase: { kind: 'seeking', since: NOW }, lockdown: lockedIn }],
    speedTest: { kind: 'running', lane: lane.lane, done: 9, of: 16 },
  },
  firstRunTestWaits: {
    ...firstRun,
    settings: { ...firstRun.settings, sharing: true },
    lanes: [{ ...lane, phase: held({ kind: 'on-battery' }) }],
    speedTest: { kind: 'running', lane: lane.lane, done: 0, of: 1 },
  },
  firstRunMeasured: {
    ...firstRun,
    lanes: [{ ...lane, lockdown: lockedIn, speed: measured }],
  },
  firstRunSoftware: {
    ...firstRun,
    lanes: [idle(gpus.software, off)],
    gpuTrouble: quote('This PC shows no GPU that Offpeak can use.'),
    libraries: [],
  },
  firstRunNoGpu: { ...firstRun, lanes: [], gpuTrouble: quote('No graphics driver answered.') },
  firstRunLooking: { ...firstRun, lanes: [] },
  firstRunTwoCards: {
    ...firstRun,
    lanes: [{ ...lane, speed: measured }, idle(gpus.second, off)],
  },
} satisfies Record<string, Snapshot>;
