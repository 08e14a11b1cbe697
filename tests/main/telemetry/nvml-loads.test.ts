import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { SLOW } from '../../../src-main/senses/pulse.ts';
import { NVML, type NvmlCalls } from '../../../src-main/telemetry/nvml/binding.ts';
import { openLoadBook } from '../../../src-main/telemetry/nvml/loads.ts';
import { minutes, seconds } from '../../../src-shared/units.ts';

const PID = 4711;
const NOT_FOUND = NVML.notFound;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance', 'Date'] });
  onTestFinished(() => void vi.useRealTimers());
});

/** A driver in which one program makes half of the card's cores, and of which it takes a sample each second. */
function book() {
  const driver = { idle: false };
  const calls = {
    programLoads: (...[, into, count, newest]: readonly unknown[]) => {
      const time = BigInt(Date.now()) * 1000n;
      const nothing = driver.idle || time <= (newest as bigint);
      (count as Uint32Array)[0] = nothing ? 0 : 1;
      if (nothing) return NOT_FOUND;
      const sample = new DataView((into as Uint8Array).buffer);
      sample.setUint32(0, PID, true);
      sample.setBigUint64(8, time, true);
      sample.setUint32(16, 50, true);
      return NVML.success;
    },
  };
  const { ask, of } = openLoadBook(calls as unknown as NvmlCalls);
  return { driver, look: () => (ask(0n) ? of(PID) : null) };
}

test.each([
  ['quick', seconds(1)],
  ['slow', SLOW],
])('at the %s pulse the card knows who works on it, and who has stopped', (_pulse, every) => {
  const { driver, look } = book();
  // What was sampled before we looked is of no known age.
  expect(look()).toBeNull();
  for (let nth = 0; nth < 3; nth++) {
    vi.advanceTimersByTime(every);
    expect(look()).toBe(0.5);
  }
  driver.idle = true;
  vi.advanceTimersByTime(seconds(3));
  expect(look()).toBe(0);
});

test('after a sleep nobody is blamed for what was done before it', () => {
  const { look } = book();
  look();
  vi.advanceTimersByTime(seconds(1));
  expect(look()).toBe(0.5);
  vi.advanceTimersByTime(minutes(5));
  expect(look()).toBeNull();
});
