import { expect, test } from 'vitest';
import { blobOf, noopJob } from './jobs.ts';
import { lane, noopOutputs, takeJob } from './scripted-agent.ts';
import { join, openWorld } from './world.ts';

test('a job goes on elsewhere from the checkpoint its machine left', async () => {
  await using world = await openWorld();
  const first = await join(world);
  await world.submit(noopJob('a'));
  const { lease } = await takeJob(first.line);
  await world.deliver(first.token);
  const checkpoint = { step: 4, buffers: noopOutputs };
  first.line.say({ kind: 'advert', lanes: [lane({ ready: false })] });
  first.line.say({ kind: 'release', lease, checkpoint });
  expect(await first.line.next('settled')).toEqual({ kind: 'settled', lease });
  const second = await join(world);
  const assigned = await takeJob(second.line);
  expect(assigned).toMatchObject({ fence: 2, checkpoint });
  first.line.say({ kind: 'result', lease, outputs: noopOutputs });
  expect(await first.line.next('revoked')).toMatchObject({
    lease,
    detail: expect.stringContaining('a was'),
  });
});

test('a machine that fails hands on the checkpoint it has', async () => {
  await using world = await openWorld();
  const first = await join(world);
  await world.submit(noopJob('a'));
  const { lease } = await takeJob(first.line);
  await world.deliver(first.token);
  const checkpoint = { step: 4, buffers: noopOutputs };
  first.line.say({ kind: 'advert', lanes: [lane({ ready: false })] });
  first.line.say({ kind: 'failed', lease, because: 'device-lost', detail: 'gone', checkpoint });
  expect(await first.line.next('settled')).toEqual({ kind: 'settled', lease });
  const second = await join(world);
  expect(await takeJob(second.line)).toMatchObject({ fence: 2, checkpoint });
});

test('a checkpoint is taken only with every buffer that steps write, and with no other', async () => {
  await using world = await openWorld();
  const { line, token } = await join(world);
  const input = 'constant';
  await world.request(`/v1/blobs/${blobOf(input).sha256}`, { method: 'PUT', body: input });
  const { spec } = noopJob('any');
  const zeros = { size: 16, from: 'zeros' } as const;
  const buffers = {
    ...spec.buffers,
    sums: zeros,
    scene: { size: 8, from: blobOf(input), constant: true },
  };
  await world.submit(noopJob('a', { spec: { ...spec, buffers }, needs: { vram: 64, seconds: 1 } }));
  await world.deliver(token);
  const { lease } = await takeJob(line);
  const [out] = noopOutputs;
  if (!out) throw new Error('no output');
  const sums = { ...out, name: 'sums' };
  const scene = { name: 'scene', ...blobOf(input) };
  const wrong: [typeof noopOutputs, string][] = [
    [[], 'buffer out is missing'],
    [[out], 'buffer sums is missing'],
    [[out, sums, scene], 'buffer scene is constant, so it is not part of a checkpoint'],
    [[out, out, sums], 'buffer out is there twice'],
  ];
  for (const [buffers, fault] of wrong) {
    line.say({ kind: 'release', lease, checkpoint: { step: 4, buffers } });
    expect(await line.next('error')).toMatchObject({
      code: 'bad-message',
      detail: `the checkpoint of a was not taken: ${fault}`,
    });
  }
  line.say({ kind: 'release', lease, checkpoint: { step: 4, buffers: [sums, out] } });
  expect(await line.next('settled')).toEqual({ kind: 'settled', lease });
});

test('the machine’s fault is another’s turn; the job’s own fault ends it once a second machine says so', async () => {
  await using world = await openWorld();
  const fail = async (because: 'device-lost' | 'bad-program', detail: string) => {
    const { line } = await join(world);
    const { lease } = await takeJob(line);
    line.say({ kind: 'failed', lease, because, detail });
    await line.next('settled');
    line.hangUp();
    return world.stateOf('a');
  };
  await world.submit(noopJob('a'));
  expect(await fail('device-lost', 'unplugged')).toMatchObject({ kind: 'waiting' });
  expect(await fail('bad-program', 'a driver of 1998')).toMatchObject({ kind: 'waiting' });
  expect(await fail('bad-program', 'line 1: ?')).toMatchObject({
    kind: 'failed',
    because: 'bad-program: line 1: ?',
  });
});

test('a lane that blamed a job gets another first, even when it says it is ready again', async () => {
  await using world = await openWorld();
  const { line } = await join(world);
  await world.submit(noopJob('bad'));
  const { lease } = await takeJob(line);
  await world.submit(noopJob('good'));
  // As agents do: not ready while they work, and ready as soon as it is over.
  line.say({ kind: 'advert', lanes: [lane({ ready: false })] });
  line.say({ kind: 'failed', lease, because: 'bad-program', detail: 'line 1: ?' });
  line.say({ kind: 'advert', lanes: [lane()] });
  expect((await line.next('offer')).job).toBe('good');
});

test('where there is only one machine, a job that it blames twice ends all the same', async () => {
  await using world = await openWorld();
  const { line } = await join(world);
  await world.submit(noopJob('bad'));
  for (let i = 0; i < 2; i += 1) {
    const { lease } = await takeJob(line);
    line.say({ kind: 'failed', lease, because: 'bad-program', detail: 'line 1: ?' });
    await line.next('settled');
  }
  expect(await world.stateOf('bad')).toMatchObject({ kind: 'failed' });
});
