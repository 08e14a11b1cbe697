import type { Effect, Event } from '../../src-main/agent/event.ts';
import type { SpeedWork } from '../../src-main/agent/speed-work.ts';
import type { Agent } from '../../src-main/agent/state.ts';
import { JobId, type Outcome } from '../../src-shared/job.ts';
import { type Millis, millis } from '../../src-shared/units.ts';
import { assigned, away, card, empty, found, job, live, offered, reading, T0 } from './machine.ts';

/** A speed test of the machine's card begins. */
export const measure: Event = { kind: 'measure', at: T0, lane: card.lane };

/** A machine with these cards, where the owner is away. */
export const machine = (...gpus: (typeof card)[]): Agent => {
  const readings = gpus.map(({ lane }) => reading({ lane }));
  return live(empty, [
    { ...found, gpus },
    { ...away, readings },
  ]).agent;
};

/** The jobs that are to be handed in. */
export const submitted = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => (effect.kind === 'submit-speed-job' ? [effect] : []));

/** What a runner that needed so many milliseconds says. */
export const done = (activeFor: number): Outcome => ({
  kind: 'done',
  outputs: [],
  activeFor: millis(activeFor),
});

/** A card that is equally fast at everything: a millisecond for each round. */
export const even = ({ amount }: SpeedWork): Outcome => done(amount);

/** The awaited job, offered, taken and run, with this end; other events may come while it runs. */
export function run(
  agent: Agent,
  id: string,
  at: Millis,
  outcome: Outcome,
  ...meanwhile: readonly Event[]
): ReturnType<typeof live> {
  const jobId = JobId.parse(id);
  const lease = `L-${id}-${at}`;
  return live(agent, [
    { ...offered, at, job: jobId },
    { ...assigned, at, lease, job: { ...job, id: jobId } },
    { kind: 'prepared', at, lease },
    ...meanwhile,
    { kind: 'ended', at, lease, outcome },
  ]);
}

/** Goes through a whole test, a tenth of a second for each job. `takes`: how a piece of work ends. */
export function measureThrough(agent: Agent, takes: (work: SpeedWork) => Outcome) {
  const works: SpeedWork[] = [];
  let at = T0;
  let now = live(agent, [measure]);
  const effects = [...now.effects];
  for (let [next] = submitted(now.effects); next; [next] = submitted(now.effects)) {
    works.push(next.work);
    at = millis(at + 100);
    now = run(now.agent, next.job, at, takes(next.work));
    effects.push(...now.effects);
  }
  return { agent: now.agent, effects, works };
}
