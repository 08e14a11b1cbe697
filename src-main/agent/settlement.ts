import { isJobFault, type Job, type Outcome } from '../../src-shared/job.ts';
import { type Said, said } from '../../src-shared/said.ts';
import type { Millis } from '../../src-shared/units.ts';
import type { Effect, Event } from './event.ts';
import { afterCrash, type Lane, NOTHING, type Work, workOf } from './lane.ts';
import { type LaneStep, type Step, stepLease } from './lanes.ts';
import type { Agent } from './state.ts';
import type { StopReason } from './stop-reason.ts';

/** A job is over on this machine: report it, and see what that says about its lane and about models. */
export function settle(
  agent: Agent,
  { lease, outcome }: Pick<Extract<Event, { kind: 'ended' }>, 'lease' | 'outcome'>,
): Step {
  const work = agent.lanes.map(workOf).find((one) => one?.lease === lease);
  const why = work ? whyNoModels(work.job, outcome) : null;
  const [lacking, says] = why === null ? [agent, []] : withoutModels(agent, why);
  // The card itself may be well: kernels are not to rest because llama.cpp finds no way to it.
  const end: Outcome = why === null ? outcome : { kind: 'stopped', checkpoint: null };
  const [settled, effects] = stepLease(lacking, lease, (lane, job) =>
    settleLane(lane, job, end, agent.now),
  );
  return [settled, [...says, ...effects]];
}

/** Why no model would run here, whatever the job, where the end of this one says so. */
const whyNoModels = (job: Job, outcome: Outcome): Said | null =>
  outcome.kind === 'failed' && outcome.because === 'no-device' && job.kind !== 'kernel'
    ? outcome.detail
    : null;

/** No model is taken any more until the next start; the owner hears of it once. */
function withoutModels(agent: Agent, why: Said): Step {
  const what = said('noModels', { why });
  return [{ ...agent, models: false }, agent.models ? [{ kind: 'say', what }] : []];
}

function settleLane(
  lane: Lane,
  { lease, fence, job }: Work,
  outcome: Outcome,
  now: Millis,
): LaneStep {
  const idle = (trouble: Lane['trouble']): Lane => ({ ...lane, doing: NOTHING, trouble });
  // While the owner is here not even an idle runner may hold memory on the card; one that failed never may.
  const broken = outcome.kind === 'failed' && !isJobFault(outcome.because);
  const tidy: Effect[] = lane.hold || broken ? [{ kind: 'evict', lane: lane.gpu.lane }] : [];
  switch (outcome.kind) {
    case 'done':
      return [
        idle({ kind: 'none' }),
        [{ kind: 'finish', lane: lane.gpu.lane, lease, fence, job, outcome }, ...tidy],
      ];
    case 'stopped':
      return [idle(lane.trouble), [{ kind: 'release', lease, because: whyStopped(lane) }, ...tidy]];
    case 'failed':
      return [
        idle(
          isJobFault(outcome.because)
            ? lane.trouble
            : afterCrash(lane.trouble, now, job.id, outcome.detail),
        ),
        [{ kind: 'fail', lease, outcome }, ...tidy],
      ];
  }
}

/** What it gave way to, even where that is over by now. */
const whyStopped = ({ doing, hold }: Lane): StopReason =>
  doing.kind === 'yielding' ? doing.because : (hold?.reason ?? { kind: 'given-back' });
