import { startExchange } from '../../src-exchange/exchange.ts';

// An exchange as a program of its own, so that it can be killed like one.
const [folder = '', port = '0'] = process.argv.slice(2);
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());
void startExchange({
  folder,
  port: Number(port),
  network: { name: 'Network of the tests', test: true },
  signal: stop.signal,
  notice: (text) => process.stderr.write(`${text}\n`),
}).then(({ url, buyerToken }) => process.send?.({ url, buyerToken }));
process.on('disconnect', () => process.exit());
