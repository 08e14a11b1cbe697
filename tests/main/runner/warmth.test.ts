import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { nodeSpawn } from '../../../src-main/children/node-child.ts';
import {
  type HostEvent,
  openRunnerHost,
  type StartCommand,
} from '../../../src-main/runner/host.ts';
import { millis } from '../../../src-shared/units.ts';
import { job } from '../../worlds/machine.ts';
import { mailbox } from '../../worlds/mailbox.ts';
import { tempFolder } from '../../worlds/temp-folder.ts';

const runner = join(import.meta.dirname, '../../worlds/scripted-runner.mjs');

const start = (): StartCommand => ({
  kind: 'start',
  job: { ...job, title: 'finish' },
  backend: 'webgpu',
  device: 0,
  blobs: {},
  resume: null,
  checkpointEvery: millis(1000),
  duty: 1,
});

test('a runner that gets no job gives its memory back, and the next job gets a new one', async () => {
  const { put, seen, until } = mailbox<HostEvent>();
  const life = new AbortController();
  onTestFinished(() => life.abort());
  const { signal } = life;
  const host = openRunnerHost({
    spawn: nodeSpawn(runner),
    heard: put,
    signal,
    warmFor: millis(1),
  });
  host.start(start());
  await until(({ kind }) => kind === 'done');
  await expect.poll(() => host.pid(), { timeout: 20_000 }).toBeNull();
  host.start(start());
  await expect
    .poll(() => seen().map(({ kind }) => kind), { timeout: 20_000 })
    .toEqual(['ready', 'done', 'ready', 'done']);
});

test('a job for a language model gets the program for models, once the warm one for kernels is gone', async () => {
  const { put, seen, until } = mailbox<HostEvent>();
  const life = new AbortController();
  onTestFinished(() => life.abort());
  const log = join(tempFolder(), 'heard');
  const host = openRunnerHost({
    spawn: nodeSpawn(runner),
    spawnModel: nodeSpawn(runner, { env: { HEARD: log } }),
    heard: put,
    signal: life.signal,
  });
  const dones = (count: number) =>
    until(
      ({ kind }) => kind === 'done' && seen().filter((e) => e.kind === 'done').length === count,
    );
  host.start(start());
  await dones(1);
  const kernels = host.pid() ?? 0;
  host.start({ ...start(), model: { path: '/models/a.gguf', gpu: false, seats: 1 } });
  await dones(2);
  expect(() => process.kill(kernels, 0)).toThrow('ESRCH');
  expect(readFileSync(log, 'utf8')).toBe(`start ${host.pid()}\n`);
  host.start(start());
  await dones(3);
  expect(readFileSync(log, 'utf8').trim().split('\n')).toHaveLength(1);
  expect(seen().filter(({ kind }) => kind === 'lost' || kind === 'killed')).toEqual([]);
});
