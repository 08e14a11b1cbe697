import fc from 'fast-check';
import { expect, test } from 'vitest';
import { afterCrash, GIVE_UP_AFTER, type Trouble } from '../../../src-main/agent/lane.ts';
import { JobId } from '../../../src-shared/job.ts';
import { quote } from '../../../src-shared/said.ts';
import { seconds } from '../../../src-shared/units.ts';
import { T0 } from '../../worlds/machine.ts';

/** What a lane is in after crashes under these jobs, one after the other. */
const after = (jobs: readonly string[]): Trouble =>
  jobs.reduce<Trouble>(
    (trouble, id) => afterCrash(trouble, T0, JobId.parse(id), quote(`died of ${id}`)),
    {
      kind: 'none',
    },
  );

test('one bad job, however often it comes back, makes the card rest and never stops it', () => {
  const rests = Array.from({ length: 20 }, (_, n) => {
    const trouble = after(Array(n + 1).fill('bad'));
    return trouble.kind === 'rest' ? trouble.until - T0 : trouble.kind;
  });
  expect(rests.slice(0, 5)).toEqual([5, 10, 20, 40, 40].map(seconds));
  expect(new Set(rests.slice(3))).toEqual(new Set([seconds(40)]));
});

test('the card is given up once crashes in a row came under five jobs, and not before', () => {
  const ids = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g');
  fc.assert(
    fc.property(fc.array(ids, { minLength: 1, maxLength: 30 }), (jobs) => {
      const isOver = new Set(jobs).size >= GIVE_UP_AFTER;
      expect(after(jobs)).toMatchObject({
        kind: isOver ? 'gave-up' : 'rest',
        detail: quote(`died of ${jobs.at(-1)}`),
      });
    }),
  );
});
