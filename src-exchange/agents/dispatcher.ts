import { randomBytes } from 'node:crypto';
import type { LaneId } from '../../src-shared/gpu.ts';
import { type JobId, modelOf } from '../../src-shared/job.ts';
import {
  HEARTBEAT_EVERY,
  type LaneAdvert,
  LEASE_TTL,
  OFFER_TTL,
} from '../../src-shared/network-protocol.ts';
import { type Millis, millis, seconds } from '../../src-shared/units.ts';
import type { Ticket, TicketOffice } from '../access/tokens.ts';
import { Alarm } from '../queue/alarm.ts';
import type { Delivery, Match, Queue } from '../queue/queue.ts';
import type { AgentLink } from './agent-link.ts';
import {
  type Hold,
  type Lane,
  newLane,
  nextChange,
  type Offer,
  readvertise,
  turnDown,
  wants,
} from './lane.ts';

/** After the queue's disk refused, it is asked again this much later. */
const TROUBLE_PAUSE = seconds(5);

/** Until the first heartbeat a lease is short: an agent that died before it wrote it down will never ask for it. */
const ASSIGN_TTL = millis(HEARTBEAT_EVERY * 2);

type Parts = Readonly<{
  queue: Queue;
  tickets: TicketOffice;
  now: () => Millis;
  changed: () => void;
  trouble: (error: unknown) => void;
}>;

/** Brings waiting jobs and ready lanes together. Woken by events and by one alarm; never polls. */
export class Dispatcher {
  readonly #parts: Parts;
  readonly #lanes = new Map<AgentLink, Map<LaneId, Lane>>();
  /** Leases taken up again on lanes that were not advertised yet. */
  readonly #early = new WeakMap<AgentLink, Map<LaneId, Hold>>();
  readonly #alarm: Alarm;
  #again = false;
  #pumping: Promise<void> | null = null;
  #closed = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#alarm = new Alarm(parts.now, () => {
      parts.changed();
      this.wake();
    });
  }

  lanesOf(link: AgentLink): readonly Lane[] {
    return [...(this.#lanes.get(link)?.values() ?? [])];
  }

  /** Something may fit now: matches until nothing does. */
  wake(): void {
    this.#again = true;
    if (this.#closed || this.#pumping) return;
    this.#pumping = this.#pump().finally(() => {
      this.#pumping = null;
      if (this.#again) this.wake();
    });
  }

  joined(link: AgentLink): void {
    this.#lanes.set(link, new Map());
    this.#early.set(link, new Map());
  }

  /** The agent is gone: its offers go back at once, its leases wait for it until they run out. */
  async left(link: AgentLink): Promise<void> {
    const lanes = this.lanesOf(link);
    this.#lanes.delete(link);
    await Promise.all(lanes.map((lane) => this.#withdraw(link, lane)));
    this.wake();
  }

  async advertised(link: AgentLink, adverts: readonly LaneAdvert[]): Promise<void> {
    const lanes = this.#lanes.get(link);
    if (!lanes) return;
    const named = new Set(adverts.map(({ lane }) => lane));
    for (const advert of adverts) {
      const lane = lanes.get(advert.lane);
      if (lane) readvertise(lane, advert);
      else lanes.set(advert.lane, newLane(advert, this.#early.get(link)?.get(advert.lane) ?? null));
    }
    for (const [id, lane] of lanes) {
      const gone = !named.has(id);
      if (gone) lanes.delete(id);
      if (gone || !lane.advert.ready) await this.#withdraw(link, lane);
    }
    this.wake();
  }

  async accepted(link: AgentLink, offer: string): Promise<void> {
    const taken = this.#takeOffer(link, offer);
    if (!taken) return link.send({ kind: 'withdrawn', offer });
    const { lane, delivery } = taken;
    const { lease, job, checkpoint } = delivery;
    const step = checkpoint?.step ?? 0;
    if ((await this.#parts.queue.extend(lease, ASSIGN_TTL, step)) !== 'extended')
      return link.send({ kind: 'withdrawn', offer });
    if (!link.open) {
      // It left while we wrote. It never saw the lease, so nobody would come back with it.
      await this.#parts.queue.release(lease, null);
      return this.wake();
    }
    lane.turnedDown = 0;
    this.held(link, { ...lease, lane: lane.advert.lane });
    this.#parts.changed();
    const token = this.#parts.tickets.issue({ ...lease, lane: lane.advert.lane });
    link.send({
      kind: 'assign',
      offer,
      lane: lane.advert.lane,
      lease: token,
      fence: lease.fence,
      job,
      checkpoint,
    });
  }

  async declined(link: AgentLink, offer: string): Promise<void> {
    const taken = this.#takeOffer(link, offer);
    if (!taken) return;
    turnDown(taken.lane, taken.delivery.job.id, false, this.#parts.now());
    await this.#parts.queue.release(taken.delivery.lease, null);
    this.wake();
  }

  /** The lane has this lease: just assigned, or taken up again on a new connection. */
  held(link: AgentLink, ticket: Ticket): void {
    const lane = this.#lanes.get(link)?.get(ticket.lane);
    const hold = { lease: ticket, until: millis(this.#parts.now() + LEASE_TTL) };
    if (lane) lane.held = hold;
    else this.#early.get(link)?.set(ticket.lane, hold);
  }

  /** The lane no longer has this lease; it is not offered the same job again within `pause`. */
  freed(link: AgentLink, ticket: Ticket, pause: Millis): void {
    const lane = this.#lanes.get(link)?.get(ticket.lane);
    if (lane?.held?.lease.job === ticket.job && lane.held.lease.fence === ticket.fence)
      lane.held = null;
    this.#early.get(link)?.delete(ticket.lane);
    if (lane && pause > 0) lane.returned.set(ticket.job, millis(this.#parts.now() + pause));
    this.wake();
  }

  /** No offers from here on; resolves when the last match is dealt with. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#alarm.set(null);
    await this.#pumping;
    this.#alarm.set(null);
  }

  async #pump(): Promise<void> {
    try {
      while (this.#again && !this.#closed) {
        this.#again = false;
        // Taken before anybody is served: what falls due meanwhile must still ring.
        const started = this.#parts.now();
        for (const [link, lanes] of [...this.#lanes])
          for (const lane of lanes.values()) await this.#serve(link, lane);
        this.#alarm.set(this.#next(await this.#parts.queue.sweep(), started));
      }
    } catch (error) {
      this.#parts.trouble(error);
      this.#again = false;
      this.#alarm.set(millis(this.#parts.now() + TROUBLE_PAUSE));
    }
  }

  async #serve(link: AgentLink, lane: Lane): Promise<void> {
    const { queue, now } = this.#parts;
    if (lane.offer && lane.offer.until <= now()) {
      turnDown(lane, lane.offer.delivery.job.id, true, now());
      await this.#withdraw(link, lane);
    }
    const match = this.#closed ? null : wants(lane, now());
    const delivery = match && (await queue.lease(match, link.agent, OFFER_TTL));
    if (!delivery) return;
    if (!this.#stillWants(link, lane, match, delivery.job.id)) {
      await queue.release(delivery.lease, null);
      return;
    }
    this.#offer(link, lane, delivery);
  }

  /** The agent may have spoken or gone while the queue was asked. */
  #stillWants(link: AgentLink, lane: Lane, asked: Match, job: JobId): boolean {
    const current = this.#lanes.get(link)?.get(lane.advert.lane) === lane && link.open;
    const match = current && !this.#closed ? wants(lane, this.#parts.now()) : null;
    return (
      match?.backend === asked.backend &&
      match.vram >= asked.vram &&
      match.largestModel >= asked.largestModel &&
      asked.kinds.every((kind) => match.kinds.includes(kind)) &&
      !match.except.includes(job)
    );
  }

  #offer(link: AgentLink, lane: Lane, delivery: Delivery): void {
    const { job } = delivery;
    const id = randomBytes(12).toString('base64url');
    lane.offer = { id, delivery, until: millis(this.#parts.now() + OFFER_TTL) };
    const { needs, pay } = job;
    const runs = modelOf(job);
    link.send({
      kind: 'offer',
      offer: id,
      lane: lane.advert.lane,
      job: job.id,
      needs,
      pay,
      ...(runs && { model: { ...runs.model, context: runs.context, batch: runs.batch } }),
    });
    // Whoever was just served goes to the end of the line.
    const lanes = this.#lanes.get(link);
    if (lanes) {
      this.#lanes.delete(link);
      this.#lanes.set(link, lanes);
    }
  }

  #takeOffer(link: AgentLink, id: string): (Offer & { lane: Lane }) | null {
    const lane = this.lanesOf(link).find(({ offer }) => offer?.id === id);
    if (!lane?.offer) return null;
    const taken = { ...lane.offer, lane };
    lane.offer = null;
    return taken;
  }

  async #withdraw(link: AgentLink, lane: Lane): Promise<void> {
    if (!lane.offer) return;
    const { id, delivery } = lane.offer;
    lane.offer = null;
    link.send({ kind: 'withdrawn', offer: id });
    await this.#parts.queue.release(delivery.lease, null);
  }

  #next(queueNext: Millis | null, after: Millis): Millis | null {
    const lanes = [...this.#lanes.values()].flatMap((lanes) => [...lanes.values()]);
    const times = [queueNext, ...lanes.map((lane) => nextChange(lane, after))];
    const known = times.filter((time) => time !== null);
    return known.length > 0 ? millis(Math.min(...known)) : null;
  }
}
