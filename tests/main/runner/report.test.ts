import { describe, expect, test } from 'vitest';
import type { HostEvent } from '../../../src-main/runner/host-event.ts';
import {
  askedOutputs,
  givenFault,
  type Report,
  reportOf,
} from '../../../src-main/runner/report.ts';
import { startCommand } from '../../../src-main/runner/start-command.ts';
import { quote } from '../../../src-shared/said.ts';
import { gibibytes, millis } from '../../../src-shared/units.ts';
import { card, job } from '../../worlds/machine.ts';

const counters = new Uint8Array(4);

describe('what a word about a job means for its lane', () => {
  const about = { job: job.id };
  const rows: readonly [string, Exclude<HostEvent, { kind: 'ready' }>, Report][] = [
    [
      'progress is passed on',
      { kind: 'progress', ...about, step: 7 },
      { kind: 'progressed', step: 7 },
    ],
    [
      'steps that take long are mentioned',
      { kind: 'slow', ...about, step: 7, took: millis(1400) },
      { kind: 'slow', took: millis(1400) },
    ],
    [
      'a checkpoint is kept, and the job goes on',
      { kind: 'checkpoint', ...about, step: 7, buffers: { counters } },
      { kind: 'checkpoint', given: { step: 7, buffers: { counters } } },
    ],
    [
      'a job that yielded is kept as far as it came',
      { kind: 'yielded', ...about, step: 7, buffers: { counters } },
      { kind: 'stopped', given: { step: 7, buffers: { counters } } },
    ],
    [
      'a job that was killed goes on from what was kept before',
      { kind: 'killed', ...about },
      { kind: 'stopped', given: null },
    ],
    [
      'a job that is done has outputs to look at',
      { kind: 'done', ...about, outputs: { counters }, activeFor: millis(9) },
      { kind: 'finished', outputs: { counters }, activeFor: millis(9) },
    ],
    [
      'a job that failed failed for the runner’s reason',
      { kind: 'failed', ...about, because: 'bad-program', detail: quote('no kernel named k') },
      {
        kind: 'failed',
        outcome: { kind: 'failed', because: 'bad-program', detail: quote('no kernel named k') },
      },
    ],
    [
      'a job whose runner is lost failed with the beginning of its last words',
      { kind: 'lost', ...about, detail: quote('x'.repeat(5000)) },
      {
        kind: 'failed',
        outcome: { kind: 'failed', because: 'runner-lost', detail: quote('x'.repeat(4000)) },
      },
    ],
  ];
  test.each(rows)('%s', (_name, event, report) => {
    expect(reportOf(event)).toEqual(report);
  });
});

test('only a checkpoint that the job can have is kept', () => {
  expect(givenFault(job, { step: 7, buffers: { counters } })).toBeNull();
  expect(givenFault(job, { step: 7, buffers: { counters: new Uint8Array(5) } })).not.toBeNull();
  expect(givenFault(job, { step: 7, buffers: { counters, more: counters } })).not.toBeNull();
  expect(givenFault(job, { step: 7, buffers: {} })).not.toBeNull();
  expect(givenFault(job, { step: 101, buffers: { counters } })).toContain('101');
});

test('only outputs that the job asks for are kept, all of them', () => {
  expect(askedOutputs(job, { counters })).toEqual({ kind: 'asked', buffers: { counters } });
  expect(askedOutputs(job, {})).toEqual({ kind: 'others', fault: 'output counters is missing' });
  expect(askedOutputs(job, { counters, '../../.bashrc': counters })).toMatchObject({
    kind: 'others',
    fault: expect.stringContaining('.bashrc'),
  });
});

test('a runner is told its card, its inputs and its pace, and of a chip only where it is known', () => {
  const pace = { checkpointEvery: millis(5000), duty: 0.5 };
  const inputs = { blobs: { ['a'.repeat(64)]: counters }, resume: null };
  const told = startCommand(job, card, inputs, pace);
  expect(told).toEqual({
    kind: 'start',
    job,
    backend: 'cuda',
    device: 0,
    pci: null,
    ...inputs,
    ...pace,
  });
  const chip = { vendor: 0x10de, device: 0x2504, codename: null, alone: true };
  const model = { path: '/models/a.gguf', gpu: true, seats: 1 };
  expect(
    startCommand(job, { ...card, chip, vramTotal: gibibytes(8) }, { ...inputs, model }, pace),
  ).toEqual({ ...told, chip, model });
});
