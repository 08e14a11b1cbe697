import {
  type Icon,
  IconAlertTriangleFilled,
  IconBoltFilled,
  IconCircleXFilled,
  IconHourglassFilled,
  IconPlayerPauseFilled,
  IconRosetteDiscountCheckFilled,
} from '@tabler/icons-react';
import { money, testFigure } from '../../src-shared/amount.ts';
import type { Run, RunOutcome } from '../../src-shared/question.ts';
import type { StateKind } from '../../src-shared/snapshot.ts';
import { type MicroUsd, microUsd } from '../../src-shared/units.ts';
import { TestTag } from '../parts/card.tsx';
import { type Text, t } from '../words/texts.ts';

/** How a result looks. Without a state it is as things should be, and is drawn quietly. */
const looks: Readonly<Record<RunOutcome, { icon: Icon; state: StateKind | null; name: Text }>> = {
  running: { icon: IconBoltFilled, state: 'earning', name: 'resultRunning' },
  claimed: { icon: IconHourglassFilled, state: 'waiting', name: 'resultClaimed' },
  credited: { icon: IconRosetteDiscountCheckFilled, state: null, name: 'resultCredited' },
  voided: { icon: IconCircleXFilled, state: 'error', name: 'statusVoided' },
  stopped: { icon: IconPlayerPauseFilled, state: 'paused', name: 'resultStopped' },
  failed: { icon: IconAlertTriangleFilled, state: 'error', name: 'resultFailed' },
};

export const resultName = (outcome: RunOutcome): string => t(looks[outcome].name);

/** How a run ended, as a small word with a mark. */
export function Result({ outcome }: { outcome: RunOutcome }) {
  const { icon: Mark, state, name } = looks[outcome];
  if (state === null) {
    return (
      <span className="result-quiet">
        <Mark size={16} color="var(--op-ink3)" aria-hidden />
        {t(name)}
      </span>
    );
  }
  return (
    <span className="state-tag" data-state={state}>
      <Mark size={14} aria-hidden />
      {t(name)}
    </span>
  );
}

/** What a run brings: 0 where it was rejected, null where nothing was claimed for it. */
export const payOf = ({ outcome, amount }: Pick<Run, 'outcome' | 'amount'>): MicroUsd | null =>
  outcome === 'voided' ? microUsd(0) : amount;

type RunPayProps = {
  readonly run: Pick<Run, 'outcome' | 'amount' | 'test'>;
  /** What it will pay once it is done, where it still runs. */
  readonly promised: MicroUsd | null;
};

/** Pay in a table: money in bold with its sign, test credits on two lines with their mark. */
export function RunPay({ run, promised }: RunPayProps) {
  const paid = payOf(run);
  const amount = paid ?? promised;
  if (amount === null) return <span className="caption">–</span>;
  const isPromise = paid === null;
  if (run.test) {
    return (
      <>
        <div className="figure-test">{testFigure(amount)}</div>
        {isPromise && <span className="caption">{t('whenDone')} </span>}
        <TestTag />
      </>
    );
  }
  return (
    <>
      <div style={{ fontWeight: isPromise ? 400 : 600 }}>{money(amount)}</div>
      {isPromise && <span className="caption">{t('whenDone')}</span>}
    </>
  );
}
