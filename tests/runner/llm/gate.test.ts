import { expect, test } from 'vitest';
import { openGate } from '../../../src-runner/llm/gate.ts';
import { type Clock, openDutyCycle } from '../../../src-runner/work/duty-cycle.ts';
import { type Millis, millis } from '../../../src-shared/units.ts';

/** A clock that goes on only while somebody rests, or is told to. */
function world(duty: number) {
  let now = 0;
  const pauses: number[] = [];
  const clock: Clock = {
    now: () => millis(now),
    pause: async (length: Millis) => {
      pauses.push(length);
      now += length;
    },
  };
  const dutyCycle = openDutyCycle(clock);
  dutyCycle.setDuty(duty);
  return {
    gate: openGate(dutyCycle, clock),
    pauses,
    pass: (length: number) => {
      now += length;
    },
    now: () => now,
  };
}
const never = new AbortController().signal;
const quiet = () => undefined;

test('jobs that work together rest together, half of the time', async () => {
  const { gate, pass, pauses, now } = world(0.5);
  let worked = 0;
  const job = async () => {
    for (let i = 0; i < 100; i += 1)
      await gate.run(never, quiet, async () => {
        // All of them wait for one batch.
        await Promise.resolve();
        if (batch === null) {
          batch = Promise.resolve().then(() => {
            pass(10);
            worked += 10;
            batch = null;
          });
        }
        await batch;
      });
  };
  let batch: Promise<void> | null = null;
  await Promise.all([job(), job(), job()]);
  expect(worked / now()).toBeGreaterThan(0.45);
  expect(worked / now()).toBeLessThan(0.55);
  expect(pauses.length).toBeGreaterThan(0);
});

test('a job that comes while another works does not take that for rest', async () => {
  const { gate, pass, pauses } = world(0.5);
  await gate.run(never, quiet, async () => {
    pass(500);
    const other = gate.run(never, quiet, async () => undefined);
    await Promise.resolve();
    pass(500);
    // The other waits: half a second of work is half a second of rest to come, and it grows.
    void other;
  });
  await gate.run(never, quiet, async () => undefined);
  expect(pauses.reduce((sum, pause) => sum + pause, 0)).toBeGreaterThanOrEqual(1000);
});

test('a job that must stop does not wait for the others’ rest', async () => {
  const { gate, pass } = world(0.01);
  await gate.run(never, quiet, async () => pass(1000));
  const stop = new AbortController();
  const waiting = gate.run(stop.signal, quiet, async () => 'worked');
  stop.abort();
  expect(await waiting).toBeNull();
});

test('at full speed nobody rests', async () => {
  const { gate, pass, pauses } = world(1);
  for (let i = 0; i < 50; i += 1) await gate.run(never, quiet, async () => pass(100));
  expect(pauses).toEqual([]);
});

test('work that fails lets the others go on', async () => {
  const { gate } = world(0.5);
  const broken = gate.run(never, quiet, async () => {
    throw new Error('broken');
  });
  await expect(broken).rejects.toThrow('broken');
  expect(await gate.run(never, quiet, async () => 1)).toEqual({ value: 1 });
});
