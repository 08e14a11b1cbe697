import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { nodeSpawn } from '../../src-main/node-child.ts';
import { type HostEvent, openRunnerHost, type StartCommand } from '../../src-main/runner-host.ts';
import { millis } from '../../src-shared/units.ts';
import { mailbox } from './fixtures/mailbox.ts';
import { job } from './world.ts';

const runner = join(import.meta.dirname, 'fixtures/scripted-runner.mjs');

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
