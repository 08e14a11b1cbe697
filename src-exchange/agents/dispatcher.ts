import { randomBytes } from 'node:crypto';
import {
  HEARTBEAT_EVERY,
  type LaneAdvert,
  LEASE_TTL,
  OFFER_TTL,
} from '../../src-shared/network-protocol.ts';
import { type Millis, millis, seconds } from '../../src-shared/units.ts';
import type { Ticket, TicketOffice } from '../access/tokens.ts';
import { Alarm } from '../queue/alarm.ts';
import type { Delivery, Queue } from '../queue/queue.ts';
import type { AgentLink } from './agent-link.ts';
import { forgetPast, type Lane, turnDown } from './lane.ts';
import { stillTakes, turnOf, wakeAt } from './matching.ts';
import { assignWord, offerWord } from './offer-words.ts';
import { Roster } from './roster.ts';

/** After the queue's disk refused, it is asked again this much later. */
const TROUBLE_PAUSE = seconds(5);

/** In the queue an offered job stays taken this much longer than the offer stands: nobody else finds it before it is taken back. */
const OFFER_SLACK = seconds(1);

/** Until the first heartbeat a lease is short: an agent that died before it wrote it down will never ask for it. */
const ASSIGN_TTL = millis(HEARTBEAT_EVERY * 2);

/** An agent's connection, as far as it is offered work. */
export type Link = Pick<AgentLink, 'agent' | 'open' | 'send'>;

type Parts = Readonly<{
  queue: Pick<Queue, 'lease' | 'extend' | 'release' | 'sweep'>;
  tickets: TicketOffice;
  now: () => Millis;
  changed: () => void;
  trouble: (error: unknown) => void;
}>;

/** Brings waiting jobs and ready lanes together. Woken by events and by one alarm; never polls. */
export class Dispatcher {
  readonly #parts: Parts;
  readonly #roster = new Roster<Link>();
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

  lanesOf(link: Link): readonly Lane[] {
    return this.#roster.lanesOf(link);
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

  joined(link: Link): void {
    this.#roster.join(link);
  }

  /** The agent is gone: its offers go back at once, its leases wait for it until they run out. */
  async left(link: Link): Promise<void> {
    await Promise.all(this.#roster.leave(link).map((lane) => this.#withdraw(link, lane)));
    this.wake();
  }

  async advertised(link: Link, adverts: readonly LaneAdvert[]): Promise<void> {
    const unready = this.#roster.advertise(link, adverts);
    if (!unready) return;
    for (const lane of unready) await this.#withdraw(link, lane);
    this.wake();
  }

  async accepted(link: Link, offer: string): Promise<void> {
    const taken = this.#roster.takeOffer(link, offer);
    if (!taken) return link.send({ kind: 'withdrawn', offer });
    const { lane, delivery } = taken;
    const { lease, checkpoint } = delivery;
    const ticket = { ...lease, lane: lane.advert.lane };
    // From here on, not when the queue has written it down: meanwhile the lane would be offered a second job.
    this.held(link, ticket);
    if (!(await this.#confirm(link, ticket, checkpoint?.step ?? 0))) {
      this.freed(link, ticket, millis(0));
      return link.send({ kind: 'withdrawn', offer });
    }
    lane.turnedDown = 0;
    this.held(link, ticket);
    this.#parts.changed();
    link.send(assignWord(offer, lane, delivery, this.#parts.tickets.issue(ticket)));
  }

  async declined(link: Link, offer: string): Promise<void> {
    const taken = this.#roster.takeOffer(link, offer);
    if (!taken) return;
    turnDown(taken.lane, taken.delivery.job.id, false, this.#parts.now());
    await this.#parts.queue.release(taken.delivery.lease, null);
    this.wake();
  }

  /** The lane has this lease: just assigned, or taken up again on a new connection. */
  held(link: Link, ticket: Ticket): void {
    this.#roster.hold(link, ticket, millis(this.#parts.now() + LEASE_TTL));
  }

  /** The lane no longer has this lease; it is not offered the same job again within `pause`. */
  freed(link: Link, ticket: Ticket, pause: Millis): void {
    const notBefore = pause > 0 ? millis(this.#parts.now() + pause) : null;
    this.#roster.free(link, ticket, notBefore);
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
        // What nobody answered is taken back first, so that it is there for whoever is served before them.
        for (const { link, lane } of this.#roster.all()) await this.#takeBack(link, lane);
        for (const { link, lane } of this.#roster.all()) await this.#serve(link, lane);
        const queueNext = await this.#parts.queue.sweep();
        const lanes = this.#roster.all().map(({ lane }) => lane);
        this.#alarm.set(wakeAt(lanes, queueNext, started));
      }
    } catch (error) {
      this.#parts.trouble(error);
      this.#again = false;
      this.#alarm.set(millis(this.#parts.now() + TROUBLE_PAUSE));
    }
  }

  async #takeBack(link: Link, lane: Lane): Promise<void> {
    const { now } = this.#parts;
    if (!lane.offer || turnOf(lane, now()).kind !== 'overdue') return;
    turnDown(lane, lane.offer.delivery.job.id, true, now());
    await this.#withdraw(link, lane);
  }

  async #serve(link: Link, lane: Lane): Promise<void> {
    const { queue, now } = this.#parts;
    const turn = turnOf(lane, now());
    if (turn.kind !== 'ask' || !this.#serves(link, lane)) return;
    forgetPast(lane, now());
    const delivery = await queue.lease(turn.match, link.agent, millis(OFFER_TTL + OFFER_SLACK));
    if (!delivery) return;
    // The agent may have spoken or gone while the queue was asked.
    if (this.#serves(link, lane) && stillTakes(lane, delivery.job, now()))
      this.#offer(link, lane, delivery);
    else await queue.release(delivery.lease, null);
  }

  #serves(link: Link, lane: Lane): boolean {
    return !this.#closed && link.open && this.#roster.has(link, lane);
  }

  #offer(link: Link, lane: Lane, delivery: Delivery): void {
    const id = randomBytes(12).toString('base64url');
    lane.offer = { id, delivery, until: millis(this.#parts.now() + OFFER_TTL) };
    link.send(offerWord(id, lane, delivery.job));
    this.#roster.served(link);
  }

  /** Writes down that the agent has this lease. False where it cannot have it any more; throws what the queue throws. */
  async #confirm(link: Link, ticket: Ticket, step: number): Promise<boolean> {
    const { queue } = this.#parts;
    try {
      if ((await queue.extend(ticket, ASSIGN_TTL, step)) !== 'extended') return false;
    } catch (error) {
      this.freed(link, ticket, millis(0));
      throw error;
    }
    if (link.open) return true;
    // It left while we wrote. It never saw the lease, so nobody would come back with it.
    await queue.release(ticket, null);
    return false;
  }

  async #withdraw(link: Link, lane: Lane): Promise<void> {
    if (!lane.offer) return;
    const { id, delivery } = lane.offer;
    lane.offer = null;
    link.send({ kind: 'withdrawn', offer: id });
    await this.#parts.queue.release(delivery.lease, null);
  }
}
