import { expect, test } from 'vitest';
import type { ChildListener } from '../../../src-main/children/child.ts';
import {
  type HostEvent,
  openRunnerHost,
  type StartCommand,
} from '../../../src-main/runner/host.ts';
import { KernelJob } from '../../../src-shared/job.ts';
import { millis, minutes } from '../../../src-shared/units.ts';
import { job } from '../../worlds/machine.ts';

const start = (id: string, duty = 1): StartCommand => ({
  kind: 'start',
  job: { ...job, id: KernelJob.shape.id.parse(id) },
  backend: 'cuda',
  device: 0,
  blobs: {},
  resume: null,
  checkpointEvery: millis(1000),
  duty,
});
const one = start('one');

/** Processes in the hand of the test, and what each was told. */
function openHeldHost() {
  const seen: HostEvent[] = [];
  const posted: unknown[] = [];
  const runners: { readonly listener: ChildListener; readonly exit: () => void }[] = [];
  const host = openRunnerHost({
    spawn: (listener) => {
      let exit = () => {};
      const gone = new Promise<void>((resolve) => {
        exit = resolve;
      });
      runners.push({ listener, exit });
      return { post: (message) => posted.push(message), kill: () => {}, pid: () => 1, gone };
    },
    heard: (event) => seen.push(event),
  });
  const say = (message: unknown) => runners.at(-1)?.listener.message(message);
  return { host, seen, posted, say, runners };
}
const duties = (posted: readonly unknown[]) =>
  posted.map((message) => ({
    kind: Reflect.get(Object(message), 'kind'),
    duty: Reflect.get(Object(message), 'duty'),
  }));

test('a runner at work is told its new pace at once', () => {
  const { host, posted, say } = openHeldHost();
  host.start(one);
  say({ kind: 'ready' });
  host.setDuty(one.job.id, 0.5);
  expect(posted.at(-1)).toEqual({ kind: 'duty', job: 'one', duty: 0.5 });
});

test('a runner that is still coming up begins with the latest pace', () => {
  const { host, posted, say } = openHeldHost();
  host.start(one);
  host.setDuty(one.job.id, 0.5);
  host.setDuty(one.job.id, 0.3);
  say({ kind: 'ready' });
  expect(duties(posted)).toEqual([{ kind: 'start', duty: 0.3 }]);
});

test('a job that waits for a dying process begins with the latest pace', async () => {
  const { host, posted, say, runners } = openHeldHost();
  host.start(one);
  say({ kind: 'ready' });
  const over = host.kill();
  const two = start('two', 0.8);
  host.start(two);
  host.setDuty(two.job.id, 0.2);
  runners[0]?.exit();
  await over;
  await Promise.resolve();
  say({ kind: 'ready' });
  expect(duties(posted).slice(1)).toEqual([{ kind: 'start', duty: 0.2 }]);
});

test('a pace for a job that is over, yields or belongs to nobody goes nowhere', () => {
  const { host, posted, say } = openHeldHost();
  host.setDuty(one.job.id, 0.5);
  host.start(one);
  say({ kind: 'ready' });
  host.setDuty(start('two').job.id, 0.5);
  host.yieldJob(one.job.id, minutes(5));
  host.setDuty(one.job.id, 0.5);
  say({ kind: 'yielded', job: 'one', step: 1, buffers: {} });
  host.setDuty(one.job.id, 0.5);
  expect(duties(posted).map(({ kind }) => kind)).toEqual(['start', 'yield']);
  void host.kill();
});

test('whatever its pace became, the words of a runner are about the start it was given', () => {
  const { host, seen, say } = openHeldHost();
  host.start(one);
  host.setDuty(one.job.id, 0.5);
  say({ kind: 'ready' });
  say({ kind: 'progress', job: 'one', step: 1 });
  expect(seen.at(-1)).toEqual({ kind: 'progress', job: 'one', step: 1 });
});
