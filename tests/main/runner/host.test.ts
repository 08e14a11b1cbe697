import { execFileSync, fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ChildListener } from '../../../src-main/children/child.ts';
import { nodeSpawn } from '../../../src-main/children/node-child.ts';
import {
  type HostEvent,
  openRunnerHost,
  type StartCommand,
} from '../../../src-main/runner/host.ts';
import { KernelJob } from '../../../src-shared/job.ts';
import { RunnerCommand } from '../../../src-shared/runner-protocol.ts';
import { quote } from '../../../src-shared/said.ts';
import { millis, minutes } from '../../../src-shared/units.ts';
import { bundle } from '../../worlds/bundle.ts';
import { mailbox } from '../../worlds/mailbox.ts';
import { PATIENTLY } from '../../worlds/patience.ts';
import { saying } from '../../worlds/saying.ts';
import { isAlive } from '../../worlds/seen-processes.ts';

vi.setConfig({ testTimeout: 30_000 });

const runner = join(import.meta.dirname, '../../worlds/scripted-runner.mjs');
const PATIENT = minutes(5);

let life: AbortController;
let folder: string;
beforeEach(() => {
  life = new AbortController();
  folder = mkdtempSync(join(tmpdir(), 'offpeak-host-'));
});
afterEach(() => {
  life.abort();
  rmSync(folder, { recursive: true });
});

function openHost(env: Record<string, string> = {}) {
  const box = mailbox<HostEvent>();
  const log = join(folder, 'heard');
  const host = openRunnerHost({
    spawn: nodeSpawn(runner, { env: { HEARD: log, ...env } }),
    heard: box.put,
    signal: life.signal,
  });
  return { ...box, host, commands: () => readFileSync(log, 'utf8').trim().split('\n') };
}

const command = (behaviour: string, id = behaviour.replaceAll(' ', '-')): StartCommand => {
  const parsed = RunnerCommand.parse({
    kind: 'start',
    job: {
      id,
      kind: 'kernel',
      title: behaviour,
      spec: {
        programs: { webgpu: { sha256: '0'.repeat(64), size: 4 } },
        buffers: { a: { size: 4, from: 'zeros' } },
        stages: [
          { count: 9, launches: [{ entry: 'k', grid: [1, 1, 1], block: [1, 1, 1], args: [] }] },
        ],
        outputs: ['a'],
      },
      pay: { amount: 1, test: true },
      needs: { vram: 4, seconds: 1 },
      deadline: 0,
    },
    backend: 'webgpu',
    device: 0,
    blobs: {},
    resume: null,
    checkpointEvery: 1000,
    duty: 1,
  });
  if (parsed.kind !== 'start') throw new Error('unreachable');
  return parsed;
};
const id = (name: string) => KernelJob.shape.id.parse(name);

test('a job that finishes leaves the process warm for the next', async () => {
  const { host, until, seen, commands } = openHost();
  host.start(command('finish', 'one'));
  await until((e) => e.kind === 'done' && e.job === 'one');
  const pid = host.pid();
  host.start(command('finish', 'two'));
  await until((e) => e.kind === 'done' && e.job === 'two');

  expect(host.pid()).toBe(pid);
  expect(commands()).toEqual([`start ${pid}`, `start ${pid}`]);
  expect(seen().map((e) => e.kind)).toEqual(['ready', 'done', 'done']);
});

test('a job the runner refuses is told as it is, and the process stays', async () => {
  const { host, until } = openHost();
  host.start(command('refuse'));
  expect(await until((e) => e.kind === 'failed')).toMatchObject({ because: 'bad-program' });
  expect(host.pid()).not.toBeNull();
});

test('a job asked to yield hands over its last checkpoint, and its late words are dropped', async () => {
  const { host, until, seen } = openHost();
  host.start(command('work'));
  await until((e) => e.kind === 'checkpoint');
  host.yieldJob(id('work'), PATIENT);
  host.yieldJob(id('work'), PATIENT);
  expect(await until((e) => e.kind === 'yielded')).toMatchObject({ step: 4 });

  host.start(command('finish'));
  await until((e) => e.kind === 'done');
  expect(seen().map((e) => e.kind)).toEqual(['ready', 'checkpoint', 'yielded', 'done']);
});

test('a runner that ignores the request to yield is killed after the grace', async () => {
  const { host, until, seen } = openHost();
  host.start(command('deaf'));
  await until((e) => e.kind === 'progress');
  const pid = host.pid() ?? 0;
  host.yieldJob(id('deaf'), millis(100));

  expect(await until((e) => e.kind === 'killed')).toEqual({ kind: 'killed', job: 'deaf' });
  expect(isAlive(pid)).toBe(false);
  expect(seen().filter((e) => e.kind === 'lost')).toEqual([]);
});

test('when a game starts, kill() resolves only once the process is gone', async () => {
  const { host, until } = openHost();
  host.start(command('deaf'));
  await until((e) => e.kind === 'progress');
  const pid = host.pid() ?? 0;
  expect(isAlive(pid)).toBe(true);
  await host.kill();

  expect(isAlive(pid)).toBe(false);
  expect(host.pid()).toBeNull();
  expect(await until((e) => e.kind === 'killed')).toEqual({ kind: 'killed', job: 'deaf' });
  await host.kill();
});

test('a job started while the old process dies waits for it, and runs in a new one', async () => {
  const { host, until, seen } = openHost();
  host.start(command('work'));
  await until((e) => e.kind === 'checkpoint');
  const old = host.pid();
  void host.kill();
  host.start(command('finish'));
  await until((e) => e.kind === 'done');

  expect(host.pid()).not.toBe(old);
  expect(seen().map((e) => e.kind)).toEqual(['ready', 'checkpoint', 'killed', 'ready', 'done']);
});

test('a job that waits for a dying process can be called off', async () => {
  const { host, until, seen } = openHost();
  host.start(command('work'));
  await until((e) => e.kind === 'checkpoint');
  const over = host.kill();
  host.start(command('finish'));
  host.yieldJob(id('finish'), PATIENT);
  await over;
  expect(host.pid()).toBeNull();
  expect(seen().slice(2)).toEqual([
    { kind: 'killed', job: 'finish' },
    { kind: 'killed', job: 'work' },
  ]);
});

test('a runner that crashes is a lost job with its last words', async () => {
  const { host, until, seen } = openHost();
  host.start(command('crash'));
  const lost = await until((e) => e.kind === 'lost');
  expect(lost).toMatchObject({ job: 'crash' });
  expect(lost.kind === 'lost' && lost.detail).toEqual(saying('the card is on fire'));

  host.start(command('finish'));
  await until((e) => e.kind === 'done');
  expect(seen().map((e) => e.kind)).toEqual(['ready', 'lost', 'ready', 'done']);
});

test('a result said with the last breath still counts', async () => {
  const { host, until, seen } = openHost();
  host.start(command('finish and die'));
  const done = await until((e) => e.kind === 'done');
  expect(done.kind === 'done' && done.outputs.big?.length).toBe(1 << 20);
  await expect.poll(() => host.pid(), PATIENTLY).toBeNull();
  expect(seen().filter((e) => e.kind === 'lost')).toEqual([]);
});

test('a runner that says something unreadable is killed, and the job is lost', async () => {
  const { host, until } = openHost();
  host.start(command('babble'));
  const lost = await until((e) => e.kind === 'lost');
  expect(lost.kind === 'lost' && lost.detail).toEqual(saying('unreadable'));
  expect(host.pid()).toBeNull();
});

test('a runner cannot end a job that is not its own', async () => {
  const { host, until, seen } = openHost();
  host.start(command('speak of another'));
  await until((e) => e.kind === 'progress');
  expect(seen().map((e) => e.kind)).toEqual(['ready', 'progress']);
});

test('a runner that has not come up yet is killed at once when asked to yield', async () => {
  const { host, until } = openHost({ SILENT: '1' });
  host.start(command('work'));
  const pid = host.pid() ?? 0;
  host.yieldJob(id('work'), PATIENT);
  await until((e) => e.kind === 'killed');
  expect(isAlive(pid)).toBe(false);
});

test('a runner whose file is missing is a lost job, with a sentence', async () => {
  const box = mailbox<HostEvent>();
  const host = openRunnerHost({ spawn: nodeSpawn(join(folder, 'nothing.mjs')), heard: box.put });
  host.start(command('finish'));
  const lost = await box.until((e) => e.kind === 'lost');
  expect(lost.kind === 'lost' && lost.detail).toEqual(saying('nothing.mjs'));
});

/** A process in the hand of the test, for orders of events that a real one gives only by chance. */
function openHeldHost() {
  const seen: HostEvent[] = [];
  let listener: ChildListener | null = null;
  let over = () => {};
  const gone = new Promise<void>((resolve) => {
    over = resolve;
  });
  const host = openRunnerHost({
    spawn: (listen) => {
      listener = listen;
      return { post: () => {}, kill: () => {}, pid: () => 1, gone };
    },
    heard: (event) => seen.push(event),
  });
  const say = (message: unknown) => listener?.message(message);
  const exit = async () => {
    over();
    await gone;
    listener?.exit(quote('It ended.'));
  };
  return { host, seen, say, exit };
}

test('the last words of a process we killed come too late', async () => {
  const { host, seen, say, exit } = openHeldHost();
  host.start(command('work'));
  say({ kind: 'ready' });
  const over = host.kill();
  say({ kind: 'done', job: 'work', outputs: {}, activeFor: 1 });
  await exit();
  await over;
  expect(seen).toMatchObject([{ kind: 'ready' }, { kind: 'killed', job: 'work' }]);
});

test('a runner that went wrong is told as lost, even when a game starts in the same moment', async () => {
  const { host, seen, say, exit } = openHeldHost();
  host.start(command('work'));
  say('nonsense');
  const over = host.kill();
  await exit();
  await over;
  expect(seen).toEqual([{ kind: 'lost', job: 'work', detail: saying('unreadable') }]);
});

test('two jobs at once are a bug of ours, and throw', () => {
  const { host } = openHost();
  host.start(command('work', 'one'));
  expect(() => host.start(command('work', 'two'))).toThrow('unfinished');
});

test('twenty evicted jobs leave no process and no listener behind', async () => {
  const { host, until } = openHost();
  for (let round = 0; round < 20; round++) {
    host.start(command('work', `job-${round}`));
    await until((e) => e.kind === 'checkpoint' && e.job === `job-${round}`);
    await host.kill();
  }
  const children = execFileSync('ps', ['--ppid', String(process.pid), '-o', 'args='], {
    encoding: 'utf8',
  });
  expect(children).not.toContain('scripted-runner');
});

test('when the agent is killed, its runner does not outlive it', async () => {
  const entry = await bundle('tests/worlds/runner-parent.ts');
  const parent = fork(entry.file, [runner], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const pid = await new Promise<number>((resolve) => {
    parent.once('message', (message) => resolve(Number(message)));
  });
  expect(isAlive(pid)).toBe(true);
  parent.kill('SIGKILL');
  await expect.poll(() => isAlive(pid), PATIENTLY).toBe(false);
  entry.remove();
});
