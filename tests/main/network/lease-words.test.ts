import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  handBackWord,
  repeats,
  resultWord,
  safeCheckpoint,
  takesCheckpoint,
} from '../../../src-main/network/lease-words.ts';
import { JobId } from '../../../src-shared/job.ts';
import { quote } from '../../../src-shared/said.ts';
import { microUsd } from '../../../src-shared/units.ts';
import { checkpointAt, outputs } from '../books/ledger-samples.ts';

const result = {
  lease: 'L',
  job: JobId.parse('a'),
  fence: 1,
  outputs,
  amount: microUsd(5),
  test: true,
};
const checkpoint = checkpointAt(3);

test('a result is said only when all of it is at the network; one that is lost here is never said', () => {
  expect(resultWord(result, 'ok')).toEqual({
    kind: 'say',
    word: { kind: 'result', lease: 'L', outputs },
  });
  expect(resultWord(result, 'missing')).toEqual({ kind: 'gone' });
  expect(resultWord(result, 'later')).toEqual({ kind: 'later' });
});

test('a lease goes back with its checkpoint, without one that rotted here, and not at all while the line fails', () => {
  expect(safeCheckpoint(checkpoint, 'ok')).toEqual({ kind: 'ok', checkpoint });
  expect(safeCheckpoint(checkpoint, 'missing')).toEqual({ kind: 'ok', checkpoint: null });
  expect(safeCheckpoint(checkpoint, 'later')).toEqual({ kind: 'later' });
});

test('a job goes on where the machine stopped or broke, and begins anew where it is itself at fault', () => {
  const failed = (because: 'device-lost' | 'runner-lost' | 'illegal-access' | 'bad-program') =>
    takesCheckpoint({ kind: 'failed', because, detail: quote('') });
  expect(takesCheckpoint({ kind: 'release' })).toBe(true);
  expect([failed('device-lost'), failed('runner-lost')]).toEqual([true, true]);
  expect([failed('illegal-access'), failed('bad-program')]).toEqual([false, false]);
});

test('a job that goes back is released, and one that failed is called failed', () => {
  expect(handBackWord('L', { kind: 'release' }, checkpoint)).toEqual({
    kind: 'release',
    lease: 'L',
    checkpoint,
  });
  expect(
    handBackWord('L', { kind: 'failed', because: 'device-lost', detail: quote('fell off') }, null),
  ).toEqual({
    kind: 'failed',
    lease: 'L',
    because: 'device-lost',
    detail: 'fell off',
    checkpoint: null,
  });
});

test('after a reconnect every lease without work is kept alive and given back, and every result sent again', () => {
  const leases = [
    { lease: 'idle', checkpoint },
    { lease: 'worked on', checkpoint: null },
    { lease: 'finishing', checkpoint: null },
  ];
  const again = repeats(leases, [{ lease: 'done' }], ['worked on'], new Set(['finishing']));
  expect(again).toEqual([
    { kind: 'say', word: { kind: 'heartbeat', lease: 'idle', step: 3 } },
    { kind: 'release', lease: 'idle' },
    { kind: 'say', word: { kind: 'heartbeat', lease: 'finishing', step: 0 } },
    { kind: 'deliver', lease: 'done' },
  ]);
});

const Name = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
const Names = fc.uniqueArray(Name);

test('whatever is in hand: nothing is forgotten, nothing is said twice, and no job that is worked on or done goes back', () => {
  fc.assert(
    fc.property(Names, Names, Names, Names, (leases, results, keep, finishing) => {
      const again = repeats(
        leases.map((lease) => ({ lease, checkpoint: null })),
        results.map((lease) => ({ lease })),
        keep,
        new Set(finishing),
      );
      const idle = leases.filter((lease) => !keep.includes(lease));
      const of = (kind: 'release' | 'deliver') =>
        again.flatMap((one) => (one.kind === kind ? [one.lease] : []));
      const alive = again.flatMap((one) =>
        one.kind === 'say' && one.word.kind === 'heartbeat' ? [one.word.lease] : [],
      );
      expect(alive).toEqual(idle);
      expect(of('release')).toEqual(idle.filter((lease) => !finishing.includes(lease)));
      expect(of('deliver')).toEqual(results);
    }),
  );
});
