import { describe, expect, it } from 'vitest';
import { Earnings } from '../../../src-renderer/earnings/earnings.tsx';
import { Home } from '../../../src-renderer/home/home.tsx';
import { JobId } from '../../../src-shared/job.ts';
import { Snapshot } from '../../../src-shared/snapshot.ts';
import { joules, microUsd } from '../../../src-shared/units.ts';
import { draw, read as readParts } from '../../worlds/window/draw.ts';
import { snapshots } from '../../worlds/window/snapshots.ts';

type Name = keyof typeof snapshots;
const names = Object.keys(snapshots).filter((name): name is Name => name in snapshots);

/** What a person reads on both pages. */
const read = (snapshot: Snapshot): string => readParts(snapshot, Home, Earnings);

describe('the pages', () => {
  it.each(names)('draw the moment %s in whole words', (name) => {
    expect(Snapshot.parse(snapshots[name])).toEqual(snapshots[name]);
    const text = read(snapshots[name]);
    expect(text).toContain('Last 24 hours');
    expect(text).not.toMatch(/undefined|NaN|\[object|\{\w+\}/);
  });

  it('show no dollar earned where only test credits were', () => {
    const text = read(snapshots.earningTest);
    expect(text).toContain('12.50 test credits');
    expect(text.match(/\$\d[\d.,]*/g)?.filter((sum) => sum !== '$0.00')).toEqual([]);
    expect(text).toContain('Electricity not measured');
  });

  it('claim no zero for electricity that nobody measured', () => {
    const { earningMoney } = snapshots;
    const unmeasured = { ...earningMoney.today, electricity: microUsd(0), joules: joules(0) };
    const text = read({
      ...earningMoney,
      today: unmeasured,
      earnings: {
        ...earningMoney.earnings,
        totals: unmeasured,
        buckets: earningMoney.earnings.buckets
          .filter((b) => b.jobs > 0)
          .map((b) => ({ ...b, electricity: microUsd(0), joules: joules(0) })),
      },
    });
    expect(text).toContain('$1.38 earned, electricity not measured');
    expect(text).not.toContain('$0.00');
  });

  it('show the real cost of electricity beside test credits', () => {
    expect(read(snapshots.earningTestOnCard)).toContain('$0.00 earned − $0.01 electricity');
  });

  it('show nothing of test credits where money is earned', () => {
    const text = read(snapshots.earningMoney);
    expect(text).toContain('$1.38 earned − $0.47 electricity');
    expect(text.toLowerCase()).not.toContain('test credit');
  });

  it('offer the two examples only until the first job is done', () => {
    expect(read(snapshots.fresh)).toContain('Price a book of options');
    expect(read(snapshots.earningMoney)).not.toContain('Render a scene Monte');
    expect(read(snapshots.earningMoney)).not.toContain('Try it with an example');
    expect(read(snapshots.firstExample)).toContain('1 of 4 parts done');
    expect(read(snapshots.firstExample)).toContain('Show results');
  });

  it('offer the examples also after the speed test, whose jobs are none that the owner knows of', () => {
    const [done] = snapshots.earningTest.earnings.jobs;
    if (!done) throw new Error('no job');
    const worked = (id: string) => ({
      ...snapshots.fresh,
      today: { ...snapshots.fresh.today, jobs: 1 },
      earnings: { ...snapshots.fresh.earnings, jobs: [{ ...done, job: JobId.parse(id) }] },
    });
    expect(read(worked('speed-0123456789abcdef-mx3-1'))).toContain('Price a book of options');
    expect(read(worked('speed-boat-1'))).not.toContain('Try it with an example');
  });

  it('draw no limit of ours while a game runs', () => {
    expect(read(snapshots.earningMoney)).toMatch(/limit 78.°C/);
    expect(read(snapshots.game)).not.toMatch(/limit 78/);
  });

  it('draw the limits that the owner gave this card, also where only pauses hold them', () => {
    const text = read(snapshots.limited);
    expect(text).toMatch(/limit 72.°C/);
    expect(text).toMatch(/limit 200.W/);
    expect(text).toMatch(/limit 78.°C/);
  });

  it('tell who points at a meter what is behind the figure', () => {
    const html = draw(snapshots.limited, Home);
    expect(html).toMatch(/title="Hottest spot now 84.°C\."/);
    expect(html).toMatch(/title="Clock 2,610.MHz\."/);
    expect(html).toMatch(/title="Offpeak 10\.0.GB, firefox 0\.9.GB"/);
  });
});
