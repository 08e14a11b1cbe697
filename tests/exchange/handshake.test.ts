import { expect, test } from 'vitest';
import { connect, Line, newKey, signature } from './scripted-agent.ts';
import { openWorld } from './world.ts';

async function challenged(url: string, key = newKey()) {
  const line = new Line(url);
  await line.opened();
  line.say({ kind: 'hello', version: 1, agent: key.agent, app: 'test' });
  return { line, key, ...(await line.next('challenge')) };
}

test('an agent that signs its challenge is welcomed and told who signs its receipts', async () => {
  await using world = await openWorld();
  const { welcome } = await connect(world.exchange.agentUrl, newKey());
  expect(welcome).toMatchObject({
    network: { name: 'Test network', test: true },
    signer: world.exchange.signer,
  });
});

test('a signature by another key, for another gateway or over another nonce opens nothing', async () => {
  await using world = await openWorld();
  const { agentUrl } = world.exchange;
  const before = await challenged(agentUrl);
  const answers = [
    (nonce: string, audience: string) => signature(newKey(), audience, nonce),
    (nonce: string) => signature(before.key, 'evil.example:443', nonce),
    (_: string, audience: string) => signature(before.key, audience, before.nonce),
    () => 'AAAA',
    () => '',
  ];
  for (const answer of answers) {
    const { line, nonce, audience } = await challenged(agentUrl, before.key);
    line.say({ kind: 'auth', signature: answer(nonce, audience) });
    expect(await line.next('error')).toMatchObject({
      code: 'auth',
      detail: expect.stringContaining('signature'),
    });
    expect(await line.next('closed')).toEqual({ kind: 'closed', code: 4401 });
  }
});

test('a nonce opens one door once', async () => {
  await using world = await openWorld();
  const { line, key, nonce, audience } = await challenged(world.exchange.agentUrl);
  const answer = signature(key, audience, nonce);
  line.say({ kind: 'auth', signature: answer });
  await line.next('welcome');
  line.say({ kind: 'auth', signature: answer });
  expect(await line.next('closed')).toEqual({ kind: 'closed', code: 4401 });
});

test('nobody is heard before proving who it is', async () => {
  await using world = await openWorld();
  const { line } = await challenged(world.exchange.agentUrl);
  line.say({ kind: 'advert', lanes: [] });
  expect(await line.next('error')).toMatchObject({
    code: 'auth',
    detail: 'advert before hello and auth',
  });
  expect(await line.next('closed')).toEqual({ kind: 'closed', code: 4401 });
});

test('an agent of another version is told both versions', async () => {
  await using world = await openWorld();
  const line = new Line(world.exchange.agentUrl);
  await line.opened();
  line.say({ kind: 'hello', version: 2, agent: newKey().agent, app: 'test' });
  expect(await line.next('error')).toMatchObject({
    code: 'version',
    detail: 'this exchange speaks version 1, the agent 2',
  });
  expect(await line.next('closed')).toEqual({ kind: 'closed', code: 4426 });
});

test('frames that make no sense are each answered with what was wrong; the twentieth ends the line', async () => {
  await using world = await openWorld();
  const { line } = await connect(world.exchange.agentUrl, newKey());
  const garbage: [string | Buffer, RegExp][] = [
    ['not json {', /not JSON/],
    ['[]', /expected object|Invalid/],
    ['{"kind":"steal"}', /kind/],
    ['{"kind":"accept"}', /offer/],
    [Buffer.from([1, 2, 3]), /binary/],
    ['{"kind":"heartbeat","lease":"x.y","step":-1}', /step/],
  ];
  for (const [frame, words] of garbage) {
    line.raw(frame);
    const error = await line.next('error');
    expect(error.code).toBe('bad-message');
    expect(error.detail).toMatch(words);
  }
  for (let i = garbage.length; i < 20; i += 1) line.raw('{');
  expect(await line.next('closed')).toEqual({ kind: 'closed', code: 4400 });
  await expect(connect(world.exchange.agentUrl, newKey())).resolves.toBeDefined();
});

test('a frame over the limit ends the line, and only that line', async () => {
  await using world = await openWorld();
  const { line } = await connect(world.exchange.agentUrl, newKey());
  const other = await connect(world.exchange.agentUrl, newKey());
  line.raw('x'.repeat(256 * 1024 + 1));
  expect(await line.next('closed')).toEqual({ kind: 'closed', code: 1009 });
  other.line.raw('?');
  expect(await other.line.next('error')).toMatchObject({ code: 'bad-message' });
});

test('who talks without end is told to slow down, then cut off', async () => {
  await using world = await openWorld();
  const { line } = await connect(world.exchange.agentUrl, newKey());
  for (let i = 0; i < 5000; i += 1) line.say({ kind: 'advert', lanes: [] });
  expect(await line.next('error')).toMatchObject({ code: 'rate' });
  expect(await line.next('closed')).toEqual({ kind: 'closed', code: 4429 });
});

test('a web page cannot pose as an agent', async () => {
  await using world = await openWorld();
  const { agentUrl } = world.exchange;
  for (const headers of [{ origin: 'http://evil.example' }, { host: 'evil.example:80' }]) {
    const line = new Line(agentUrl, { headers });
    expect(await line.next('closed')).toEqual({ kind: 'closed', code: 1006 });
  }
  const elsewhere = new Line(agentUrl.replace('/v1/agent', '/v1/other'));
  expect(await elsewhere.next('closed')).toEqual({ kind: 'closed', code: 1006 });
});

test('an agent that connects again replaces its old line', async () => {
  await using world = await openWorld();
  const key = newKey();
  const first = await connect(world.exchange.agentUrl, key);
  const second = await connect(world.exchange.agentUrl, key);
  expect(await first.line.next('closed')).toEqual({ kind: 'closed', code: 4409 });
  expect((await world.exchange.status()).agents).toHaveLength(1);
  second.line.raw('?');
  await second.line.next('error');
});
