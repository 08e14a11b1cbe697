import type { Event } from './event.ts';
import { mapLanes, type Step } from './lanes.ts';
import { answerTo, isAsOffered, kindsFor } from './offer.ts';
import { isSkipped } from './skip.ts';
import type { Agent } from './state.ts';

/** Says yes to an offer, and remembers its terms until the job comes, or says why not. */
export function consent(agent: Agent, offered: Extract<Event, { kind: 'offered' }>): Step {
  const lane = agent.lanes.find(({ gpu }) => gpu.lane === offered.lane);
  const accepted = answerTo(agent, lane, offered);
  const { offer } = offered;
  if (typeof accepted === 'string') return [agent, [{ kind: 'decline', offer, because: accepted }]];
  return [
    mapLanes(agent, (l) =>
      l === lane && l.doing.kind === 'seeking' ? { ...l, doing: { ...l.doing, accepted } } : l,
    ),
    [{ kind: 'accept', offer }],
  ];
}

/** A job is ours. If the lane cannot take it any more it goes straight back, unpunished. */
export function take(agent: Agent, assigned: Extract<Event, { kind: 'assigned' }>): Step {
  const { lane: id, lease, fence, job, checkpoint } = assigned;
  const lane = agent.lanes.find(({ gpu }) => gpu.lane === id);
  const taken = { kind: 'take', lane: id, lease, fence, job, checkpoint } as const;
  const accepted = lane?.doing.kind === 'seeking' ? lane.doing.accepted : null;
  const allowed = lane && kindsFor(agent, lane.gpu).includes(job.kind);
  const wanted = accepted && allowed && isAsOffered(accepted, assigned);
  if (!wanted || isSkipped(agent, job.id))
    return [agent, [taken, { kind: 'release', lease, because: { kind: 'not-wanted' } }]];
  const firstStep = checkpoint?.step ?? 0;
  const work = { lease, fence, job, startedAt: agent.now, firstStep, step: firstStep };
  return [
    mapLanes(agent, (l) =>
      l === lane ? { ...l, doing: { kind: 'preparing', work, fetching: null } } : l,
    ),
    [taken, { ...taken, kind: 'prepare' }],
  ];
}
