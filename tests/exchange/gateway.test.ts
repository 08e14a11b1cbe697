import { verifyTypedData } from 'viem';
import { expect, test } from 'vitest';
import {
  RECEIPT_DOMAIN,
  RECEIPT_TYPES,
  receiptMessage,
  type SignedReceipt,
} from '../../src-shared/receipt.ts';
import { blobOf, noopJob, PTX } from './jobs.ts';
import { connect, lane, newKey, noopOutputs, takeJob } from './scripted-agent.ts';
import { join, openWorld } from './world.ts';

const isSigned = ({ receipt, signer, signature }: SignedReceipt) =>
  verifyTypedData({
    address: signer,
    domain: RECEIPT_DOMAIN,
    types: RECEIPT_TYPES,
    primaryType: 'Receipt',
    message: receiptMessage(receipt),
    signature,
  });

test('a job goes out, its result comes back, and the receipt is signed by the network’s key', async () => {
  await using world = await openWorld();
  const { line, key, token } = await join(world);
  await world.submit(noopJob('a'));
  const offer = await line.next('offer');
  expect(offer).toMatchObject({ job: 'a', lane: 'software', pay: { amount: 1000, test: true } });
  line.say({ kind: 'accept', offer: offer.offer });
  const { lease, fence, job, checkpoint } = await line.next('assign');
  expect({ fence, job, checkpoint }).toEqual({ fence: 1, job: noopJob('a'), checkpoint: null });
  expect(await world.stateOf('a')).toMatchObject({ kind: 'running', agent: key.agent });
  line.say({ kind: 'heartbeat', lease, step: 5 });
  await world.deliver(token);
  line.say({ kind: 'result', lease, outputs: noopOutputs });
  const { signed } = await line.next('receipt');
  expect(signed.receipt).toMatchObject({
    agent: key.agent,
    job: 'a',
    fence: 1,
    amount: 1000,
    cumulative: 1000,
    test: true,
  });
  expect(signed.signer).toBe(world.exchange.signer);
  expect(await isSigned(signed)).toBe(true);
  expect(await world.stateOf('a')).toMatchObject({ kind: 'done', outputs: noopOutputs });
});

test('a result said twice, on another line and after a restart, is one receipt to the letter', async () => {
  await using world = await openWorld();
  const { line, key, token } = await join(world);
  await world.submit(noopJob('a'), noopJob('b'));
  const { lease } = await takeJob(line);
  await world.deliver(token);
  line.say({ kind: 'result', lease, outputs: noopOutputs });
  const first = (await line.next('receipt')).signed;
  line.say({ kind: 'result', lease, outputs: noopOutputs });
  expect((await line.next('receipt')).signed).toEqual(first);
  line.hangUp();
  await world.restart();
  const again = await join(world, key);
  again.line.say({ kind: 'result', lease, outputs: noopOutputs });
  expect((await again.line.next('receipt')).signed).toEqual(first);
  again.line.say({ kind: 'heartbeat', lease, step: 1 });
  expect((await again.line.next('receipt')).signed).toEqual(first);
  const next = await takeJob(again.line);
  again.line.say({ kind: 'result', lease: next.lease, outputs: noopOutputs });
  expect((await again.line.next('receipt')).signed.receipt.cumulative).toBe(2000);
});

test('a lane is only offered what it can run and has memory for', async () => {
  await using world = await openWorld();
  const small = await join(world, newKey(), [lane({ vram: 99 })]);
  const cuda = await join(world, newKey(), [lane({ lane: 'GPU-1', backend: 'cuda', vram: 1000 })]);
  const ptx = blobOf(PTX);
  await world.request(`/v1/blobs/${ptx.sha256}`, { method: 'PUT', body: PTX });
  const spec = { ...noopJob('x').spec, programs: { cuda: ptx } };
  const needs = { vram: 100, seconds: 1 };
  await world.submit(noopJob('big', { needs }), noopJob('cuda', { spec, needs }), noopJob('small'));
  expect((await small.line.next('offer')).job).toBe('small');
  expect((await cuda.line.next('offer')).job).toBe('cuda');
  const large = await join(world, newKey(), [lane({ vram: 100 })]);
  expect((await large.line.next('offer')).job).toBe('big');
});

test('what one agent declines is offered to the next, and another job to it', async () => {
  await using world = await openWorld();
  const first = await join(world);
  await world.submit(noopJob('a'));
  const { offer } = await first.line.next('offer');
  const second = await join(world);
  first.line.say({ kind: 'decline', offer, because: 'price' });
  expect((await second.line.next('offer')).job).toBe('a');
  await world.submit(noopJob('b'));
  expect((await first.line.next('offer')).job).toBe('b');
});

test('an offer nobody answers is withdrawn and goes to another', async () => {
  await using world = await openWorld();
  const silent = await join(world);
  await world.submit(noopJob('a'));
  const { offer } = await silent.line.next('offer');
  const other = await join(world);
  expect(await silent.line.next('withdrawn')).toEqual({ kind: 'withdrawn', offer });
  silent.line.say({ kind: 'accept', offer });
  expect(await silent.line.next('withdrawn')).toEqual({ kind: 'withdrawn', offer });
  const { fence } = await takeJob(other.line);
  expect(fence).toBe(2);
});

test('a lane that is no longer ready loses its offer at once, and gets work when it is', async () => {
  await using world = await openWorld();
  const { line } = await join(world);
  await world.submit(noopJob('a'));
  const { offer } = await line.next('offer');
  line.say({ kind: 'advert', lanes: [lane({ ready: false })] });
  expect(await line.next('withdrawn')).toEqual({ kind: 'withdrawn', offer });
  line.say({ kind: 'advert', lanes: [lane()] });
  expect((await line.next('offer')).job).toBe('a');
});

test('a lane that runs a job is not offered another, and two lanes run two', async () => {
  await using world = await openWorld();
  const { line } = await join(world, newKey(), [lane(), lane({ lane: 'second' })]);
  await world.submit(noopJob('a'), noopJob('b'), noopJob('c'));
  const one = await takeJob(line);
  const two = await takeJob(line);
  expect(new Set([one.lane, two.lane])).toEqual(new Set(['software', 'second']));
  line.raw('?');
  await line.next('error');
  expect(line.heard).toEqual([]);
  expect((await world.exchange.status()).jobs).toMatchObject({ running: 2, waiting: 1 });
});

test('a stale fence is told to stop and is never paid, whatever it says', async () => {
  await using world = await openWorld();
  const first = await join(world);
  await world.submit(noopJob('a'));
  const { lease } = await takeJob(first.line);
  first.line.say({ kind: 'release', lease, checkpoint: null });
  await first.line.next('settled');
  const second = await join(world);
  const current = await takeJob(second.line);
  await world.deliver(first.token);
  first.line.say({ kind: 'heartbeat', lease, step: 9 });
  first.line.say({ kind: 'result', lease, outputs: noopOutputs });
  first.line.say({ kind: 'failed', lease, because: 'bad-program', detail: 'lies' });
  first.line.say({ kind: 'release', lease, checkpoint: null });
  for (let i = 0; i < 4; i += 1) expect(await first.line.next('revoked')).toMatchObject({ lease });
  second.line.say({ kind: 'result', lease: current.lease, outputs: noopOutputs });
  expect((await second.line.next('receipt')).signed.receipt.fence).toBe(2);
  first.line.say({ kind: 'result', lease, outputs: noopOutputs });
  expect((await first.line.next('revoked')).detail).toMatch(/finished by another machine/);
});

test('a lease is worth nothing when forged, or in other hands', async () => {
  await using world = await openWorld();
  const owner = await join(world);
  await world.submit(noopJob('a'));
  const { lease } = await takeJob(owner.line);
  const thief = await join(world);
  await world.deliver(thief.token);
  const [body = '', mac = ''] = lease.split('.');
  const ticket = JSON.parse(Buffer.from(body, 'base64url').toString());
  const mine = Buffer.from(JSON.stringify({ ...ticket, agent: thief.key.agent }));
  const forged = [lease, `${mine.toString('base64url')}.${mac}`, `${body}.`, 'x', `${lease}.x`];
  for (const token of forged) {
    thief.line.say({ kind: 'result', lease: token, outputs: noopOutputs });
    expect(await thief.line.next('error')).toMatchObject({ code: 'lease' });
  }
  expect(await world.stateOf('a')).toMatchObject({ kind: 'running', agent: owner.key.agent });
});

test('a result is taken only when every output is here in its right size', async () => {
  await using world = await openWorld();
  const { line, token } = await join(world);
  await world.submit(noopJob('a'));
  const { lease } = await takeJob(line);
  const [out] = noopOutputs;
  if (!out) throw new Error('no output');
  const short = { ...out, ...blobOf('short') };
  const wrong: [z: typeof noopOutputs, RegExp][] = [
    [[], /output out is missing/],
    [[short], /output out has 5 bytes, not 16/],
    [[out, { ...out, name: 'extra' }], /extra is not an output/],
    [[out, out], /named twice/],
    [[out], /blob [0-9a-f]{64} of 16 bytes for out was not uploaded/],
  ];
  for (const [outputs, words] of wrong) {
    line.say({ kind: 'result', lease, outputs });
    const error = await line.next('error');
    expect(error.code).toBe('bad-message');
    expect(error.detail).toMatch(words);
  }
  const checkpoint = { step: 3, buffers: noopOutputs };
  line.say({ kind: 'release', lease, checkpoint });
  expect((await line.next('error')).detail).toMatch(/checkpoint of a was not taken/);
  await world.deliver(token);
  line.say({ kind: 'result', lease, outputs: noopOutputs });
  expect((await line.next('receipt')).signed.receipt.amount).toBe(1000);
});

test('an agent takes its lease up again on a new line and after the exchange restarted', async () => {
  await using world = await openWorld();
  const { line, key } = await join(world);
  await world.submit(noopJob('a'), noopJob('b'));
  const { lease } = await takeJob(line);
  line.hangUp();
  await world.restart();
  const back = await connect(world.exchange.agentUrl, key);
  back.line.say({ kind: 'heartbeat', lease, step: 7 });
  back.line.say({ kind: 'advert', lanes: [lane()] });
  back.line.raw('?');
  await back.line.next('error');
  expect(back.line.heard).toEqual([]);
  expect(await world.stateOf('a')).toMatchObject({ kind: 'running', step: 7 });
  await world.deliver(back.welcome.blobToken);
  back.line.say({ kind: 'result', lease, outputs: noopOutputs });
  expect((await back.line.next('receipt')).signed.receipt.job).toBe('a');
  expect((await back.line.next('offer')).job).toBe('b');
});

test('the blob token of an agent is worth nothing once its line is gone', async () => {
  await using world = await openWorld();
  const { line, token } = await join(world);
  expect((await world.deliver(token)).status).toBe(201);
  line.hangUp();
  const other = await join(world);
  other.line.raw('?');
  await other.line.next('error');
  expect((await world.exchange.status()).agents).toHaveLength(1);
  expect((await world.deliver(token)).status).toBe(401);
});

test('a job without a program for a lane’s backend is not offered to it', async () => {
  await using world = await openWorld();
  const { line } = await join(world, newKey(), [lane({ backend: 'cuda' })]);
  await world.submit(noopJob('wgsl-only'));
  line.raw('?');
  await line.next('error');
  expect(line.heard).toEqual([]);
});
