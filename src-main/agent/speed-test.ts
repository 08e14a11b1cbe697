import type { LaneId } from '../../src-shared/gpu.ts';
import { type Said, said } from '../../src-shared/said.ts';
import { cardSettings } from '../../src-shared/settings.ts';
import type { SpeedTestView } from '../../src-shared/snapshot.ts';
import { minutes, watts } from '../../src-shared/units.ts';
import type { Effect, Event } from './event.ts';
import { workOf } from './lane.ts';
import type { Step } from './lanes.ts';
import { returnSharing } from './lent-sharing.ts';
import {
  type Awaited,
  beginMeasuring,
  type Measuring,
  measureNext,
  type NextMove,
  progressOf,
  type SpeedTest,
} from './measuring.ts';
import { noKernels } from './offer.ts';
import { reconsider } from './preemption.ts';
import type { Agent } from './state.ts';

// Cards are measured by ordinary jobs of the built-in network: a game evicts them, limits slow them and the owner's switch
// stops them like any other, because they are like any other. Time is what the runner spent in steps.

/** Long enough for a game; the job is given up then by its network as well. */
const PATIENCE = minutes(60);

/** Why a card cannot be measured now; null where it can. */
export function refusesSpeedTest(agent: Agent, lane: LaneId): Said | null {
  if (agent.speedTest.kind === 'running') return said('speedRunning');
  if (!agent.lanes.some(({ gpu }) => gpu.lane === lane)) return said('noSuchCard');
  if (agent.speedJobs === null) return said('speedElsewhere');
  return noKernels(agent.settings);
}

/** Begins to measure a card, unless that is refused. */
export function beginSpeedTest(agent: Agent, lane: LaneId): Step {
  const gpu = agent.lanes.find((one) => one.gpu.lane === lane)?.gpu;
  const prefix = agent.speedJobs;
  if (!gpu || prefix === null || refusesSpeedTest(agent, lane) !== null) return [agent, []];
  const own = cardSettings(agent.settings, lane).powerLimit;
  return handIn(agent, beginMeasuring(gpu, own, { prefix, now: agent.now }));
}

/** Leaves a running test unfinished. A job of it that is out there is nobody's from now on. */
export const stopSpeedTest = (agent: Agent): Step =>
  agent.speedTest.kind === 'running' ? endSpeedTest(agent, { kind: 'idle' }) : [agent, []];

/** The network would not take the job, or could not be asked. `detail`: for the owner. */
export function notSubmitted(agent: Agent, job: string, detail: Said): Step {
  const { speedTest } = agent;
  if (speedTest.kind !== 'running' || speedTest.test.awaited.job !== job) return [agent, []];
  return endSpeedTest(agent, { kind: 'failed', lane: speedTest.test.gpu.lane, detail });
}

/** What the event says about the awaited job. `before`: the agent to which it happened; `agent`: as it is since. */
export function followSpeedTest(before: Agent, agent: Agent, event: Event): Step {
  const { speedTest, speedJobs: prefix } = agent;
  if (speedTest.kind !== 'running' || prefix === null) return [agent, []];
  const { test } = speedTest;
  const { gpu, awaited } = test;
  const lane = before.lanes.find((one) => one.gpu.lane === gpu.lane);
  const work = lane && workOf(lane);
  const isAtWork = work?.job.id === awaited.job;
  if (event.kind === 'assigned' && event.job.id === awaited.job) {
    const resumed = event.checkpoint !== null && event.checkpoint.step > 0;
    return [waiting(agent, test, { ...awaited, resumed }), []];
  }
  if (event.kind === 'sampled') {
    if (agent.now - awaited.since > PATIENCE) {
      const detail = said('speedInterrupted');
      return endSpeedTest(agent, { kind: 'failed', lane: gpu.lane, detail });
    }
    const power = event.readings.find((reading) => reading.lane === gpu.lane)?.power ?? null;
    if (!isAtWork || power === null) return [agent, []];
    const most = watts(Math.max(power, awaited.power ?? 0));
    return [waiting(agent, test, { ...awaited, power: most }), []];
  }
  // A job that stopped comes back: it is waited for.
  if (event.kind === 'ended' && isAtWork && work?.lease === event.lease) {
    const { outcome } = event;
    if (outcome.kind === 'stopped') return [agent, []];
    const trouble = agent.lanes.find((one) => one.gpu.lane === gpu.lane)?.powerLimitTrouble;
    const limitRefused = trouble != null;
    return move(agent, measureNext(test, outcome, limitRefused, { prefix, now: agent.now }));
  }
  return [agent, []];
}

function move(agent: Agent, next: NextMove): Step {
  switch (next.kind) {
    case 'submit':
      return handIn(agent, next.test);
    case 'measured': {
      const [ended, effects] = endSpeedTest(agent, { kind: 'idle' });
      const { lane, speed } = next;
      return [ended, [{ kind: 'keep-speed', lane, speed }, { kind: 'advertise' }, ...effects]];
    }
    case 'failed': {
      const detail = said('speedFailed', { why: next.detail });
      return endSpeedTest(agent, { kind: 'failed', lane: next.lane, detail });
    }
  }
}

function handIn(agent: Agent, test: Measuring): Step {
  const { job, work } = test.awaited;
  const submit: Effect = { kind: 'submit-speed-job', job, work };
  return [{ ...agent, speedTest: { kind: 'running', test } }, [submit]];
}

const waiting = (agent: Agent, test: Measuring, awaited: Awaited): Agent => ({
  ...agent,
  speedTest: { kind: 'running', test: { ...test, awaited } },
});

/** However it ended: the card is not held to a limit that was tried, and sharing is as its owner left it. */
const endSpeedTest = (agent: Agent, speedTest: SpeedTest): Step =>
  reconsider(returnSharing({ ...agent, speedTest }));

/** As the window sees it. */
export function speedTestView(speedTest: SpeedTest): SpeedTestView {
  if (speedTest.kind !== 'running') return speedTest;
  const { test } = speedTest;
  return { kind: 'running', lane: test.gpu.lane, ...progressOf(test) };
}
