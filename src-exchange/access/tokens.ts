import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { LaneId } from '../../src-shared/gpu.ts';
import { JobId } from '../../src-shared/job.ts';
import { AgentId } from '../../src-shared/receipt.ts';

const Ticket = z.object({
  job: JobId,
  fence: z.int().min(1),
  agent: AgentId,
  lane: LaneId,
});
/** What a lease token says once its MAC is checked. */
export type Ticket = Readonly<z.infer<typeof Ticket>>;

const digest = (text: string) => createHash('sha256').update(text).digest();

/** A name for a token that can be looked up without its time telling anything about the token. */
export const fingerprint = (token: string): string => digest(token).toString('base64url');

/** Compares without telling, by the time it takes, how much was right. */
export const sameToken = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));

/** Writes and reads lease tokens: opaque to agents, and worthless without our key. */
export function ticketOffice(key: string) {
  const mac = (body: string) => createHmac('sha256', key).update(body).digest('base64url');
  return {
    issue(ticket: Ticket): string {
      const body = Buffer.from(JSON.stringify(ticket)).toString('base64url');
      return `${body}.${mac(body)}`;
    },
    /** Null where the token was not issued here. */
    read(token: string): Ticket | null {
      const [body, given, ...rest] = token.split('.');
      if (!body || !given || rest.length > 0 || !sameToken(mac(body), given)) return null;
      const ticket = Ticket.safeParse(JSON.parse(Buffer.from(body, 'base64url').toString()));
      return ticket.success ? ticket.data : null;
    },
  };
}
export type TicketOffice = ReturnType<typeof ticketOffice>;
