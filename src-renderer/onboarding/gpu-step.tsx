import { Loader, Progress, Stack } from '@mantine/core';
import {
  IconAlertTriangleFilled,
  IconCircleCheckFilled,
  IconCircleDashed,
  IconCpu2,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { figure, gigabytes, NBSP, percent } from '../../src-shared/amount.ts';
import type { LaneId } from '../../src-shared/gpu.ts';
import type { LaneView, Snapshot } from '../../src-shared/snapshot.ts';
import { heroOf } from '../agent-link/memo.ts';
import { useSnapshot, useStore } from '../agent-link/store.ts';
import { Card } from '../parts/card.tsx';
import { t, worded } from '../words/texts.ts';
import { StepTitle } from './step-title.tsx';

/** The speed test, as the first step needs it. `untested`: the next card that was not measured. */
export function useSpeedTest() {
  const store = useStore();
  const running = useSnapshot((s) => s.speedTest.kind === 'running');
  const untested = useSnapshot(
    (s) => s.lanes.find(({ speed, reading }) => speed === null && !reading?.lost)?.lane ?? null,
  );
  return {
    running,
    untested,
    start: () => {
      if (untested !== null)
        void store.send({ kind: 'run-speed-test', lane: untested, lend: true });
    },
    stop: () => {
      if (running) void store.send({ kind: 'stop-speed-test' });
    },
  };
}

/** What was found in this computer, and what it can do. */
export function GpuStep() {
  const lanes = useSnapshot((s) => s.lanes.map(({ lane }) => lane));
  const trouble = useSnapshot((s) => s.gpuTrouble && worded(s.gpuTrouble));
  const software = useSnapshot((s) => s.lanes.length > 0 && s.lanes.every((l) => l.gpu.software));
  const looking = lanes.length === 0 && trouble === null;
  const [title, what] = looking
    ? ([t('lookingForGpu'), 'lookingWhat'] as const)
    : lanes.length === 0
      ? ([t('foundNone'), 'foundNoneWhat'] as const)
      : software
        ? ([t('foundSoftware'), 'foundSoftwareWhat'] as const)
        : ([t('foundGpu', { count: lanes.length }), 'foundGpuWhat'] as const);
  return (
    <>
      <StepTitle title={title}>{t(what)}</StepTitle>
      <Stack gap={16}>
        {looking && (
          <Card p={24}>
            <Loader size={20} role="img" aria-label={t('lookingForGpu')} />
          </Card>
        )}
        {trouble !== null && (
          <div className="aside" data-state="waiting">
            <IconAlertTriangleFilled size={16} aria-hidden />
            <span>{trouble}</span>
          </div>
        )}
        {lanes.map((lane) => (
          <GpuCard key={lane} lane={lane} />
        ))}
      </Stack>
    </>
  );
}

const MAKERS: Readonly<Record<number, string>> = { 4318: 'NVIDIA', 4098: 'AMD', 32902: 'Intel' };

/** What stands under a card's name: its maker, its memory, its power. */
function factsOf({ gpu }: LaneView): string {
  const { software, chip, vramTotal, powerMin, powerMax } = gpu;
  if (software) return t('softwareTag');
  const maker = chip ? MAKERS[chip.vendor] : undefined;
  return [
    maker && !gpu.name.includes(maker) ? maker : '',
    memoryWords(vramTotal),
    powerMin !== null && powerMax !== null
      ? t('gpuPower', { min: figure(powerMin, 0), max: figure(powerMax, 0) }).replace(
          ' W',
          `${NBSP}W`,
        )
      : '',
  ]
    .filter((fact) => fact !== '')
    .join(', ');
}

const memoryWords = (bytes: Parameters<typeof gigabytes>[0]): string =>
  `${figure(Math.ceil(gigabytes(bytes)), 0)}${NBSP}GB`;

function GpuCard({ lane }: { lane: LaneId }) {
  const facts = useSnapshot((s) => {
    const view = s.lanes.find((one) => one.lane === lane);
    return view && { name: view.gpu.name, what: factsOf(view) };
  });
  if (!facts) return null;
  return (
    <Card p={24}>
      <div className="found">
        <div className="found-tile">
          <IconCpu2 size={26} stroke={1.5} aria-hidden />
        </div>
        <div className="grow">
          <div className="found-name">{facts.name}</div>
          <div className="label">{facts.what}</div>
        </div>
        <Readings lane={lane} />
      </div>
      <TestProgress lane={lane} />
      <Checks lane={lane} />
    </Card>
  );
}

/** What it reads now; nothing of a card that does not say. */
function Readings({ lane }: { lane: LaneId }) {
  const { temperature, power } = useSnapshot((s) => {
    const reading = s.lanes.find((one) => one.lane === lane)?.reading;
    return { temperature: reading?.temperature ?? null, power: reading?.power ?? null };
  });
  const now = (label: string, value: number | null, unit: string) =>
    value !== null && (
      <div className="right">
        <div className="label">{label}</div>
        <span className="figure">
          {figure(value, 0)}
          <span className="unit">{unit}</span>
        </span>
      </div>
    );
  return (
    <>
      {now(t('temperature'), temperature, '°C')}
      {now(t('power'), power, 'W')}
    </>
  );
}

/** How far the test of this card is, and why it waits where it does; null where it does not run. */
function testOf(s: Snapshot, lane: LaneId) {
  const { speedTest } = s;
  if (speedTest.kind !== 'running' || speedTest.lane !== lane) return null;
  const phase = s.lanes.find((one) => one.lane === lane)?.phase.kind;
  return {
    done: speedTest.done,
    of: speedTest.of,
    waits:
      phase === 'held' || phase === 'resting' || phase === 'given-up' ? heroOf(s).reason : null,
  };
}

function TestProgress({ lane }: { lane: LaneId }) {
  const test = useSnapshot((s) => testOf(s, lane));
  if (test === null) return null;
  const { done, of, waits } = test;
  return (
    <div className="test-progress">
      <div className="price-heads label num">
        <span role="status">{t('testing', { done: Math.min(done + 1, of), of })}</span>
        <span>{percent(done / of)}</span>
      </div>
      <Progress value={(100 * done) / of} size={8} radius={4} aria-label={t('checkSpeed')} />
      {waits !== null && <p className="caption plain">{t('testWaits', { why: waits })}</p>}
    </div>
  );
}

type State = 'done' | 'running' | 'open' | 'trouble';
type Check = { readonly name: string; readonly what: string; readonly state: State };

/** What is known of a card, one line each. */
function checksOf(s: Snapshot, lane: LaneId): Check[] {
  const view = s.lanes.find((one) => one.lane === lane);
  if (!view) return [];
  const { gpu, reading, lockdown, speed } = view;
  const mine = s.speedTest.kind !== 'idle' && s.speedTest.lane === lane ? s.speedTest : null;
  const testing = mine?.kind === 'running';
  const free =
    reading?.memoryUsed == null ? null : gigabytes(gpu.vramTotal) - gigabytes(reading.memoryUsed);
  const checks: Check[] = [];
  if (!gpu.software) {
    checks.push({
      name:
        gpu.driver === null ? t('checkDriverUnnamed') : t('checkDriver', { version: gpu.driver }),
      ...(reading === null
        ? { what: t('checkOpen'), state: 'open' }
        : reading.lost
          ? { what: t('checkNoAnswer'), state: 'trouble' }
          : { what: t('checkReady'), state: 'done' }),
    });
    checks.push({
      name: t('checkMemory', { size: memoryWords(gpu.vramTotal) }),
      what: free === null ? '' : t('checkFree', { size: `${figure(free, 1)}${NBSP}GB` }),
      state: 'done',
    });
  }
  checks.push({
    name: t('checkSandbox'),
    ...(lockdown === null
      ? { what: t('checkSandboxOpen'), state: 'open' }
      : lockdown.missing.some(({ what }) => what === 'files' || what === 'network')
        ? { what: t('checkSandboxLacks'), state: 'trouble' }
        : { what: t('checkSandboxHeld'), state: 'done' }),
  });
  checks.push({
    name: t('checkSpeed'),
    ...(testing
      ? { what: t('checkSpeedOn'), state: 'running' }
      : mine?.kind === 'failed'
        ? { what: worded(mine.detail), state: 'trouble' }
        : speed === null
          ? { what: t('checkSpeedOpen'), state: 'open' }
          : { what: speedWords(view), state: 'done' }),
  });
  if (!gpu.software)
    checks.push({
      name: t('checkCurve'),
      ...(speed === null || testing
        ? { what: t('checkOpen'), state: 'open' }
        : speed.points.length > 1
          ? { what: t('checkCurvePoints', { count: speed.points.length - 1 }), state: 'done' }
          : { what: t('checkCurveNone'), state: 'open' }),
    });
  return checks;
}

/** GFLOP/s in a TFLOP/s. */
const TERA = 1000;

function speedWords({ speed }: LaneView): string {
  const speeds = speed?.points[0]?.speeds;
  return [
    speeds?.fp32 == null ? '' : `${figure(speeds.fp32 / TERA, 1)}${NBSP}TFLOP/s`,
    speeds?.memory == null ? '' : `${figure(speeds.memory, 0)}${NBSP}GB/s`,
  ]
    .filter((part) => part !== '')
    .join(', ');
}

const marks: Readonly<Record<State, () => ReactNode>> = {
  done: () => (
    <IconCircleCheckFilled
      size={20}
      color="var(--earning)"
      role="img"
      aria-label={t('checkDone')}
    />
  ),
  running: () => <Loader size={20} role="img" aria-label={t('checkRunning')} />,
  open: () => (
    <IconCircleDashed size={20} color="var(--op-ink3)" role="img" aria-label={t('checkOpen')} />
  ),
  trouble: () => (
    <IconAlertTriangleFilled
      size={20}
      color="var(--hot)"
      role="img"
      aria-label={t('checkTrouble')}
    />
  ),
};

function Checks({ lane }: { lane: LaneId }) {
  const checks = useSnapshot((s) => checksOf(s, lane));
  return (
    <ul className="checks">
      {checks.map(({ name, what, state }) => (
        <li key={name} data-running={state === 'running' || undefined}>
          {marks[state]()}
          <span className="check-name">{name}</span>
          <span className="label">{what}</span>
        </li>
      ))}
    </ul>
  );
}
