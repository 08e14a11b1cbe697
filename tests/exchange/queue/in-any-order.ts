import fc from 'fast-check';
import { expect } from 'vitest';
import type { Lease } from '../../../src-exchange/queue/queue.ts';
import { bytes, type Millis, millis } from '../../../src-shared/units.ts';
import { blobOf, noopJob, PTX } from '../jobs.ts';
import { QueueModel } from './model.ts';
import { agents, checkpointAt, type QueueUnderTest, ttl } from './under-test.ts';

/** Three sizes, of which the least is what a no-op job needs. */
const memory = (n: number) => bytes(16 + n * 10);

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
    needs: { vram: memory(n % 3), seconds: 1 },
    deadline: n === 5 ? 1_006_000 : 4_000_000_000_000,
    spec: {
      ...noopJob('any').spec,
      programs: n % 2 ? { webgpu: blobOf('wgsl') } : { webgpu: blobOf('wgsl'), cuda: blobOf(PTX) },
    },
  });

/** Does whatever comes to mind to a queue and to its model, and expects the same of both. */
export async function inAnyOrder(open: (now: () => Millis) => Promise<QueueUnderTest>) {
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
          const match = {
            backend,
            vram: memory(command.vram),
            largestModel: memory(0),
            kinds: ['kernel'] as const,
            except: [],
          } as const;
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
          expect(await queue.fail(lease, command.because, 'so', null)).toBe(expected);
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
}
