import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jobPay } from '../../../src-renderer/home/job-pay.ts';
import { PopoverPage } from '../../../src-renderer/popover/popover.tsx';
import { hours, joules, microUsd, millis, minutes, seconds } from '../../../src-shared/units.ts';
import { draw, read } from '../../worlds/window/draw.ts';
import { ago, job, NOW, paidJob } from '../../worlds/window/snapshot-parts.ts';
import { snapshots } from '../../worlds/window/snapshots.ts';

const price = microUsd(300_000);
/** Half of a job of $1.00 in half an hour, which took 0.2 kWh. */
const half = {
  ...paidJob,
  pay: { amount: microUsd(1_000_000), test: false },
  firstStep: 0,
  step: 50,
  steps: 100,
  startedAt: ago(minutes(30)),
  joules: joules(720_000),
};

describe('what a running job brings', () => {
  it('is told by the hour, less its electricity', () => {
    expect(jobPay(half, NOW, price)).toEqual({
      runningFor: '30\u00a0min',
      pays: '$1.00/h',
      electricity: '−$0.12/h',
      keeps: '$0.88/h',
    });
  });

  it('counts only what this run did, not what came with the checkpoint', () => {
    expect(jobPay({ ...half, firstStep: 25 }, NOW, price).pays).toBe('$0.50/h');
  });

  it('is the whole pay while it has hardly begun', () => {
    const fresh = { ...half, startedAt: ago(seconds(20)) };
    expect(jobPay(fresh, NOW, price)).toMatchObject({ pays: '$1.00', keeps: null });
  });

  it('claims nothing where nobody measures the electricity', () => {
    expect(jobPay({ ...half, joules: null }, NOW, price)).toMatchObject({
      electricity: null,
      keeps: null,
    });
  });

  it('never subtracts electricity from test credits, whatever the job', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.nat(1_000_000), fc.nat(hours(5)), (step, used, took) => {
        const pay = jobPay(
          { ...job, step, steps: 100, joules: joules(used), startedAt: ago(millis(took)) },
          NOW,
          price,
        );
        expect(pay.keeps).toBe(null);
        expect(pay.pays).toContain('credits');
        expect(pay.pays).not.toContain('$');
      }),
    );
  });
});

describe('the popover', () => {
  it.each(Object.entries(snapshots))('draws the moment %s in whole words', (_name, snapshot) => {
    const text = read(snapshot, PopoverPage);
    expect(text).toContain('Open Offpeak');
    expect(text).not.toMatch(/undefined|NaN|\[object|\{\w+\}/);
  });

  it('offers to try again where that helps, and no pause then', () => {
    for (const moment of [snapshots.gpuLost, snapshots.offline, snapshots.givenUp]) {
      const text = read(moment, PopoverPage);
      expect(text).toContain('Try again');
      expect(text).not.toContain('Pause 1 hour');
    }
    expect(read(snapshots.earningMoney, PopoverPage)).toContain('Pause 1 hour');
    expect(read(snapshots.off, PopoverPage)).not.toContain('Pause 1 hour');
  });

  it('names the game that has the card', () => {
    expect(draw(snapshots.game, PopoverPage)).toContain('title="Counter-Strike 2"');
  });
});
