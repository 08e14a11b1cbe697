import { isJobFault, type Outcome } from '../../src-shared/job.ts';
import type { Millis } from '../../src-shared/units.ts';
import type { Effect } from './event.ts';
import { afterCrash, type Lane, NOTHING, type Work } from './lane.ts';
import type { StopReason } from './stop-reason.ts';

/** The lane's job is over on this machine: report it, then see what is next. */
export function settle(
  lane: Lane,
  { lease, fence, job }: Work,
  outcome: Outcome,
  now: Millis,
): readonly [Lane, readonly Effect[]] {
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
