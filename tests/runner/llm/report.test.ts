import { expect, test } from 'vitest';
import { openReport } from '../../../src-runner/llm/report.ts';
import { realClock } from '../../../src-runner/work/duty-cycle.ts';
import { JobId } from '../../../src-shared/job.ts';
import { quote } from '../../../src-shared/said.ts';
import { millis } from '../../../src-shared/units.ts';

const report = () =>
  openReport(
    JobId.parse('answer'),
    { checkpointEvery: millis(60_000) },
    {
      say: () => undefined,
      sha256: async () => '',
      breathe: async () => undefined,
      stepTimeout: millis(1),
      clock: realClock,
    },
  );
const never = () => new Promise<never>(() => undefined);

test('a token that takes too long after others came is the job’s fault, as a kernel’s step is', async () => {
  const { timed } = report();
  expect(await timed(async () => 'a token')).toBe('a token');
  expect(await timed(never)).toMatchObject({ kind: 'failure', because: 'timed-out' });
});

test('what llama.cpp throws is an outcome of the job, not the end of the process without a word', async () => {
  const { timed } = report();
  const broken = async () => {
    throw new Error('Eval has failed');
  };
  expect(await timed(broken)).toEqual({
    kind: 'failure',
    because: 'device-lost',
    detail: quote('llama.cpp failed: Eval has failed'),
  });
  expect(await timed(broken, () => 'bad-spec')).toMatchObject({ because: 'bad-spec' });
});
