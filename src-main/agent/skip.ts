import type { LaneId } from '../../src-shared/gpu.ts';
import type { JobId } from '../../src-shared/job.ts';
import type { Effect } from './event.ts';
import { type Lane, NOTHING, workOf } from './lane.ts';
import type { Agent } from './state.ts';

/** Nobody skips more jobs than these before the first of them is done elsewhere. */
const REMEMBERED = 100;

export const isSkipped = ({ skipped }: Pick<Agent, 'skipped'>, job: JobId): boolean =>
  skipped.includes(job);

/** Remembers the lane's job as one that the owner does not want; a lane without one changes nothing. */
export function skipJob(agent: Agent, lane: LaneId): Agent {
  const work = agent.lanes.flatMap((one) =>
    one.gpu.lane === lane ? (workOf(one)?.job.id ?? []) : [],
  );
  const others = agent.skipped.filter((job) => !work.includes(job));
  return work.length === 0 ? agent : { ...agent, skipped: [...others, ...work].slice(-REMEMBERED) };
}

/** Gives the lane's job back: after its step where it runs, at once where it is only being fetched. */
export function giveBack(lane: Lane): readonly [Lane, readonly Effect[]] {
  const { doing } = lane;
  const { lane: id } = lane.gpu;
  switch (doing.kind) {
    case 'running': {
      const { work } = doing;
      const yielding: Lane = {
        ...lane,
        doing: { kind: 'yielding', work, because: { kind: 'skipped' } },
      };
      return [yielding, [{ kind: 'yield', lane: id, lease: work.lease }]];
    }
    case 'preparing':
      return [
        { ...lane, doing: NOTHING },
        [
          { kind: 'evict', lane: id },
          { kind: 'release', lease: doing.work.lease, because: { kind: 'skipped' } },
        ],
      ];
    case 'nothing':
    case 'seeking':
    case 'yielding':
      return [lane, []];
  }
}
