import { describe, expect, test } from 'vitest';
import { MAX_DELIVERIES, MAX_LOST_LEASES, type Queue } from '../../../src-exchange/queue/queue.ts';
import { RESULTS_KEPT } from '../../../src-shared/job-status.ts';
import { bytes, type Millis, millis } from '../../../src-shared/units.ts';
import { answerJob, blobOf, MODEL_SIZE, noopJob, WGSL } from '../jobs.ts';
import { inAnyOrder } from './in-any-order.ts';
import { agents, any, checkpointAt, type QueueUnderTest, ttl } from './under-test.ts';

/** What every queue behind a gateway promises, whatever it is made of. */
export function queueContract(name: string, open: (now: () => Millis) => Promise<QueueUnderTest>) {
  describe(name, () => {
    const start = async () => {
      const clock = { now: 1_000_000 };
      const under = await open(() => millis(clock.now));
      return { clock, under, queue: under.queue };
    };
    const take = async (queue: Queue, agent = agents[0]) => {
      const delivery = agent && (await queue.lease(any, agent, ttl));
      if (!delivery) throw new Error('nothing to lease');
      return delivery;
    };

    test('whatever happens in whatever order, no job is lost, none is done twice, fences only rise', () =>
      inAnyOrder(open));

    test('a job put twice is one job, and the same id with other contents is refused whole', async () => {
      const { under, queue } = await start();
      using _ = under;
      expect(await queue.put([noopJob('a')])).toEqual({ kind: 'stored', fresh: 1 });
      expect(await queue.put([noopJob('a'), noopJob('b')])).toEqual({ kind: 'stored', fresh: 1 });
      const other = noopJob('a', { title: 'another' });
      expect(await queue.put([noopJob('c'), other])).toEqual({ kind: 'differs', job: 'a' });
      expect(await queue.find(noopJob('c').id)).toBeNull();
      expect((await queue.counts()).waiting).toBe(2);
    });

    test('a lane is only given what it can run and did not refuse', async () => {
      const { under, queue } = await start();
      using _ = under;
      const [agent] = agents;
      if (!agent) throw new Error('no agent');
      await queue.put([noopJob('big', { needs: { vram: 100, seconds: 1 } }), noopJob('small')]);
      expect(await queue.lease({ ...any, backend: 'cuda' }, agent, ttl)).toBeNull();
      expect(await queue.lease({ ...any, kinds: ['llm', 'embed'] }, agent, ttl)).toBeNull();
      const except = [noopJob('small').id];
      expect(await queue.lease({ ...any, vram: bytes(99), except }, agent, ttl)).toBeNull();
      const fits = await queue.lease({ ...any, vram: bytes(99) }, agent, ttl);
      expect(fits?.job.id).toBe('small');
    });

    test('a model larger than a lane has disk for stands in nobody’s way', async () => {
      const { under, queue } = await start();
      using _ = under;
      const [agent] = agents;
      if (!agent) throw new Error('no agent');
      await queue.put([...Array.from({ length: 20 }, (_, i) => answerJob(`q-${i}`)), noopJob('k')]);
      const match = { ...any, kinds: ['kernel', 'llm'] } as const;
      const least = bytes(MODEL_SIZE - 1);
      const first = await queue.lease({ ...match, largestModel: least }, agent, ttl);
      expect(first?.job.id).toBe('k');
      expect(await queue.lease({ ...match, largestModel: least }, agent, ttl)).toBeNull();
      const larger = { ...match, largestModel: bytes(MODEL_SIZE) };
      expect((await queue.lease(larger, agent, ttl))?.job.id).toBe('q-0');
    });

    test('a job goes on from the checkpoint it was released with, and an older one does not set it back', async () => {
      const { under, queue } = await start();
      using _ = under;
      await queue.put([noopJob('a')]);
      for (const [step, expected] of [
        [5, 5],
        [3, 5],
        [null, 5],
        [8, 8],
      ] as const) {
        const { lease } = await take(queue);
        await queue.release(lease, step === null ? null : checkpointAt(step));
        const next = await take(queue);
        expect(next.checkpoint).toEqual(checkpointAt(expected));
        await queue.release(next.lease, null);
      }
    });

    test('an answer goes on from what its latest machine had, which alone can tell rubbish from an answer', async () => {
      const { under, queue } = await start();
      using _ = under;
      const [agent] = agents;
      if (!agent) throw new Error('no agent');
      await queue.put([answerJob('q')]);
      const match = { ...any, kinds: ['llm'] } as const;
      const again = async () => {
        const taken = await queue.lease(match, agent, ttl);
        if (!taken) throw new Error('the answer is not there');
        return taken;
      };
      for (const [step, expected] of [
        [900, 900],
        [3, 3],
        [null, 3],
      ] as const) {
        const { lease } = await again();
        await queue.release(lease, step === null ? null : checkpointAt(step));
        const next = await again();
        expect(next.checkpoint).toEqual(checkpointAt(expected));
        await queue.release(next.lease, null);
      }
    });

    test('a lease that ran out can be taken back until another has the job, and never after', async () => {
      const { under, queue, clock } = await start();
      using _ = under;
      await queue.put([noopJob('a')]);
      const { lease } = await take(queue);
      expect(await queue.extend(lease, ttl, 1)).toBe('extended');
      clock.now += 5000;
      await queue.sweep();
      expect(await queue.extend(lease, ttl, 2)).toBe('extended');
      clock.now += 5000;
      const second = await take(queue, agents[1]);
      expect(second.lease.fence).toBe(lease.fence + 1);
      expect(await queue.extend(lease, ttl, 3)).toBe('stale');
      expect(await queue.complete(lease, [])).toBe('stale');
      expect(await queue.release(lease, checkpointAt(9))).toBe('stale');
      expect(await queue.fail(lease, 'bad-program', 'lies', null)).toBe('stale');
      expect(await queue.complete(second.lease, [])).toBe('accepted');
      expect(await queue.complete(second.lease, [])).toBe('duplicate');
      expect(await queue.complete(lease, [])).toBe('stale');
    });

    test('a job goes on from the latest checkpoint that a failing machine had', async () => {
      const { under, queue } = await start();
      using _ = under;
      await queue.put([noopJob('a')]);
      for (const [given, expected] of [
        [null, null],
        [5, 5],
        [3, 5],
      ] as const) {
        const { lease } = await take(queue);
        const checkpoint = given === null ? null : checkpointAt(given);
        expect(await queue.fail(lease, 'device-lost', 'gone', checkpoint)).toBe('requeued');
        const next = await take(queue);
        expect(next.checkpoint).toEqual(expected === null ? null : checkpointAt(expected));
        await queue.release(next.lease, null);
      }
    });

    test('the fault of a machine is another machine’s turn, five times', async () => {
      const { under, queue } = await start();
      using _ = under;
      await queue.put([noopJob('unlucky')]);
      for (let i = 1; i < MAX_DELIVERIES; i += 1)
        expect(await queue.fail((await take(queue)).lease, 'device-lost', 'gone', null)).toBe(
          'requeued',
        );
      expect(await queue.fail((await take(queue)).lease, 'device-lost', 'fell off', null)).toBe(
        'final',
      );
      const unlucky = (await queue.find(noopJob('unlucky').id))?.status.state;
      expect(unlucky).toMatchObject({
        kind: 'failed',
        because: expect.stringContaining('fell off'),
      });
    });

    test('one machine’s word that it is the job’s own fault is not enough; a second one’s is final', async () => {
      const { under, queue } = await start();
      using _ = under;
      await queue.put([noopJob('bad')]);
      const say = async (
        because: 'bad-program' | 'illegal-access' | 'device-lost',
        detail: string,
      ) => queue.fail((await take(queue)).lease, because, detail, null);
      expect(await say('bad-program', 'a driver of 1998')).toBe('requeued');
      expect(await say('device-lost', 'fell off')).toBe('requeued');
      expect(await say('illegal-access', 'line 3')).toBe('final');
      expect((await queue.find(noopJob('bad').id))?.status.state).toMatchObject({
        kind: 'failed',
        because: 'illegal-access: line 3',
      });
    });

    test('a machine that comes back late and hands its job back was not lost; one that stays silent is', async () => {
      const { under, queue, clock } = await start();
      using _ = under;
      await queue.put([noopJob('a')]);
      const fallSilent = async () => {
        const { lease } = await take(queue);
        expect(await queue.extend(lease, ttl, 1)).toBe('extended');
        clock.now += ttl;
        await queue.sweep();
        return lease;
      };
      for (let i = 0; i <= MAX_LOST_LEASES; i += 1)
        expect(await queue.release(await fallSilent(), null)).toBe('released');
      for (let i = 2; i < MAX_DELIVERIES; i += 1)
        expect(await queue.fail(await fallSilent(), 'device-lost', 'gone', null)).toBe('requeued');
      for (let i = 1; i < MAX_LOST_LEASES; i += 1) await fallSilent();
      expect((await queue.counts()).waiting).toBe(1);
      await fallSilent();
      expect((await queue.find(noopJob('a').id))?.status.state).toMatchObject({ kind: 'failed' });
    });

    test('after its deadline nobody gets a job and nobody is paid for it', async () => {
      const { under, queue, clock } = await start();
      using _ = under;
      await queue.put([
        noopJob('a', { deadline: 1_002_000 }),
        noopJob('b', { deadline: 1_003_000 }),
      ]);
      const { lease } = await take(queue);
      expect(await queue.sweep()).toBe(1_001_000);
      clock.now = 1_002_000;
      expect(await queue.complete(lease, [])).toBe('gone');
      clock.now = 1_003_000;
      expect(agents[1] && (await queue.lease(any, agents[1], ttl))).toBeNull();
      expect((await queue.counts()).failed).toBe(2);
      expect(await queue.sweep()).toBeNull();
    });

    test('an array is listed by its name, in order, and no other job with it', async () => {
      const { under, queue } = await start();
      using _ = under;
      await queue.put(['x.0', 'x.1', 'xy.0', 'x-2', 'x'].map((id) => noopJob(id)));
      expect((await queue.list('x')).map(({ job }) => job)).toEqual(['x.0', 'x.1', 'x']);
    });

    test('a listing says of each job what finding it says, without its body', async () => {
      const { under, queue } = await start();
      using _ = under;
      const jobs = ['x.0', 'x.1', 'x.2'].map((id, i) =>
        noopJob(id, { title: `Part ${id}`, pay: { amount: i * 7, test: i !== 1 } }),
      );
      await queue.put(jobs);
      await queue.complete((await take(queue)).lease, checkpointAt(1).buffers);
      await take(queue);
      const found = await Promise.all(jobs.map(async ({ id }) => (await queue.find(id))?.status));
      expect(await queue.list('x')).toEqual(found);
      expect(found[1]).toMatchObject({
        title: 'Part x.1',
        pay: { amount: 7, test: false },
        steps: 10,
        state: { kind: 'running' },
      });
    });

    test('the blobs of a job are in use until it is over, and its results for a week more', async () => {
      const { under, queue, clock } = await start();
      using _ = under;
      const named = async () => {
        const names = new Set<string>();
        for await (const batch of queue.namedBlobs()) for (const name of batch) names.add(name);
        return [...names].sort();
      };
      const blobsAt = (...steps: number[]) =>
        [blobOf(WGSL), ...steps.flatMap((step) => checkpointAt(step).buffers)]
          .map(({ sha256 }) => sha256)
          .sort();
      // More than one batch.
      await queue.put(
        Array.from({ length: 500 }, (_, i) => noopJob(`${i}`, { deadline: 2_000_000 })),
      );
      await queue.put([noopJob('a')]);
      clock.now = 2_000_000;
      await queue.sweep();
      await queue.release((await take(queue)).lease, checkpointAt(3));
      expect(await named()).toEqual(blobsAt(3));
      await queue.release((await take(queue)).lease, checkpointAt(5));
      expect(await named()).toEqual(blobsAt(5));
      await queue.complete((await take(queue)).lease, checkpointAt(9).buffers);
      clock.now += RESULTS_KEPT - 1;
      expect(await named()).toEqual(blobsAt(9));
      clock.now += 1;
      expect(await named()).toEqual([]);
      const { job, status } = (await queue.find(noopJob('a').id)) ?? {};
      expect(status?.state).toMatchObject({
        kind: 'expired',
        agent: agents[0],
        because: 'its results were kept for 7 days and are gone',
      });
      expect(await queue.put(job ? [job] : [])).toEqual({ kind: 'stored', fresh: 0 });
    });
  });
}
