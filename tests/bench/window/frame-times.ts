import { WebSocket } from 'ws';
import { z } from 'zod';

const Offer = z.object({ kind: z.literal('offer'), job: z.string() });
const Receipt = z.object({
  kind: z.literal('receipt'),
  signed: z.object({ receipt: z.object({ job: z.string() }) }),
});

/**
 * Notes when this process's gateway hands each offer and each receipt to the wire. For a benchmark only: it looks over
 * the shoulder of every WebSocket of the process.
 */
export function noteFrames(paid: (job: string, ms: number) => void): () => void {
  const offered = new Map<string, number>();
  const plain = WebSocket.prototype.send;
  const replace = (value: (this: WebSocket, ...words: Parameters<typeof plain>) => void) =>
    Object.defineProperty(WebSocket.prototype, 'send', {
      value,
      writable: true,
      configurable: true,
    });
  replace(function send(...words) {
    plain.apply(this, words);
    const at = performance.now();
    const frame: unknown = typeof words[0] === 'string' ? JSON.parse(words[0]) : null;
    const offer = Offer.safeParse(frame);
    if (offer.success) offered.set(offer.data.job, at);
    const receipt = Receipt.safeParse(frame);
    const job = receipt.success ? receipt.data.signed.receipt.job : null;
    const since = job === null ? undefined : offered.get(job);
    if (job !== null && since !== undefined) paid(job, at - since);
  });
  return () => {
    replace(plain);
  };
}
