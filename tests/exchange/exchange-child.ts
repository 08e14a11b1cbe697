import { z } from 'zod';
import { startExchange } from '../../src-exchange/exchange.ts';
import { millis } from '../../src-shared/units.ts';
import { inEnglish } from '../../src-shared/wording.ts';

const Start = z.object({ folder: z.string(), ahead: z.number() });

// Run as a process of its own, so that it can be killed like one. It touches no file before it is told where: loading takes as
// long as starting, and can be over when its turn comes.
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());
process.once('message', (message) => {
  const { folder, ahead } = Start.parse(message);
  void startExchange({
    folder,
    port: 0,
    network: { name: 'Test network', test: true },
    now: () => millis(Date.now() + ahead),
    signal: stop.signal,
    notice: (what) => process.stderr.write(`${inEnglish(what)}\n`),
  }).then(({ url, agentUrl, buyerToken }) => process.send?.({ url, agentUrl, buyerToken }));
});
process.on('disconnect', () => process.exit());
