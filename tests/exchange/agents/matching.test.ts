import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Lane, newLane } from '../../../src-exchange/agents/lane.ts';
import { misfit, stillTakes, turnOf, wakeAt } from '../../../src-exchange/agents/matching.ts';
import { openSqliteQueue } from '../../../src-exchange/queue/sqlite-queue.ts';
import { MAX_MODEL } from '../../../src-shared/llm.ts';
import { LaneAdvert } from '../../../src-shared/network-protocol.ts';
import { AgentId } from '../../../src-shared/receipt.ts';
import { bytes, millis } from '../../../src-shared/units.ts';
import { tempFolder } from '../../worlds/temp-folder.ts';
import { answerJob, blobOf, MODEL_SIZE, noopJob, PTX } from '../jobs.ts';
import { any } from '../queue/under-test.ts';

const NOW = millis(1_000_000);
const agent = AgentId.parse('A'.repeat(43));
const advert = (changes: object = {}) =>
  LaneAdvert.parse({
    lane: 'GPU-1',
    backend: 'webgpu',
    software: false,
    vram: 100,
    ready: true,
    ...changes,
  });
const lane = (changes: Partial<Lane> = {}): Lane => ({ ...newLane(advert(), null), ...changes });
const job = noopJob('a');
const lease = { job: job.id, fence: 1, agent };
const offer = (until: number) => ({
  id: 'O',
  delivery: { lease, job, checkpoint: null },
  until: millis(until),
});

test('a lane that is ready and idle is asked for, with what it takes and what it lately did not want', () => {
  const refused = new Map([[noopJob('b').id, millis(NOW + 1)]]);
  const returned = new Map([
    [noopJob('c').id, millis(NOW + 5)],
    [noopJob('long-ago').id, NOW],
  ]);
  expect(turnOf(lane({ refused, returned }), NOW)).toEqual({
    kind: 'ask',
    match: {
      backend: 'webgpu',
      vram: 100,
      largestModel: MAX_MODEL,
      kinds: ['kernel'],
      except: ['b', 'c'],
    },
  });
});

test('a lane waits while it is not ready, thinks about an offer, works, or wants nothing', () => {
  const held = (until: number) => ({ lease, until: millis(until) });
  const because = (changes: Partial<Lane>) => {
    const turn = turnOf(lane(changes), NOW);
    return turn.kind === 'wait' ? turn.because : turn.kind;
  };
  expect(because({ advert: advert({ ready: false }) })).toBe('not-ready');
  expect(because({ offer: offer(NOW + 1) })).toBe('offered');
  expect(because({ held: held(NOW + 1) })).toBe('working');
  expect(because({ quietUntil: millis(NOW + 1) })).toBe('quiet');
  // Each ends by time alone.
  expect(because({ offer: offer(NOW) })).toBe('overdue');
  expect(because({ held: held(NOW), quietUntil: NOW })).toBe('ask');
});

test('a job is not for a lane for one reason, which is said', () => {
  const match = { ...any, vram: bytes(16), except: [noopJob('declined').id] };
  expect(misfit(match, job)).toBeNull();
  expect(misfit({ ...match, backend: 'cuda' }, job)).toBe('backend');
  expect(misfit({ ...match, kinds: ['llm'] }, job)).toBe('kind');
  expect(misfit({ ...match, vram: bytes(15) }, job)).toBe('memory');
  const answer = answerJob('q');
  const reader = { ...any, kinds: ['llm'] } as const;
  expect(misfit({ ...reader, largestModel: bytes(MODEL_SIZE) }, answer)).toBeNull();
  expect(misfit({ ...reader, largestModel: bytes(MODEL_SIZE - 1) }, answer)).toBe('model');
  expect(misfit(match, noopJob('declined'))).toBe('declined');
});

test('a job that was found for a lane is for it only as long as the lane still takes it', () => {
  expect(stillTakes(lane(), job, NOW)).toBe(true);
  expect(stillTakes(lane({ advert: advert({ vram: 15 }) }), job, NOW)).toBe(false);
  expect(stillTakes(lane({ advert: advert({ ready: false }) }), job, NOW)).toBe(false);
  expect(stillTakes(lane({ returned: new Map([[job.id, millis(NOW + 1)]]) }), job, NOW)).toBe(
    false,
  );
});

test('the exchange looks again when time first changes anything, and never for what is past', () => {
  expect(wakeAt([lane()], null, NOW)).toBeNull();
  expect(wakeAt([lane()], millis(NOW + 9), NOW)).toBe(NOW + 9);
  const later = lane({ quietUntil: millis(NOW + 7), offer: offer(NOW) });
  const sooner = lane({ refused: new Map([[job.id, millis(NOW + 3)]]) });
  expect(wakeAt([later, sooner], millis(NOW + 9), NOW)).toBe(NOW + 3);
  expect(wakeAt([later], null, NOW)).toBe(NOW + 7);
});

const kernel = (n: number, vram: number, cuda: boolean) =>
  noopJob(`job-${n}`, {
    needs: { vram, seconds: 1 },
    spec: {
      ...noopJob('any').spec,
      programs: cuda ? { cuda: blobOf(PTX) } : { webgpu: blobOf('wgsl') },
    },
  });
const SomeJob = fc.oneof(
  fc.record({ vram: fc.integer({ min: 16, max: 20 }), cuda: fc.boolean() }),
  fc.constant('answer' as const),
);
const SomeMatch = fc.record({
  backend: fc.constantFrom('cuda', 'webgpu'),
  vram: fc.constantFrom(15, 18, MODEL_SIZE),
  largestModel: fc.constantFrom(0, MODEL_SIZE - 1, MODEL_SIZE),
  kinds: fc.subarray(['kernel', 'llm'] as const),
  except: fc.subarray([0, 1, 2, 3]),
});

test('the queue gives a lane the oldest job that is for it, by the same rule', async () => {
  const property = fc.asyncProperty(
    fc.array(SomeJob, { maxLength: 4 }),
    SomeMatch,
    async (some, { backend, vram, largestModel, kinds, except }) => {
      const folder = tempFolder();
      const queue = openSqliteQueue(join(folder, 'queue.db'), {
        now: () => NOW,
        notice: () => {},
      });
      try {
        const jobs = some.map((one, n) =>
          one === 'answer' ? answerJob(`job-${n}`) : kernel(n, one.vram, one.cuda),
        );
        await queue.put(jobs);
        const match = {
          backend,
          vram: bytes(vram),
          largestModel: bytes(largestModel),
          kinds,
          except: except.map((n) => noopJob(`job-${n}`).id),
        };
        const found = await queue.lease(match, agent, millis(1000));
        const expected = jobs.find((one) => misfit(match, one) === null) ?? null;
        expect(found?.job.id ?? null).toBe(expected?.id ?? null);
      } finally {
        queue.close();
      }
    },
  );
  await fc.assert(property, { numRuns: 60 });
});
