import { type Exchange, startExchange } from '../../src-exchange/exchange.ts';
import type { Job } from '../../src-shared/job.ts';
import { millis } from '../../src-shared/units.ts';
import { inEnglish } from '../../src-shared/wording.ts';
import { tempFolder } from '../worlds/temp-folder.ts';
import { sha256, WGSL } from './jobs.ts';
import { connect, type Key, lane, NOOP_OUTPUT, newKey, upload } from './scripted-agent.ts';

export type World = Awaited<ReturnType<typeof openWorld>>;

/** Connects an agent with these lanes. */
export async function join(world: World, key: Key = newKey(), lanes = [lane()]) {
  const { line, welcome } = await connect(world.exchange.agentUrl, key);
  line.say({ kind: 'advert', lanes });
  return { line, key, welcome, token: welcome.blobToken };
}

/** A running exchange in a folder of its own. */
export async function openWorld(folder = tempFolder()) {
  const notices: string[] = [];
  const clock = { ahead: 0 };
  let stop = new AbortController();
  const start = (port = 0) => {
    stop = new AbortController();
    return startExchange({
      folder,
      port,
      network: { name: 'Test network', test: true },
      now: () => millis(Date.now() + clock.ahead),
      signal: stop.signal,
      notice: (what) => notices.push(inEnglish(what)),
    });
  };
  let exchange: Exchange = await start();
  const request = (path: string, init: RequestInit = {}) =>
    fetch(`${exchange.url}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${exchange.buyerToken}`, ...init.headers },
    });
  return {
    folder,
    notices,
    /** How much later than in the real world it is here, ms. */
    clock,
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
    /** Closes it, does `meanwhile` to its folder, and starts it again. */
    async restart(meanwhile = () => {}) {
      stop.abort();
      await exchange.closed;
      meanwhile();
      exchange = await start(Number(new URL(exchange.url).port));
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await exchange.closed;
    },
  };
}
