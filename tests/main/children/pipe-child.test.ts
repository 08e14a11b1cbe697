import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Child } from '../../../src-main/children/child.ts';
import { pipeSpawn } from '../../../src-main/children/pipe-child.ts';
import { type HostEvent, openRunnerHost } from '../../../src-main/runner/host.ts';
import { runnerSpawn } from '../../../src-main/runner/spawn.ts';
import { frameOf } from '../../../src-shared/pipe-frame.ts';
import { RunnerCommand, RunnerEvent } from '../../../src-shared/runner-protocol.ts';
import type { Said } from '../../../src-shared/said.ts';
import { mebibytes } from '../../../src-shared/units.ts';
import { startOf } from '../../runner/jobs.ts';
import { bundle } from '../../worlds/bundle.ts';
import { mailbox } from '../../worlds/mailbox.ts';
import { saying } from '../../worlds/saying.ts';

const forger = join(import.meta.dirname, '../../worlds/forger.mjs');
let echo: Awaited<ReturnType<typeof bundle>>;
beforeAll(async () => {
  echo = await bundle('tests/worlds/echo-runner.ts');
});
afterAll(() => echo.remove());

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** A job with one buffer of so many bytes, which goes on from a checkpoint. */
function jobOf(size: number, title = 'echo') {
  const program = 'none';
  const start = startOf({
    ...{ backend: 'webgpu', program, buffers: { a: size }, outputs: ['a'] },
    stages: [
      { count: 99, launches: [{ entry: 'k', grid: [1, 1, 1], block: [1, 1, 1], args: [] }] },
    ],
  });
  const a = new Uint8Array(size).map((_, i) => i % 251);
  const command = { ...start, job: { ...start.job, title }, resume: { step: 0, buffers: { a } } };
  return { command: RunnerCommand.parse(command), a };
}

function listenTo(spawn: ReturnType<typeof pipeSpawn>) {
  const said = mailbox<unknown>();
  const ended = mailbox<Said>();
  const child: Child = spawn({ message: said.put, exit: ended.put });
  ends.push(async () => {
    child.kill();
    await child.gone;
  });
  return { child, said, ended };
}
const kindIs = (kind: string) => (message: unknown) =>
  RunnerEvent.safeParse(message).data?.kind === kind;

/** What a stranger in the runner's process may write on the pipe to us. */
const FORGERIES: readonly (readonly [string, Uint8Array])[] = [
  ['16 bytes of rubbish', Buffer.alloc(16, 0xab)],
  ['a word of Node to itself', Buffer.from('{"cmd":"NODE_HANDLE_ACK"}\n')],
  ['an unreadable header', Buffer.from([4, 0, 0, 0, 0xff, 0xfe, 0xfd, 0xfc])],
  ['10 GB to come', frameClaiming(10 * 1024 ** 3)],
  ['more than its job holds', frameClaiming(5)],
];

function frameClaiming(size: number): Buffer {
  const text = JSON.stringify({ sizes: [size], message: 'b0' });
  const prefix = Buffer.alloc(4);
  prefix.writeUInt32LE(text.length);
  return Buffer.concat([prefix, Buffer.from(text)]);
}

test.each(FORGERIES)('a runner that writes %s is ended, and Offpeak is not', async (_, bytes) => {
  const box = mailbox<HostEvent>();
  const life = new AbortController();
  const spawn = pipeSpawn(forger, { env: {}, args: [Buffer.from(bytes).toString('hex')] });
  const host = openRunnerHost({ spawn, heard: box.put, signal: life.signal });
  const { command } = jobOf(4);
  if (command.kind !== 'start') throw new Error('not a start');
  host.start(command);
  const lost = await box.until(({ kind }) => kind === 'lost');
  expect(lost).toMatchObject({ detail: saying('something unreadable') });
  expect(host.pid()).toBeNull();
  life.abort();
});

test('a runner that never stops talking is not listened to any more', async () => {
  let words = 0;
  let child: Child | null = null;
  const last = await new Promise<unknown>((resolve) => {
    child = runnerSpawn(echo.file, { env: {} })({
      message(word) {
        words += 1;
        if (kindIs('ready')(word)) child?.post(jobOf(4, 'chatter').command);
        if (word === null || kindIs('yielded')(word)) resolve(word);
      },
      exit: resolve,
    });
    ends.push(async () => child?.kill());
  });
  expect(last).toBeNull();
  const heard = words;
  await (child as Child | null)?.gone;
  expect(words).toBe(heard);
});

test('a runner that forges words of Node says nothing that anybody obeys', async () => {
  const forged = [{ cmd: 'NODE_HANDLE_ACK' }, { cmd: 'NODE_HANDLE', type: 'net.Socket' }];
  const hex = Buffer.concat(forged.flatMap((word) => [...frameOf(word)])).toString('hex');
  const { said } = listenTo(pipeSpawn(forger, { env: {}, args: [hex] }));
  for (const word of forged)
    await said.until((message) => JSON.stringify(message) === JSON.stringify(word));
});

test('a job’s largest buffers go in and come out whole, and no more often than anybody can read', async () => {
  const { child, said } = listenTo(runnerSpawn(echo.file, { env: {} }));
  await said.until(kindIs('ready'));
  const { command, a } = jobOf(mebibytes(64), 'save often');
  child.post(command);
  const end = RunnerEvent.parse(await said.until(kindIs('yielded')));
  expect(end.kind === 'yielded' && Buffer.compare(end.buffers.a ?? new Uint8Array(), a)).toBe(0);
  // The one that was being written, and the last.
  const steps = said.seen().flatMap((message) => {
    const event = RunnerEvent.parse(message);
    return event.kind === 'checkpoint' ? [event.step] : [];
  });
  expect(steps).toEqual([0, 49]);
});

test('a runner that dies while it is given a large job is one that exits', async () => {
  const { child, ended } = listenTo(pipeSpawn(forger, { env: {} }));
  child.post(jobOf(mebibytes(64)).command);
  child.kill();
  expect(await ended.until(() => true)).toEqual(saying('SIGKILL'));
  child.post(jobOf(4).command);
});

test('a runner that cannot be started is one that exits', async () => {
  const { child, ended } = listenTo(runnerSpawn(join(forger, 'nowhere'), { env: {} }));
  child.post(jobOf(4).command);
  await child.gone;
  expect(await ended.until(() => true)).toEqual(saying('Cannot find module'));
  expect(child.pid()).toBeNull();
});
