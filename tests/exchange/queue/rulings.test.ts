import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_BLAMES, MAX_DELIVERIES, MAX_LOST_LEASES } from '../../../src-exchange/queue/queue.ts';
import {
  afterFailure,
  afterSilence,
  lateResult,
  sortJobs,
  whyNotYours,
} from '../../../src-exchange/queue/rulings.ts';
import { Fault, isJobFault } from '../../../src-shared/job.ts';
import { millis } from '../../../src-shared/units.ts';
import { noopJob } from '../jobs.ts';
import { agents } from './under-test.ts';

const NOW = millis(1_000_000);
const [agent, other] = agents;
if (!agent || !other) throw new Error('no agents');
const lease = { job: noopJob('a').id, fence: 2, agent };
const standing = { fence: 2, agent, deadline: NOW + 1 };

test('a machine’s fault is another machine’s turn, until there were too many', () => {
  const fresh = { failures: 0, blamed: 0 };
  expect(afterFailure(fresh, 'device-lost', 'fell off')).toEqual({
    kind: 'requeue',
    blames: false,
  });
  const tried = { failures: MAX_DELIVERIES - 1, blamed: 0 };
  expect(afterFailure(tried, 'device-lost', 'fell off')).toEqual({
    kind: 'final',
    because: `given up after ${MAX_DELIVERIES} machines failed, the last with device-lost: fell off`,
  });
});

test('the first who blames the job may be a broken driver; the second is believed', () => {
  const first = afterFailure({ failures: 0, blamed: 0 }, 'bad-program', 'line 3');
  expect(first).toEqual({ kind: 'requeue', blames: true });
  const second = afterFailure({ failures: 1, blamed: 1 }, 'bad-program', 'line 3');
  expect(second).toEqual({ kind: 'final', because: 'bad-program: line 3' });
});

test('whatever the machines say, a job is tried again a bounded number of times, and never given up at a first word', () => {
  const Said = fc.array(fc.constantFrom(...Fault.options), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(Said, (faults) => {
      let before = { failures: 0, blamed: 0 };
      for (const fault of faults) {
        const ruling = afterFailure(before, fault, '');
        const blamed = before.blamed + (isJobFault(fault) ? 1 : 0);
        const tries = before.failures + 1;
        const over = (isJobFault(fault) && blamed >= MAX_BLAMES) || tries >= MAX_DELIVERIES;
        expect(ruling.kind).toBe(over ? 'final' : 'requeue');
        if (ruling.kind === 'final') return;
        before = { failures: tries, blamed: before.blamed + (ruling.blames ? 1 : 0) };
      }
      expect(before.failures).toBeLessThan(MAX_DELIVERIES);
    }),
  );
});

test('an offer that nobody took counts for nothing; a machine that fell silent counts, up to a limit', () => {
  expect(afterSilence(false, 3)).toEqual({ kind: 'requeue', lost: 3 });
  expect(afterSilence(false, MAX_LOST_LEASES)).toMatchObject({ kind: 'requeue' });
  expect(afterSilence(true, 3)).toEqual({ kind: 'requeue', lost: 4 });
  expect(afterSilence(true, MAX_LOST_LEASES - 2)).toMatchObject({ kind: 'requeue' });
  expect(afterSilence(true, MAX_LOST_LEASES - 1)).toEqual({
    kind: 'final',
    because: `given up: ${MAX_LOST_LEASES} machines fell silent while they ran it`,
  });
});

test('who speaks of a lease that is over hears whether anybody still wants the job', () => {
  expect(whyNotYours(null, NOW)).toBe('gone');
  expect(whyNotYours({ ...standing, state: 'failed' }, NOW)).toBe('gone');
  expect(whyNotYours({ ...standing, state: 'running' }, NOW)).toBe('stale');
  expect(whyNotYours({ ...standing, state: 'waiting', deadline: NOW }, NOW)).toBe('gone');
  expect(whyNotYours({ ...standing, state: 'done', deadline: NOW }, NOW)).toBe('stale');
});

test('a result said twice is one result; from any other delivery it is too late', () => {
  const done = { ...standing, state: 'done' };
  expect(lateResult(done, lease, NOW)).toBe('duplicate');
  expect(lateResult({ ...done, fence: 3 }, lease, NOW)).toBe('stale');
  expect(lateResult({ ...done, agent: other }, lease, NOW)).toBe('stale');
  expect(lateResult({ ...standing, state: 'running' }, lease, NOW)).toBe('stale');
  expect(lateResult(null, lease, NOW)).toBe('gone');
});

test('jobs put again are told from new ones, and from others under the same name', () => {
  const [a, b] = [noopJob('a'), noopJob('b')];
  expect(sortJobs([a, b], [JSON.stringify(a), undefined])).toEqual({ kind: 'fresh', jobs: [b] });
  expect(sortJobs([a, b], [undefined, JSON.stringify(a)])).toEqual({ kind: 'differs', job: 'b' });
});
