import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Lease, Queue } from '../../src-exchange/queue.ts';
import { MAX_DELIVERIES } from '../../src-exchange/queue.ts';
import { Checkpoint } from '../../src-shared/job.ts';
import { AgentId } from '../../src-shared/receipt.ts';
import { bytes, type Millis, millis } from '../../src-shared/units.ts';
import { blobOf, noopJob, PTX } from './jobs.ts';
import { QueueModel } from './queue-model.ts';

export type QueueUnderTest = {
  queue: Queue;
  /** Opens the same queue anew without closing the one before, as after a crash. */
  crash(): Promise<Queue>;
  [Symbol.dispose](): void;
};

const agents = ['A', 'B'].map((letter) => AgentId.parse(letter.repeat(43)));
const any = { backend: 'webgpu', vram: bytes(1e9), except: [] } as const;
const ttl = millis(1000);
const checkpointAt = (step: number) =>
  Checkpoint.parse({ step, buffers: [{ name: 'out', ...blobOf(`step ${step} `.padEnd(16)) }] });

const Command = fc.oneof(
  fc.record({ kind: fc.constant('put' as const), n: fc.nat(5) }),
  fc.record({
    kind: fc.constant('lease' as const),
    agent: fc.nat(1),
    cuda: fc.boolean(),
    vram: fc.nat(2),
  }),
  fc.record({ kind: fc.constant('extend' as const), lease: fc.nat(20) }),
  fc.record({
    kind: fc.constant('release' as const),
    lease: fc.nat(20),
    step: fc.option(fc.nat(9)),
  }),
  fc.record({ kind: fc.constant('complete' as const), lease: fc.nat(20) }),
  fc.record({
    kind: fc.constant('fail' as const),
    lease: fc.nat(20),
    because: fc.constantFrom('bad-program', 'device-lost', 'runner-lost'),
  }),
  fc.record({ kind: fc.constant('pass-time' as const), ms: fc.integer({ min: 1, max: 1500 }) }),
  fc.record({ kind: fc.constant('sweep' as const) }),
  fc.record({ kind: fc.constant('crash' as const) }),
);

const jobNumber = (n: number) =>
  noopJob(`job-${n}`, {
    needs: { vram: (n % 3) * 10, seconds: 1 },
    deadline: n === 5 ? 1_006_000 : 4_000_000_000_000,
    spec: {
      ...noopJob('any').spec,
      programs: n % 2 ? { webgpu: blobOf('wgsl') } : { webgpu: blobOf('wgsl'), cuda: blobOf(PTX) },
    },
  });

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

    test('whatever happens in whatever order, no job is lost, none is done twice, fences only rise', async () => {
      const results = fc.asyncProperty(fc.array(Command, { maxLength: 60 }), async (commands) => {
        const clock = { now: 1_000_000 };
        const model = new QueueModel();
        using under = await open(() => millis(clock.now));
        let queue = under.queue;
        const leases: Lease[] = [];
        const fences = new Map<string, number>();
        const accepted = new Set<string>();
        const pick = (n: number) => leases[n % Math.max(1, leases.length)];
        for (const command of commands) {
          model.now = clock.now;
          switch (command.kind) {
            case 'put': {
              const job = jobNumber(command.n);
              const answer = await queue.put([job]);
              expect(answer).toEqual({ kind: 'stored', fresh: model.put(job) });
              break;
            }
            case 'lease': {
              const agent = agents[command.agent] ?? agents[0];
              if (!agent) throw new Error('no agent');
              const backend = command.cuda ? 'cuda' : 'webgpu';
              const match = { backend, vram: bytes(command.vram * 10), except: [] } as const;
              const expected = model.lease(match, agent, ttl);
              const got = await queue.lease(match, agent, ttl);
              expect(got && { ...got.lease, checkpoint: got.checkpoint }).toEqual(expected);
              if (!got) break;
              expect(got.lease.fence).toBeGreaterThan(fences.get(got.lease.job) ?? 0);
              fences.set(got.lease.job, got.lease.fence);
              leases.push(got.lease);
              break;
            }
            case 'extend': {
              const lease = pick(command.lease);
              if (!lease) break;
              expect(await queue.extend(lease, ttl, 1)).toBe(model.extend(lease, ttl));
              break;
            }
            case 'release': {
              const lease = pick(command.lease);
              if (!lease) break;
              const checkpoint = command.step === null ? null : checkpointAt(command.step);
              const expected = model.release(lease, checkpoint);
              expect(await queue.release(lease, checkpoint)).toBe(expected);
              break;
            }
            case 'complete': {
              const lease = pick(command.lease);
              if (!lease) break;
              const answer = await queue.complete(lease, []);
              expect(answer).toBe(model.complete(lease));
              if (answer === 'accepted') {
                expect(accepted.has(lease.job)).toBe(false);
                accepted.add(lease.job);
              }
              break;
            }
            case 'fail': {
              const lease = pick(command.lease);
              if (!lease) break;
              const expected = model.fail(lease, command.because);
              expect(await queue.fail(lease, command.because, 'so')).toBe(expected);
              break;
            }
            case 'pass-time':
              clock.now += command.ms;
              break;
            case 'sweep':
              model.sweep();
              await queue.sweep();
              break;
            case 'crash':
              queue = await under.crash();
              break;
          }
        }
        for (const { job, state } of model.entries)
          expect((await queue.find(job.id))?.status.state.kind).toBe(state);
      });
      await fc.assert(results, { numRuns: 60 });
    });

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
      const except = [noopJob('small').id];
      expect(await queue.lease({ ...any, vram: bytes(99), except }, agent, ttl)).toBeNull();
      const fits = await queue.lease({ ...any, vram: bytes(99) }, agent, ttl);
      expect(fits?.job.id).toBe('small');
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
      expect(await queue.fail(lease, 'bad-program', 'lies')).toBe('stale');
      expect(await queue.complete(second.lease, [])).toBe('accepted');
      expect(await queue.complete(second.lease, [])).toBe('duplicate');
      expect(await queue.complete(lease, [])).toBe('stale');
    });

    test('the fault of a machine is another machine’s turn, five times; the fault of the job is final', async () => {
      const { under, queue } = await start();
      using _ = under;
      await queue.put([noopJob('unlucky')]);
      for (let i = 1; i < MAX_DELIVERIES; i += 1)
        expect(await queue.fail((await take(queue)).lease, 'device-lost', 'gone')).toBe('requeued');
      expect(await queue.fail((await take(queue)).lease, 'device-lost', 'fell off')).toBe('final');
      const unlucky = (await queue.find(noopJob('unlucky').id))?.status.state;
      expect(unlucky).toMatchObject({
        kind: 'failed',
        because: expect.stringContaining('fell off'),
      });
      await queue.put([noopJob('bad')]);
      expect(await queue.fail((await take(queue)).lease, 'bad-program', 'line 3')).toBe('final');
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
  });
}
