import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openCardWatch, REOPEN_EVERY } from '../../src-main/telemetry/card-watch.ts';
import type { TelemetryEvent } from '../../src-shared/gpu.ts';
import { millis } from '../../src-shared/units.ts';
import { buildFakes } from '../fakes/build.ts';
import { fakeGpuEnvironment, writeGpuState } from '../fakes/gpu-state.ts';

/** For machines that are busy with something else. */
const PATIENTLY = { timeout: 20_000, interval: 10 };
vi.setConfig({ testTimeout: 30_000 });

// The emulated driver in this very process, so that the test holds the clock.
let library: string;
let folder: string;
beforeAll(async () => {
  const fakes = await buildFakes();
  folder = mkdtempSync(join(tmpdir(), 'offpeak-cards-'));
  library = join(fakes.folder, 'libnvidia-ml.so.1');
  const device = { capability: '8.6', mebibytes: 1024, multiprocessors: 1 };
  const devices = [
    { ...device, name: 'one' },
    { ...device, name: 'two' },
  ];
  const { FAKE_GPU_DIR, FAKE_GPU_DEVICES } = fakeGpuEnvironment({ fakes, folder, devices });
  Object.assign(process.env, { FAKE_GPU_DIR, FAKE_GPU_DEVICES });
}, 240_000);
afterAll(() => rmSync(folder, { recursive: true }));

const T0 = 1_800_000_000_000;
const at = (ms: number) => millis(T0 + ms);
const lost = (events: readonly TelemetryEvent[]) =>
  events.flatMap((e) => (e.kind === 'readings' ? e.readings.map((reading) => reading.lost) : []));
const lanes = (events: readonly TelemetryEvent[]) =>
  events.flatMap((e) => (e.kind === 'inventory' ? e.gpus.map(({ name }) => name) : []));

/** The emulated driver looks at its state file at most every few milliseconds. */
const changed = async (look: () => boolean) => expect.poll(look, PATIENTLY).toBe(true);

test('a card that was lost at the start becomes a lane when it comes back', async () => {
  writeGpuState(folder, { cards: [{}, { lost: true }] });
  const opened = openCardWatch(library);
  if (opened.kind !== 'watching') throw new Error(opened.kind);
  const { watch } = opened;
  const first = watch.look(at(0));
  expect(lanes(first)).toEqual([expect.stringContaining('one')]);
  expect(lost(first)).toEqual([false]);

  // Then the other one falls off too, and both return: the driver is opened anew, once in a while.
  writeGpuState(folder, { cards: [{ lost: true }, {}] });
  await changed(() => lost(watch.look(at(1000)))[0] === true);
  expect(lost(watch.look(at(1000 + REOPEN_EVERY - 1)))).toEqual([true]);
  expect(lanes(watch.look(at(1000 + REOPEN_EVERY)))).toEqual([
    expect.stringContaining('one'),
    expect.stringContaining('two'),
  ]);
  expect(lost(watch.look(at(2000 + REOPEN_EVERY)))).toEqual([true, false]);

  writeGpuState(folder, {});
  await changed(() => lost(watch.look(at(3000 + 2 * REOPEN_EVERY))).every((gone) => !gone));
  expect(lanes(watch.look(at(4000 + 2 * REOPEN_EVERY)))).toEqual([]);
  watch.close();
});

test('while the driver is away, its cards are lost, not forgotten', async () => {
  writeGpuState(folder, {});
  const opened = openCardWatch(library);
  if (opened.kind !== 'watching') throw new Error(opened.kind);
  const { watch } = opened;
  expect(lost(watch.look(at(0)))).toEqual([false, false]);
  writeGpuState(folder, { initError: 9, cards: [{ lost: true }, { lost: true }] });
  await changed(() => lost(watch.look(at(1000))).every((gone) => gone));
  watch.look(at(1000 + REOPEN_EVERY));
  expect(lost(watch.look(at(2000 + REOPEN_EVERY)))).toEqual([true, true]);

  writeGpuState(folder, {});
  // Past the fake's own patience with its state file, the next try finds the driver.
  let now = 3000 + REOPEN_EVERY;
  await changed(() => {
    now += REOPEN_EVERY;
    return lost(watch.look(at(now))).every((gone) => !gone);
  });
  watch.close();
});

test('a library that is missing is no driver', () => {
  expect(openCardWatch(join(folder, 'nothing.so'))).toEqual({ kind: 'absent' });
});

test('a library that cannot do what we need is a driver too old', () => {
  const opened = openCardWatch('libc.so.6');
  expect(opened).toMatchObject({ kind: 'broken', detail: expect.stringContaining('too old') });
});
