import { type Exchange, startExchange } from '../../src-exchange/exchange.ts';
import type { Job } from '../../src-shared/job.ts';
import { sha256, WGSL } from './jobs.ts';
import { NOOP_OUTPUT, upload } from './scripted-agent.ts';
import { tempFolder } from './temp-folder.ts';

/** A running exchange in a folder of its own. */
export async function openWorld(folder = tempFolder()) {
  const notices: string[] = [];
  let stop = new AbortController();
  const start = (port = 0) => {
    stop = new AbortController();
    return startExchange({
      folder: folder.path,
      port,
      network: { name: 'Test network', test: true },
      signal: stop.signal,
      notice: (text) => notices.push(text),
    });
  };
  let exchange: Exchange = await start();
  const request = (path: string, init: RequestInit = {}) =>
    fetch(`${exchange.url}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${exchange.buyerToken}`, ...init.headers },
    });
  return {
    folder: folder.path,
    notices,
    get exchange() {
      return exchange;
    },
    request,
    post: (jobs: unknown) => request('/v1/jobs', { method: 'POST', body: JSON.stringify(jobs) }),
    /** Uploads what no-op jobs need and submits them. */
    async submit(...jobs: Job[]) {
      await upload(exchange.url, exchange.buyerToken, Buffer.from(WGSL), sha256(WGSL));
      const answer = await this.post(jobs);
      if (!answer.ok) throw new Error(await answer.text());
    },
    /** As an agent that finished a no-op job does. */
    deliver: (blobToken: string) =>
      upload(exchange.url, blobToken, NOOP_OUTPUT, sha256(NOOP_OUTPUT)),
    stateOf: async (id: string) => (await (await request(`/v1/jobs/${id}`)).json()).state,
    async restart() {
      stop.abort();
      await exchange.closed;
      exchange = await start(Number(new URL(exchange.url).port));
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await exchange.closed;
      folder[Symbol.dispose]();
    },
  };
}
