import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StartCommand } from '../../../src-main/runner/host-event.ts';
import {
  type HostEffect,
  type HostInput,
  type HostState,
  hostStep,
  hostTimes,
} from '../../../src-main/runner/host-state.ts';
import { JobId } from '../../../src-shared/job.ts';
import { RunnerEvent } from '../../../src-shared/runner-protocol.ts';
import { quote } from '../../../src-shared/said.ts';
import { millis } from '../../../src-shared/units.ts';
import { job } from '../../worlds/machine.ts';
import { saying } from '../../worlds/saying.ts';

const GRACE = millis(2000);
const id = (name: string) => JobId.parse(name);
const model = { path: '/models/a.gguf', gpu: false, seats: 1 };
/** Another value each time, as each start is one of its own, also of the same job. */
const command = (name: string, more: Partial<StartCommand> = {}): StartCommand => ({
  kind: 'start',
  job: { ...job, id: id(name) },
  backend: 'webgpu',
  device: 0,
  blobs: {},
  resume: null,
  checkpointEvery: millis(1000),
  duty: 1,
  ...more,
});
const said = (event: unknown): HostInput => ({ kind: 'said', event: RunnerEvent.parse(event) });
const READY = said({ kind: 'ready' });
const done = (name: string) => said({ kind: 'done', job: name, outputs: {}, activeFor: 1 });

/** A host that lived through all this, and what it did at the last of it. */
function host(...inputs: readonly HostInput[]) {
  let state: HostState = { kind: 'none' };
  let effects: readonly HostEffect[] = [];
  for (const input of inputs) [state, effects] = hostStep(state, input);
  return { state, effects, kinds: effects.map(({ kind }) => kind) };
}
const start = (one: StartCommand): HostInput => ({ kind: 'start', command: one });
const one = command('one');
const two = command('two');
const BUSY = [start(one), READY];
const EVICT: HostInput = { kind: 'evict' };
const GONE: HostInput = { kind: 'gone' };
const ALARM: HostInput = { kind: 'alarm' };

test('a job is posted once its process is up, with the duty that is asked by then', () => {
  expect(host(start(one)).effects).toEqual([
    { kind: 'launch', program: 'kernels' },
    { kind: 'alarm', after: hostTimes.readyWithin },
  ]);
  const slower: HostInput = { kind: 'duty', job: id('one'), duty: 0.25 };
  expect(host(start(one), slower, READY).effects.slice(0, 2)).toEqual([
    { kind: 'post', message: { ...one, duty: 0.25 } },
    { kind: 'alarm', after: hostTimes.silentFor },
  ]);
});

test('the next job of the same kind is posted to the warm process at once', () => {
  expect(host(...BUSY, done('one')).effects[0]).toEqual({
    kind: 'alarm',
    after: hostTimes.warmFor,
  });
  expect(host(...BUSY, done('one'), start(two)).kinds).toEqual(['post', 'alarm']);
});

test('a job for a model waits until the process for kernels is gone, and gets one for models', () => {
  const llm = command('llm', { model });
  expect(host(...BUSY, done('one'), start(llm)).kinds).toEqual(['kill', 'alarm']);
  expect(host(...BUSY, done('one'), start(llm), GONE).effects[0]).toEqual({
    kind: 'launch',
    program: 'models',
  });
});

test('when a game starts the kill comes first, and the job that waited is called off', () => {
  expect(host(...BUSY, EVICT).kinds).toEqual(['kill', 'alarm']);
  expect(host(...BUSY, EVICT, start(two), EVICT).effects).toEqual([
    { kind: 'kill' },
    { kind: 'alarm', after: null },
    { kind: 'tell', event: { kind: 'killed', job: 'two' }, start: two },
  ]);
});

describe('a runner that goes wrong is killed, and its job is lost for that reason', () => {
  const wrongs: readonly [string, readonly HostInput[]][] = [
    ['The runner did not come up in time.', [start(one), ALARM]],
    ['The runner fell silent.', [...BUSY, ALARM]],
    [
      'The runner said something unreadable: no.',
      [...BUSY, { kind: 'babbled', detail: 'no' }, EVICT],
    ],
    ['It ended by itself.', [...BUSY, { kind: 'exited', detail: quote('It ended by itself.') }]],
  ];
  test.each(wrongs)('%s', (detail, inputs) => {
    const last = inputs.at(-1);
    const { effects } = last?.kind === 'exited' ? host(...inputs) : host(...inputs, GONE);
    expect(effects.at(-1)).toEqual({
      kind: 'tell',
      event: { kind: 'lost', job: 'one', detail: saying(detail) },
      start: one,
    });
  });
});

test('a runner has the grace for its last checkpoint, however much it talks, and is killed after it', () => {
  const yielding: HostInput = { kind: 'yield', job: id('one'), grace: GRACE };
  expect(host(...BUSY, yielding).effects).toEqual([
    { kind: 'post', message: { kind: 'yield', job: 'one' } },
    { kind: 'alarm', after: GRACE },
  ]);
  const progress = said({ kind: 'progress', job: 'one', step: 4 });
  expect(host(...BUSY, yielding, progress).kinds).toEqual(['tell']);
  expect(host(...BUSY, yielding, yielding).kinds).toEqual([]);
  expect(host(...BUSY, yielding, ALARM).kinds).toEqual(['kill', 'alarm']);
  expect(host(...BUSY, yielding, ALARM, GONE).effects.at(-1)).toEqual({
    kind: 'tell',
    event: { kind: 'killed', job: 'one' },
    start: one,
  });
});

const ids = fc.constantFrom('one', 'two', 'three');
const events = fc
  .tuple(
    ids,
    fc.constantFrom(
      { kind: 'progress', step: 1 },
      { kind: 'slow', step: 1, took: 2000 },
      { kind: 'checkpoint', step: 1, buffers: {} },
      { kind: 'yielded', step: 1, buffers: {} },
      { kind: 'done', outputs: {}, activeFor: 1 },
      { kind: 'failed', because: 'bad-program', detail: quote('no') },
    ),
  )
  .map(([name, event]) => said({ ...event, job: name }));
const inputs: fc.Arbitrary<HostInput> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(ids, fc.boolean())
      .map(([name, llm]) => start(command(name, llm ? { model } : {}))),
  },
  { weight: 4, arbitrary: fc.constant(READY) },
  { weight: 4, arbitrary: events },
  {
    weight: 1,
    arbitrary: ids.map((name): HostInput => ({ kind: 'yield', job: id(name), grace: GRACE })),
  },
  {
    weight: 1,
    arbitrary: ids.map((name): HostInput => ({ kind: 'duty', job: id(name), duty: 0.5 })),
  },
  { weight: 1, arbitrary: fc.constant(EVICT) },
  { weight: 1, arbitrary: fc.constant(ALARM) },
  { weight: 2, arbitrary: fc.constant(GONE) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<HostInput>(
      { kind: 'babbled', detail: 'no' },
      { kind: 'exited', detail: quote('It ended.') },
    ),
  },
);
const isUnfinished = (state: HostState) =>
  state.kind === 'starting' ||
  state.kind === 'busy' ||
  state.kind === 'yielding' ||
  (state.kind === 'dying' && state.next !== null);
const ENDS = new Set(['done', 'failed', 'yielded', 'lost', 'killed']);

test('whatever comes in whatever order, every start is told once how it ended, and the kill is never late', () => {
  fc.assert(
    fc.property(fc.array(inputs, { maxLength: 40 }), (story) => {
      let state: HostState = { kind: 'none' };
      /** Whether a process lives that was not killed. */
      let process: 'none' | 'alive' | 'killed' = 'none';
      let armed = false;
      const ends = new Map<StartCommand, number>();

      const live = (input: HostInput) => {
        const before = state;
        if (input.kind === 'start') {
          if (isUnfinished(before)) {
            expect(() => hostStep(before, input)).toThrow('unfinished');
            return;
          }
          ends.set(input.command, 0);
        }
        const [next, effects] = hostStep(before, input);
        state = next;
        if (input.kind === 'exited' || (input.kind === 'gone' && process === 'killed'))
          process = 'none';
        for (const [at, effect] of effects.entries())
          switch (effect.kind) {
            case 'kill':
              expect(at).toBe(0);
              process = 'killed';
              break;
            case 'launch':
              expect(process).toBe('none');
              process = 'alive';
              break;
            case 'post':
              expect(process).toBe('alive');
              break;
            case 'alarm':
              armed = effect.after !== null;
              break;
            case 'tell':
              expect(at).toBe(effects.length - 1);
              if (effect.start && ENDS.has(effect.event.kind))
                ends.set(effect.start, (ends.get(effect.start) ?? Number.NaN) + 1);
              break;
          }
        // The words of a runner that is being ended come too late, also its first.
        if (input.kind === 'said' && before.kind === 'dying') expect(effects).toEqual([]);
        if (input.kind === 'evict' && before.kind !== 'none')
          expect(effects[0]).toEqual({ kind: 'kill' });
        expect(process).toBe(
          next.kind === 'none' ? 'none' : next.kind === 'dying' ? 'killed' : 'alive',
        );
        expect(armed).toBe(process === 'alive');
        for (const count of ends.values()) expect(count).toBeLessThanOrEqual(1);
      };

      for (const input of [...story, EVICT]) live(input);
      expect(isUnfinished(state)).toBe(false);
      live(GONE);
      expect(state).toEqual({ kind: 'none' });
      expect([...ends.values()].every((count) => count === 1)).toBe(true);
    }),
    { numRuns: 1000 },
  );
});
