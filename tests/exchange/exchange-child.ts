import { startExchange } from '../../src-exchange/exchange.ts';
import { millis } from '../../src-shared/units.ts';
import { inEnglish } from '../../src-shared/wording.ts';

// Run as a process of its own, so that it can be killed like one.
const [folder = '', ahead = '0'] = process.argv.slice(2);
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());
void startExchange({
  folder,
  port: 0,
  network: { name: 'Test network', test: true },
  now: () => millis(Date.now() + Number(ahead)),
  signal: stop.signal,
  notice: (what) => process.stderr.write(`${inEnglish(what)}\n`),
}).then(({ url, agentUrl, buyerToken }) => process.send?.({ url, agentUrl, buyerToken }));
process.on('disconnect', () => process.exit());
