import type { Gpu } from '../../src-shared/gpu.ts';
import { sayToOwner } from '../../src-shared/language/reader.ts';
import { asSentence } from '../../src-shared/plain-text.ts';
import { seconds } from '../../src-shared/units.ts';
import { jobWords } from '../words/job-words.ts';
import { retold } from '../words/retold.ts';
import { dutyOf, governLane, heardOfLimit, limitPower, slowDown, unlimit } from './card-limits.ts';
import type { Effect, Event } from './event.ts';
import { screenOf, without } from './game-cards.ts';
import {
  drop,
  fetching,
  foundNoRoom,
  idlePhase,
  isSame,
  type Lane,
  newLane,
  progressed,
  type Work,
  workOf,
} from './lane.ts';
import { advertOf, answerTo, isAsOffered, kindsFor } from './offer.ts';
import { preempt } from './preemption.ts';
import { settle } from './settlement.ts';
import { giveBack, isSkipped, skipJob } from './skip.ts';
import type { Agent } from './state.ts';

type Step = readonly [Agent, readonly Effect[]];

/** An accepted offer that brings no job for this long was lost on the way. */
const ASSIGN_PATIENCE = seconds(10);

/** The whole behaviour of the app. No clock, no I/O: everything it knows comes in the event. */
export function step(agent: Agent, event: Event): Step {
  const [considered, effects] = consider({ ...agent, now: event.at }, event);
  const [next, limits] = inLanes(considered, (lane) => limitPower(considered, lane));
  const ready: Effect[] = readiness(next) === readiness(agent) ? [] : [{ kind: 'advertise' }];
  return [next, [...effects, ...limits, ...ready]];
}

function consider(agent: Agent, event: Event): Step {
  switch (event.kind) {
    case 'gpus-found':
      return meet(agent, event.gpus);
    case 'sampled':
      return look(agent, event);
    case 'game-started':
      return reconsider({
        ...agent,
        games: [...without(agent.games, event.game.pid), { ...event.game, since: event.at }],
      });
    case 'game-ended':
      return reconsider({ ...agent, games: without(agent.games, event.pid) });
    case 'screen-changed':
      return reconsider({ ...agent, inFront: screenOf(agent.inFront, event.program, event.at) });
    case 'settings-changed':
      return reconsider({
        ...agent,
        settings: event.settings,
        startNow: agent.startNow && event.settings.sharing && event.settings.pausedUntil === null,
      });
    case 'start-now':
      return reconsider({ ...agent, startNow: true });
    case 'try-again':
      return reconsider(eachLane(agent, (lane) => ({ ...lane, trouble: { kind: 'none' } })));
    case 'try-limit': {
      const { lane, limit } = event;
      return [{ ...agent, trialLimit: limit === null ? null : { lane, limit } }, []];
    }
    case 'leaving':
      return reconsider({ ...agent, leaving: event.on });
    case 'connected':
      return [
        { ...agent, paysTest: event.test },
        [
          { kind: 'catch-up', keep: agent.lanes.flatMap((lane) => workOf(lane)?.lease ?? []) },
          { kind: 'advertise' },
        ],
      ];
    case 'disconnected':
      return [eachLane(agent, (lane) => drop(lane, () => true)), []];
    case 'offered':
      return consent(agent, event);
    case 'withdrawn':
      return [eachLane(agent, (lane) => drop(lane, (a) => a.offer === event.offer)), []];
    case 'assigned':
      return take(agent, event);
    case 'prepared':
      return inLane(agent, event.lease, (lane, work) => {
        if (lane.phase.kind !== 'preparing') return [lane, []];
        const running = governLane(agent, { ...lane, phase: { kind: 'running', work } });
        const { lane: id } = lane.gpu;
        return [running, [{ kind: 'run', lane: id, lease: event.lease, duty: dutyOf(running) }]];
      });
    case 'fetching':
      return inLane(agent, event.lease, (lane) => [fetching(lane, event.share), []]);
    case 'skipped':
      return inLanes(skipJob(agent, event.lane), (lane) =>
        lane.gpu.lane === event.lane ? giveBack(lane, agent.now) : [lane, []],
      );
    case 'no-models':
      return withoutModels(agent, event.why);
    case 'no-room':
      return inLane(agent, event.lease, (lane, work) => [foundNoRoom(lane, work, event.at), []]);
    case 'progressed':
      return inLane(agent, event.lease, (lane) => [progressed(lane, event.step), []]);
    case 'power-limited':
      return [
        eachLane(agent, (lane) =>
          lane.gpu.lane === event.lane ? heardOfLimit(lane, event.trouble) : lane,
        ),
        [],
      ];
    case 'ended':
      return inLane(agent, event.lease, (lane, work) =>
        settle(lane, work, event.outcome, agent.now),
      );
    case 'revoked':
      return inLane(
        agent,
        event.lease,
        (lane) => [
          { ...lane, phase: idlePhase(lane, agent.now) },
          [{ kind: 'evict', lane: lane.gpu.lane }],
        ],
        [{ kind: 'forget', lease: event.lease, detail: event.detail }],
      );
  }
}

/** Cards come and go; a card that stays keeps its phase, a card that went gives its job back. */
function meet(agent: Agent, gpus: readonly Gpu[]): Step {
  const gone = agent.lanes.filter((lane) => !gpus.some((gpu) => isSame(lane.gpu, gpu)));
  const lanes = gpus.map((gpu) => {
    const known = agent.lanes.find((lane) => isSame(lane.gpu, gpu));
    return known ? { ...known, gpu } : newLane(gpu);
  });
  const [next, effects] = reconsider({ ...agent, lanes });
  return [
    next,
    [
      ...gone.flatMap((lane): Effect[] => {
        const work = workOf(lane);
        const evict: Effect = { kind: 'evict', lane: lane.gpu.lane };
        const release: Effect[] = work
          ? [{ kind: 'release', lease: work.lease, because: { kind: 'card-gone' } }]
          : [];
        return [evict, ...release, ...unlimit(lane)];
      }),
      ...effects,
    ],
  ];
}

function look(agent: Agent, seen: Extract<Event, { kind: 'sampled' }>): Step {
  const { when } = agent.settings;
  // "Start now" ends once the owner has really been away: from then on the usual rule is the better guess.
  const away = when.kind === 'away' && seen.idleFor !== null && seen.idleFor >= when.after;
  const [next, effects] = reconsider({
    ...eachLane(agent, (lane) => ({
      ...drop(lane, ({ at }) => agent.now - at > ASSIGN_PATIENCE),
      reading: seen.readings.find((r) => r.lane === lane.gpu.lane) ?? lane.reading,
    })),
    idleFor: seen.idleFor,
    locked: seen.locked,
    onBattery: seen.onBattery,
    metered: seen.metered,
    earnsPerHour: seen.earnsPerHour,
    startNow: agent.startNow && !away,
  });
  const [paced, slows] = inLanes(next, (lane) => slowDown(next, lane));
  return [paced, [...effects, ...slows]];
}

/** Compare what every lane does with what policy wants, and move it there. */
function reconsider(agent: Agent): Step {
  return inLanes(agent, (lane) => preempt(agent, lane));
}

function consent(agent: Agent, offered: Extract<Event, { kind: 'offered' }>): Step {
  const lane = agent.lanes.find(({ gpu }) => gpu.lane === offered.lane);
  const accepted = answerTo(agent, lane, offered);
  const { offer } = offered;
  if (typeof accepted === 'string') return [agent, [{ kind: 'decline', offer, because: accepted }]];
  return [
    eachLane(agent, (l) =>
      l === lane && l.phase.kind === 'seeking' ? { ...l, phase: { ...l.phase, accepted } } : l,
    ),
    [{ kind: 'accept', offer }],
  ];
}

/** A job is ours. If the lane cannot take it any more it goes straight back, unpunished. */
function take(agent: Agent, assigned: Extract<Event, { kind: 'assigned' }>): Step {
  const { lane: id, lease, fence, job, checkpoint } = assigned;
  const lane = agent.lanes.find(({ gpu }) => gpu.lane === id);
  const taken = { kind: 'take', lane: id, lease, fence, job, checkpoint } as const;
  const accepted = lane?.phase.kind === 'seeking' ? lane.phase.accepted : null;
  const allowed = lane && kindsFor(agent, lane.gpu).includes(job.kind);
  const wanted = accepted && allowed && isAsOffered(accepted, assigned);
  if (!wanted || isSkipped(agent, job.id))
    return [agent, [taken, { kind: 'release', lease, because: { kind: 'not-wanted' } }]];
  const firstStep = checkpoint?.step ?? 0;
  const work = { lease, fence, job, startedAt: agent.now, firstStep, step: firstStep };
  return [
    eachLane(agent, (l) =>
      l === lane ? { ...l, phase: { kind: 'preparing', work, fetching: null } } : l,
    ),
    [taken, { ...taken, kind: 'prepare' }],
  ];
}

const eachLane = (agent: Agent, change: (lane: Lane) => Lane): Agent => ({
  ...agent,
  lanes: agent.lanes.map(change),
});

function inLanes(agent: Agent, change: (lane: Lane) => readonly [Lane, readonly Effect[]]): Step {
  const steps = agent.lanes.map(change);
  return [
    { ...agent, lanes: steps.map(([lane]) => lane) },
    steps.flatMap(([, effects]) => effects),
  ];
}

/** Changes the one lane that works under `lease`; `always` happens even where none does. */
function inLane(
  agent: Agent,
  lease: string,
  change: (lane: Lane, work: Work) => readonly [Lane, readonly Effect[]],
  always: readonly Effect[] = [],
): Step {
  const [next, effects] = inLanes(agent, (lane) => {
    const work = workOf(lane);
    // Else a late echo of a job we let go.
    return work?.lease === lease ? change(lane, work) : [lane, []];
  });
  return [next, [...effects, ...always]];
}

/** No model is taken any more until the next start; the owner hears of it once. */
function withoutModels(agent: Agent, why: string): Step {
  const sentence = sayToOwner(jobWords.noModels, { why: asSentence(retold(why)) });
  return [{ ...agent, models: false }, agent.models ? [{ kind: 'say', sentence }] : []];
}

/** What the lanes are for, and which want work: the network is told whenever this changes. */
const readiness = (agent: Agent): string =>
  JSON.stringify(agent.lanes.map((lane) => advertOf(agent, lane)));
