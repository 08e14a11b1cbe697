import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ticketOffice } from '../../../src-exchange/access/tokens.ts';
import { Dispatcher, type Link } from '../../../src-exchange/agents/dispatcher.ts';
import { misfit, turnOf } from '../../../src-exchange/agents/matching.ts';
import type { Queue } from '../../../src-exchange/queue/queue.ts';
import { backendsOf } from '../../../src-shared/job.ts';
import { type FromGateway, LaneAdvert } from '../../../src-shared/network-protocol.ts';
import { type Millis, millis, seconds } from '../../../src-shared/units.ts';
import { blobOf, noopJob, PTX } from '../jobs.ts';
import { QueueModel } from '../queue/model.ts';
import { agents } from '../queue/under-test.ts';

/** Whatever pause a lane gets, it is at least this. */
const SHORTEST_PAUSE = seconds(1);
const LANES = ['GPU-1', 'GPU-2'];

const jobNumber = (n: number) =>
  noopJob(`job-${n}`, {
    needs: { vram: 16 + (n % 3) * 10, seconds: 1 },
    spec: {
      ...noopJob('any').spec,
      programs: n % 2 ? { webgpu: blobOf('wgsl') } : { cuda: blobOf(PTX) },
    },
  });

/** The model of a queue as a dispatcher asks it. `disk`: what a yes waits for until it is written down. */
const asQueue = (
  model: QueueModel,
  disk: { readonly ready: Promise<void> },
): Pick<Queue, 'lease' | 'extend' | 'release' | 'sweep'> => ({
  async lease(match, agent, ttl) {
    const got = model.lease(match, agent, ttl);
    const job = model.entries.find((entry) => entry.job.id === got?.job)?.job;
    if (!got || !job) return null;
    return { lease: { job: job.id, fence: got.fence, agent }, job, checkpoint: got.checkpoint };
  },
  async extend(lease, ttl) {
    await disk.ready;
    return model.extend(lease, ttl);
  },
  release: async (lease, checkpoint) => model.release(lease, checkpoint),
  async sweep() {
    model.sweep();
    return null;
  },
});

const Who = fc.nat(1);
const Advert = fc.record({
  lane: fc.constantFrom(...LANES),
  cuda: fc.boolean(),
  vram: fc.nat(3),
  ready: fc.boolean(),
});
const Command = fc.oneof(
  fc.record({ kind: fc.constant('put' as const), n: fc.nat(7) }),
  fc.record({
    kind: fc.constant('advertise' as const),
    who: Who,
    lanes: fc.uniqueArray(Advert, { selector: ({ lane }) => lane }),
  }),
  fc.record({ kind: fc.constantFrom('accept' as const, 'decline' as const), nth: fc.nat(9) }),
  fc.record({ kind: fc.constant('hand-back' as const), nth: fc.nat(9) }),
  fc.record({ kind: fc.constant('pass-time' as const), ms: fc.integer({ min: 1, max: 5000 }) }),
  fc.record({ kind: fc.constant('reconnect' as const), who: Who }),
);

/** An exchange with two agents, and everything that was said to them checked as it is said. */
function world() {
  const clock = { now: 1_000_000 };
  const model = new QueueModel();
  const disk = { ready: Promise.resolve() };
  const tickets = ticketOffice('a key');
  const troubles: unknown[] = [];
  const dispatcher = new Dispatcher({
    queue: asQueue(model, disk),
    tickets,
    now: () => millis(clock.now),
    changed: () => {},
    trouble: (error) => troubles.push(error),
  });
  type Seat = { link: Link; adverts: Map<string, LaneAdvert>; spared: Map<string, Millis> };
  type Said<Kind extends FromGateway['kind']> = Extract<FromGateway, { kind: Kind }>;
  const offers = new Map<string, { seat: Seat; said: Said<'offer'> }>();
  const assigned: { seat: Seat; said: Said<'assign'> }[] = [];

  function hear(seat: Seat, said: FromGateway): void {
    switch (said.kind) {
      case 'offer': {
        const advert = seat.adverts.get(said.lane);
        const job = model.entries.find((entry) => entry.job.id === said.job)?.job;
        if (!advert || !job) throw new Error('an offer for nobody, or of nothing');
        // Nobody is offered what they do not take.
        expect(advert.ready).toBe(true);
        expect(job.needs.vram).toBeLessThanOrEqual(advert.vram);
        expect(backendsOf(job)).toContain(advert.backend);
        for (const other of offers.values()) {
          // No job twice at once, and no lane two jobs.
          expect(other.said.job).not.toBe(said.job);
          expect(other.seat === seat && other.said.lane === said.lane).toBe(false);
        }
        // What was declined or handed back is left alone for a while.
        expect(seat.spared.get(`${said.lane} ${said.job}`) ?? 0).toBeLessThanOrEqual(clock.now);
        offers.set(said.offer, { seat, said });
        return;
      }
      case 'withdrawn':
        offers.delete(said.offer);
        return;
      case 'assign':
        offers.delete(said.offer);
        assigned.push({ seat, said });
        return;
      default:
        throw new Error(`a dispatcher does not say ${said.kind}`);
    }
  }
  const sit = (who: number): Seat => {
    const agent = agents[who];
    if (!agent) throw new Error('no such agent');
    const seat: Seat = {
      link: { agent, open: true, send: (said) => hear(seat, said) },
      adverts: new Map(),
      spared: new Map(),
    };
    dispatcher.joined(seat.link);
    return seat;
  };
  return { clock, model, disk, tickets, troubles, dispatcher, offers, assigned, sit };
}

test('no job is offered twice at once, nobody what they do not take or lately did not want, and no job waits without a reason', async () => {
  const property = fc.asyncProperty(fc.array(Command, { maxLength: 40 }), async (commands) => {
    const { clock, model, tickets, troubles, dispatcher, offers, assigned, sit } = world();
    const seats = [sit(0), sit(1)];
    const spare = (seat: (typeof seats)[number], lane: string, job: string) =>
      seat.spared.set(`${lane} ${job}`, millis(clock.now + SHORTEST_PAUSE));
    for (const command of commands) {
      model.now = clock.now;
      switch (command.kind) {
        case 'put':
          model.put(jobNumber(command.n));
          break;
        case 'advertise': {
          const seat = seats[command.who];
          if (!seat) break;
          const adverts = command.lanes.map(({ lane, cuda, vram, ready }) =>
            LaneAdvert.parse({
              lane,
              backend: cuda ? 'cuda' : 'webgpu',
              software: false,
              vram: 6 + vram * 10,
              ready,
            }),
          );
          // A lane that is ready again, or new, may want now what it declined; nothing is known of what was before.
          for (const key of seat.spared.keys()) seat.spared.delete(key);
          seat.adverts.clear();
          for (const advert of adverts) seat.adverts.set(advert.lane, advert);
          await dispatcher.advertised(seat.link, adverts);
          break;
        }
        case 'accept':
        case 'decline': {
          const [id, offer] = [...offers][command.nth % Math.max(1, offers.size)] ?? [];
          if (!id || !offer) break;
          if (command.kind === 'decline') {
            offers.delete(id);
            spare(offer.seat, offer.said.lane, offer.said.job);
            await dispatcher.declined(offer.seat.link, id);
          } else await dispatcher.accepted(offer.seat.link, id);
          break;
        }
        case 'hand-back': {
          const [given] = assigned.splice(command.nth % Math.max(1, assigned.length), 1);
          const ticket = given && tickets.read(given.said.lease);
          if (!given || !ticket) break;
          model.release(ticket, null);
          spare(given.seat, ticket.lane, ticket.job);
          dispatcher.freed(given.seat.link, ticket, SHORTEST_PAUSE);
          break;
        }
        case 'pass-time':
          clock.now += command.ms;
          break;
        case 'reconnect': {
          const seat = seats[command.who];
          if (!seat) break;
          await dispatcher.left(seat.link);
          seats[command.who] = sit(command.who);
          break;
        }
      }
      model.now = clock.now;
      dispatcher.wake();
      await setImmediate();
      const waiting = model.entries.filter(({ state }) => state === 'waiting');
      for (const { link } of seats)
        for (const lane of dispatcher.lanesOf(link)) {
          const turn = turnOf(lane, millis(clock.now));
          if (turn.kind !== 'ask') continue;
          for (const { job } of waiting) expect(misfit(turn.match, job)).not.toBeNull();
        }
    }
    expect(troubles).toEqual([]);
    await dispatcher.close();
  });
  // A lane that is served first, at the very moment at which another's offer runs out, was once offered the same job.
  const twoLanes = ['GPU-1', 'GPU-2'].map((lane) => ({ lane, cuda: false, vram: 1, ready: true }));
  const atTheVeryMoment = [
    { kind: 'put', n: 3 },
    { kind: 'advertise', who: 0, lanes: twoLanes },
    { kind: 'decline', nth: 0 },
    { kind: 'pass-time', ms: 31 },
    { kind: 'pass-time', ms: 2969 },
  ] as const;
  await fc.assert(property, { numRuns: 200, examples: [[[...atTheVeryMoment]]] });
});

/** An agent with one idle lane that was offered the first of two jobs and says yes, while the disk is slow. */
async function saysYes() {
  const all = world();
  const { model, disk, dispatcher, offers, sit } = all;
  const seat = sit(0);
  for (const n of [1, 2]) model.put(noopJob(`job-${n}`));
  const advert = { lane: 'GPU-1', backend: 'webgpu', software: false, vram: 100, ready: true };
  const adverts = [LaneAdvert.parse(advert)];
  for (const one of adverts) seat.adverts.set(one.lane, one);
  await dispatcher.advertised(seat.link, adverts);
  await setImmediate();
  const [offer = ''] = offers.keys();
  let written = () => {};
  let refused = (_: Error) => {};
  disk.ready = new Promise((resolve, reject) => {
    written = resolve;
    refused = reject;
  });
  const accepted = dispatcher.accepted(seat.link, offer);
  offers.delete(offer);
  dispatcher.wake();
  await setImmediate();
  return { ...all, seat, accepted, written, refused };
}

test('a lane that said yes is offered no second job while its first is written down', async () => {
  const { offers, accepted, written, assigned, dispatcher } = await saysYes();
  expect([...offers.values()].map(({ said }) => said.job)).toEqual([]);
  written();
  await accepted;
  await setImmediate();
  expect(assigned.map(({ said }) => said.job.id)).toEqual(['job-1']);
  expect(offers.size).toBe(0);
  await dispatcher.close();
});

test('a yes that the disk refuses, or that comes too late, leaves the lane free for another job at once', async () => {
  const full = await saysYes();
  full.refused(new Error('the disk is full'));
  await expect(full.accepted).rejects.toThrow('the disk is full');
  await setImmediate();
  expect([...full.offers.values()].map(({ said }) => said.job)).toEqual(['job-2']);
  await full.dispatcher.close();

  const late = await saysYes();
  // The buyer's time for it is over, or another machine has it by now.
  late.model.entries.splice(0, 1);
  late.written();
  await late.accepted;
  await setImmediate();
  expect(late.assigned).toEqual([]);
  expect([...late.offers.values()].map(({ said }) => said.job)).toEqual(['job-2']);
  await late.dispatcher.close();
});
