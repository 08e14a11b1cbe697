import { seconds } from '../../src-shared/units.ts';
import type { Surroundings } from '../policy/circumstances.ts';
import { consent, take } from './assignment.ts';
import { dutyOf, governLane, heardOfLimit, limitPower, slowDown } from './card-limits.ts';
import type { Effect, Event } from './event.ts';
import { screenOf, without } from './game-cards.ts';
import { meetCards, readingOf } from './inventory.ts';
import { drop, fetching, foundNoRoom, NOTHING, progressed, seek, workOf } from './lane.ts';
import { mapLanes, type Step, stepLanes, stepLease } from './lanes.ts';
import { changeSettings, keepSharing, lendSharing } from './lent-sharing.ts';
import { isAdvertisedAlike } from './offer.ts';
import { reconsider } from './preemption.ts';
import { settle } from './settlement.ts';
import { giveBack, skipJob } from './skip.ts';
import { beginSpeedTest, followSpeedTest, notSubmitted, stopSpeedTest } from './speed-test.ts';
import type { Agent } from './state.ts';

/** An accepted offer that brings no job for this long was lost on the way. */
const ASSIGN_PATIENCE = seconds(10);

/** The whole behaviour of the app. No clock, no I/O: everything it knows comes in the event. */
export function step(agent: Agent, event: Event): Step {
  const [considered, effects] = consider({ ...agent, now: event.at }, event);
  const [followed, measures] = followSpeedTest(agent, considered, event);
  const sought = mapLanes(followed, (lane) => seek(lane, event.at));
  const [next, limits] = stepLanes(sought, (lane) => limitPower(sought, lane));
  const advertise: readonly Effect[] = isAdvertisedAlike(agent, next)
    ? []
    : [{ kind: 'advertise' }];
  return [next, [...effects, ...measures, ...limits, ...advertise]];
}

function consider(agent: Agent, event: Event): Step {
  switch (event.kind) {
    case 'gpus-found':
      return meetCards(agent, event.gpus);
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
      return reconsider(changeSettings(agent, event.settings));
    case 'sharing-lent':
      return reconsider(lendSharing(agent));
    case 'sharing-kept':
      return [keepSharing(agent), []];
    case 'start-now':
      return reconsider({ ...agent, startNow: true });
    case 'try-again':
      return reconsider(mapLanes(agent, (lane) => ({ ...lane, trouble: { kind: 'none' } })));
    case 'measure':
      return beginSpeedTest(agent, event.lane);
    case 'stop-measuring':
      return stopSpeedTest(agent);
    case 'not-submitted':
      return notSubmitted(agent, event.job, event.detail);
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
      return [mapLanes(agent, (lane) => drop(lane, () => true)), []];
    case 'offered':
      return consent(agent, event);
    case 'withdrawn':
      return [mapLanes(agent, (lane) => drop(lane, (a) => a.offer === event.offer)), []];
    case 'assigned':
      return take(agent, event);
    case 'prepared':
      return stepLease(agent, event.lease, (lane, work) => {
        if (lane.doing.kind !== 'preparing') return [lane, []];
        const running = governLane(agent, { ...lane, doing: { kind: 'running', work } }, true);
        const { lane: id } = lane.gpu;
        return [running, [{ kind: 'run', lane: id, lease: event.lease, duty: dutyOf(running) }]];
      });
    case 'fetching':
      return stepLease(agent, event.lease, (lane) => [fetching(lane, event.share), []]);
    case 'skipped':
      return stepLanes(skipJob(agent, event.lane), (lane) =>
        lane.gpu.lane === event.lane ? giveBack(lane) : [lane, []],
      );
    case 'no-room':
      return stepLease(agent, event.lease, (lane, work) => [foundNoRoom(lane, work, event.at), []]);
    case 'progressed':
      return stepLease(agent, event.lease, (lane) => [progressed(lane, event.step), []]);
    case 'power-limited':
      return [
        mapLanes(agent, (lane) =>
          lane.gpu.lane === event.lane ? heardOfLimit(lane, event.trouble) : lane,
        ),
        [],
      ];
    case 'ended':
      return settle(agent, event);
    case 'revoked': {
      const [next, effects] = stepLease(agent, event.lease, (lane) => [
        { ...lane, doing: NOTHING },
        [{ kind: 'evict', lane: lane.gpu.lane }],
      ]);
      return [next, [...effects, { kind: 'forget', lease: event.lease, detail: event.detail }]];
    }
  }
}

function look(agent: Agent, seen: Extract<Event, { kind: 'sampled' }>): Step {
  const { when } = agent.settings;
  // "Start now" ends once the owner has really been away: from then on the usual rule is the better guess.
  const away = when.kind === 'away' && seen.idleFor !== null && seen.idleFor >= when.after;
  const { idleFor, locked, onBattery, metered, earnsPerHour } = seen;
  // By name and with its type: whoever adds a fact is asked for it here, and no more than facts gets into the state.
  const surroundings: Surroundings = { idleFor, locked, onBattery, metered, earnsPerHour };
  const [next, effects] = reconsider({
    ...mapLanes(agent, (lane) => ({
      ...drop(lane, ({ at }) => agent.now - at > ASSIGN_PATIENCE),
      reading: readingOf(lane, seen),
    })),
    ...surroundings,
    startNow: agent.startNow && !away,
  });
  const [paced, slows] = stepLanes(next, (lane) => slowDown(next, lane));
  return [paced, [...effects, ...slows]];
}
