import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { makeIdentity } from '../../src-network/identity.ts';
import { LONGEST_RETRY, retryDelay } from '../../src-network/retry-delay.ts';
import { type Heard, openSession } from '../../src-network/session.ts';
import { type FromAgent, MAX_FRAME } from '../../src-shared/network-protocol.ts';
import { inEnglish } from '../../src-shared/wording.ts';
import { fakeGateway, type Line, SIGNER, welcome } from './fake-gateway.ts';

const QUICK = { connect: 300, handshake: 200, ping: 150 };
const ADVERT: FromAgent = { kind: 'advert', lanes: [] };
const WITHDRAWN = { kind: 'withdrawn', offer: 'o1' } as const;

/** Things that happen, to be waited for in order. */
function record<T>() {
  const all: T[] = [];
  let read = 0;
  let wake = () => {};
  return {
    all,
    add: (event: T) => {
      all.push(event);
      wake();
    },
    /** The next one of this kind, from where the last wait ended. */
    next: async (wanted: (event: T) => boolean): Promise<T> => {
      for (;;) {
        const event = all[read];
        if (event === undefined)
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        else {
          read += 1;
          if (wanted(event)) return event;
        }
      }
    },
  };
}

function start(url: URL, audience?: string) {
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const heard = record<Heard>();
  const identity = makeIdentity();
  const session = openSession({
    url,
    identity,
    app: '0.1.0',
    signal: stop.signal,
    heard: heard.add,
    patience: QUICK,
    ...(audience === undefined ? {} : { audience }),
  });
  const kind = (wanted: Heard['kind']) => heard.next((event) => event.kind === wanted);
  const offline = async () => {
    const event = await kind('offline');
    return event.kind === 'offline' ? inEnglish(event.detail) : '';
  };
  return { session, identity, heard, kind, offline, stop };
}

describe('a session', () => {
  test('proves its key, hears the network, and says what the agent says', async () => {
    const said = record<FromAgent>();
    const gateway = await fakeGateway({ said: said.add });
    const { session, identity, kind } = start(gateway.url);
    expect(session.send(ADVERT).kind).toBe('unsent');
    expect(await kind('online')).toEqual({
      kind: 'online',
      network: { name: 'Test', test: true },
      signer: SIGNER,
    });
    expect(session.send(ADVERT)).toEqual({ kind: 'ok' });
    await said.next(({ kind }) => kind === 'advert');
    expect(said.all[0]).toMatchObject({ kind: 'hello', agent: identity.agent, app: '0.1.0' });
  });

  test('comes back as the same agent whenever the line is cut', async () => {
    const said = record<FromAgent>();
    let line: Line | undefined;
    const gateway = await fakeGateway({
      said: (message, on) => {
        line = on;
        said.add(message);
      },
    });
    const { kind } = start(gateway.url);
    for (let times = 0; times < 3; times++) {
      await kind('online');
      line?.cut();
      await kind('offline');
    }
    await kind('online');
    const agents = said.all.flatMap((message) => (message.kind === 'hello' ? message.agent : []));
    expect(new Set(agents).size).toBe(1);
    expect(agents.length).toBe(4);
  });

  test('waits for a network that is not there yet, and says why it is offline', async () => {
    const probe = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => probe.once('listening', resolve));
    const { port } = probe.address() as AddressInfo;
    await new Promise((resolve) => probe.close(resolve));
    const { offline, kind, session } = start(new URL(`ws://127.0.0.1:${port}`));
    expect(await offline()).toContain('no connection to the network');
    await fakeGateway({ port });
    session.retryNow();
    await kind('online');
  });

  test('gives up on a line that says only nonsense, after hearing a bounded amount of it', async () => {
    const gateway = await fakeGateway({
      opened: (line) => {
        for (let i = 0; i < 100; i++)
          line.sayText(i % 2 ? '{"kind":"nonsense"}' : Buffer.from([1]));
      },
    });
    const { offline, heard } = start(gateway.url);
    expect(await offline()).toContain('could not be read');
    const errors = heard.all.filter(({ kind }) => kind === 'error');
    expect(errors).toHaveLength(16);
  });

  test('goes on after one thing it does not know', async () => {
    const gateway = await fakeGateway({
      said: ({ kind }, line) => {
        if (kind !== 'advert') return;
        line.say({ kind: 'weather', sun: true });
        line.say(WITHDRAWN);
      },
    });
    const { session, kind, heard } = start(gateway.url);
    await kind('online');
    session.send(ADVERT);
    expect(await kind('withdrawn')).toEqual(WITHDRAWN);
    expect(heard.all).toContainEqual({
      kind: 'error',
      code: 'bad-message',
      detail: expect.stringContaining('could not be read'),
    });
  });

  test('hears no offers from a gateway that has not welcomed it', async () => {
    const gateway = await fakeGateway({
      opened: (line) => {
        line.say(WITHDRAWN);
        line.say(welcome());
        line.close(4000, 'enough');
      },
    });
    const { offline, heard } = start(gateway.url);
    await offline();
    expect(heard.all.map(({ kind }) => kind)).toEqual(['error', 'error', 'offline']);
  });

  test('signs nothing for a gateway that calls itself something else', async () => {
    const said = record<FromAgent>();
    const gateway = await fakeGateway({ said: said.add });
    const { offline } = start(gateway.url, 'elsewhere.example');
    expect(await offline()).toContain('we dialled elsewhere.example');
    expect(said.all.filter(({ kind }) => kind === 'auth')).toEqual([]);
  });

  test('says that one side needs an update where the versions differ', async () => {
    const gateway = await fakeGateway({
      opened: (line) => line.say({ kind: 'challenge', nonce: 'n'.repeat(20), audience: 'a' }),
      said: ({ kind }, line) => {
        if (kind === 'auth') line.say(welcome(99));
      },
    });
    const { offline } = start(gateway.url, 'a');
    expect(await offline()).toContain('needs an update');
  });

  test('repeats the reason a gateway gives for refusing it', async () => {
    const gateway = await fakeGateway({
      opened: (line) => {
        line.say({ kind: 'error', code: 'auth', detail: 'this key is banned' });
        line.close(4001, '');
      },
    });
    expect(await start(gateway.url).offline()).toBe('this key is banned');
  });

  test('leaves a gateway that greets nobody', async () => {
    const gateway = await fakeGateway({ opened: () => undefined });
    expect(await start(gateway.url).offline()).toContain('did not finish its greeting');
  });

  test('notices a line that died without a word', async () => {
    const gateway = await fakeGateway({ autoPong: false });
    const { kind, offline } = start(gateway.url);
    await kind('online');
    expect(await offline()).toContain('stopped answering');
  });

  test('neither takes nor sends a frame that is too large', async () => {
    const gateway = await fakeGateway({
      said: ({ kind }, line) => {
        if (kind === 'advert') line.say({ ...WITHDRAWN, offer: 'x'.repeat(MAX_FRAME) });
      },
    });
    const { session, kind, offline } = start(gateway.url);
    await kind('online');
    const large: FromAgent = { kind: 'decline', offer: 'o', because: 'x'.repeat(MAX_FRAME) };
    expect(session.send(large).kind).toBe('unsent');
    session.send(ADVERT);
    expect(await offline()).toContain('Max payload size exceeded');
  });

  test('ends politely and for good when it is told to', async () => {
    const closed = record<number>();
    const gateway = await fakeGateway({ closed: closed.add });
    const { session, kind, heard, stop } = start(gateway.url);
    await kind('online');
    stop.abort();
    expect(await closed.next(() => true)).toBe(1000);
    expect(session.send(ADVERT).kind).toBe('unsent');
    expect(heard.all.map(({ kind }) => kind)).toEqual(['online']);
  });
});

test('tries come fast at first, never further apart than the limit, and not all at once', () => {
  expect(retryDelay(0, 1)).toBeLessThanOrEqual(500);
  for (const failures of [7, 30, 5000]) expect(retryDelay(failures, 1)).toBe(LONGEST_RETRY);
  expect(retryDelay(3, 0.25)).toBe(retryDelay(3, 1) / 4);
});
