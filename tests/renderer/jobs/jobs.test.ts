import { createElement } from 'react';
import { describe, expect, it } from 'vitest';
import { RunInspector } from '../../../src-renderer/jobs/run-inspector.tsx';
import { daysOf, type Runs } from '../../../src-renderer/jobs/runs.ts';
import { type Live, RunsTable, rowAfter } from '../../../src-renderer/jobs/runs-table.tsx';
import type { Run, RunOutcome } from '../../../src-shared/question.ts';
import { hours, joules, microUsd, millis } from '../../../src-shared/units.ts';
import { answerFrom, runsOf } from '../../worlds/window/answers.ts';
import { read } from '../../worlds/window/draw.ts';
import { NOW, snapshots } from '../../worlds/window/snapshots.ts';

const base = runsOf(2, false)[1];
if (!base) throw new Error('the canned runs are empty');
const run = (part: Partial<Run>): Run => ({ ...base, ...part });
const ended = (outcome: RunOutcome, amount: number | null, part: Partial<Run> = {}): Run =>
  run({ outcome, amount: amount === null ? null : microUsd(amount), ...part });

/** What a person reads of a list of runs. */
function table(runs: readonly Run[], days: Runs['days'] = [], live: Record<string, Live> = {}) {
  const nothing = () => undefined;
  return read(snapshots.earningMoney, () =>
    createElement(RunsTable, {
      days: daysOf({ runs, days, more: false }),
      live,
      now: NOW,
      open: null,
      entry: runs[0]?.id ?? null,
      show: nothing,
      move: nothing,
    }),
  );
}

describe('a job in the list', () => {
  it('shows $0.00 and Rejected where the network refused it, whatever it would have paid', () => {
    expect(table([ended('voided', 230_000)])).toMatch(/\$0\.00 Rejected/);
  });

  it('shows what it got where it was stopped early, and a dash where that is nothing', () => {
    expect(table([ended('stopped', 20_000)])).toMatch(/\$0\.02 Stopped early/);
    expect(table([ended('stopped', null)])).toMatch(/– Stopped early/);
  });

  it('shows test credits with their mark and without a currency sign', () => {
    const text = table([ended('credited', 2_500_000, { test: true })]);
    expect(text).toMatch(/2\.50 Test Credited/);
    expect(text).not.toContain('$');
  });

  it('shows what it will pay while it runs, and what it has used by the latest measurement', () => {
    const running = run({ outcome: 'running', endedAt: null, amount: null, joules: null });
    const live = { [running.job]: { joules: 1_800_000, pay: microUsd(140_000) } };
    expect(table([running], [], live)).toMatch(/0\.50.kWh \$0\.14 when done Running/);
    expect(table([running])).toMatch(/– – Running/);
  });

  it('claims no energy where nothing measured it', () => {
    expect(table([ended('credited', 1_000, { joules: null })])).toMatch(/(min|h) – \$0\.0010/);
  });
});

describe('the days of the list', () => {
  it('hold every run once, the running ones first, under the day they began', () => {
    const runs = runsOf(60, false);
    const days = daysOf({ runs, days: [], more: false });
    expect(days.flatMap((day) => day.runs)).toEqual(runs);
    expect(days[0]?.runs[0]?.outcome).toBe('running');
    expect(new Set(days.map(({ key }) => key)).size).toBe(days.length);
  });

  it('lift a job that has run since yesterday over the jobs that ended since', () => {
    const since = run({
      id: 1,
      outcome: 'running',
      endedAt: null,
      startedAt: millis(NOW - hours(30)),
    });
    const later = run({ id: 2, startedAt: millis(NOW - hours(2)) });
    const days = daysOf({ runs: [later, since], days: [], more: false });
    expect(days.map((day) => day.runs.map(({ id }) => id))).toEqual([[1, 2]]);
  });

  it('show money and test credits side by side, never added', () => {
    const [first] = runsOf(1, false);
    if (!first) throw new Error('no run');
    const sums = {
      from: first.startedAt,
      joules: joules(7_200_000),
      money: microUsd(970_000),
      test: microUsd(12_500_000),
      electricity: microUsd(440_000),
    };
    expect(table([first], [sums])).toMatch(/Today 2\.00.kWh \$0\.97 12\.50.test.credits/);
    const onlyTest = table([first], [{ ...sums, money: microUsd(0) }]);
    expect(onlyTest).toMatch(/Today 2\.00.kWh 12\.50.test.credits/);
  });
});

describe('the arrow keys', () => {
  it('lead from row to row and stay within the list', () => {
    expect(rowAfter('ArrowDown', 0, 3)).toBe(1);
    expect(rowAfter('ArrowDown', 2, 3)).toBe(2);
    expect(rowAfter('ArrowUp', 0, 3)).toBe(0);
    expect(rowAfter('Home', 2, 3)).toBe(0);
    expect(rowAfter('End', 0, 3)).toBe(2);
    expect(rowAfter('a', 1, 3)).toBeNull();
  });
});

describe('the details of a job', () => {
  const details = (of: Run) => {
    const answer = answerFrom([of])({ kind: 'run', id: of.id });
    if (answer.kind !== 'run') throw new Error(`no details: ${answer.kind}`);
    return read(snapshots.earningMoney, () =>
      createElement(RunInspector, {
        details: answer,
        refusal: null,
        now: NOW,
        close: () => undefined,
      }),
    );
  };

  it('show pay, electricity and what is left, in figures that add up', () => {
    const text = details(ended('credited', 230_000, { electricity: microUsd(120_000) }));
    expect(text).toContain('Pay $0.23 Electricity −$0.12 Net $0.11');
    expect(text).toContain('Checked and credited');
    expect(text).toContain('Copy receipt ID');
  });

  it('give test credits no net and no currency sign of their own', () => {
    const text = details(
      ended('credited', 2_500_000, { test: true, electricity: microUsd(10_000) }),
    );
    expect(text).toContain('Test credits 2.50 Electricity −$0.01');
    expect(text).not.toContain('Net');
    expect(text.match(/\$/g)).toHaveLength(1);
  });

  it('say why it was rejected, and have no receipt to copy then', () => {
    const text = details(ended('voided', 230_000, { because: 'Another computer disagreed.' }));
    expect(text).toContain('Pay $0.00');
    expect(text).toContain('Another computer disagreed.');
    expect(text).not.toContain('Copy receipt ID');
  });
});
