import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { OpenCardSource } from '../../../src-main/telemetry/card/source.ts';
import { nvidiaCards } from '../../../src-main/telemetry/card-drivers.ts';
import {
  LOOK_AGAIN_EVERY,
  LOOK_FOR_NEW_EVERY,
  openCardWatch,
  REOPEN_EVERY,
} from '../../../src-main/telemetry/card-watch.ts';
import { LaneId, type TelemetryEvent } from '../../../src-shared/gpu.ts';
import { millis } from '../../../src-shared/units.ts';
import { buildFakes } from '../../fakes/build.ts';
import { fakeGpuEnvironment, writeGpuState } from '../../fakes/gpu-state.ts';
import { ARC, drmMachine, RADEON } from '../../worlds/computer/drm-machine.ts';
import { PATIENTLY } from '../../worlds/patience.ts';
import { saying } from '../../worlds/saying.ts';
import { tempFolder } from '../../worlds/temp-folder.ts';

const machineWith = (cards: Parameters<typeof drmMachine>[0]) => drmMachine(cards, tempFolder());

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
  const opened = openCardWatch([nvidiaCards(library)]);
  if (opened.kind !== 'watching') throw new Error(opened.kind);
  const { watch } = opened;
  const first = watch.read(at(0));
  expect(lanes(first)).toEqual([expect.stringContaining('one')]);
  expect(lost(first)).toEqual([false]);

  // Then the other one falls off too, and both return: the driver is opened anew, once in a while.
  writeGpuState(folder, { cards: [{ lost: true }, {}] });
  await changed(() => lost(watch.read(at(1000)))[0] === true);
  expect(lost(watch.read(at(1000 + REOPEN_EVERY - 1)))).toEqual([true]);
  expect(lanes(watch.read(at(1000 + REOPEN_EVERY)))).toEqual([
    expect.stringContaining('one'),
    expect.stringContaining('two'),
  ]);
  expect(lost(watch.read(at(2000 + REOPEN_EVERY)))).toEqual([true, false]);

  writeGpuState(folder, {});
  await changed(() => lost(watch.read(at(3000 + 2 * REOPEN_EVERY))).every((gone) => !gone));
  expect(lanes(watch.read(at(4000 + 2 * REOPEN_EVERY)))).toEqual([]);
  watch.close();
});

test('while the driver is away, its cards are lost, not forgotten', async () => {
  writeGpuState(folder, {});
  const opened = openCardWatch([nvidiaCards(library)]);
  if (opened.kind !== 'watching') throw new Error(opened.kind);
  const { watch } = opened;
  expect(lost(watch.read(at(0)))).toEqual([false, false]);
  writeGpuState(folder, { initError: 9, cards: [{ lost: true }, { lost: true }] });
  await changed(() => lost(watch.read(at(1000))).every((gone) => gone));
  watch.read(at(1000 + REOPEN_EVERY));
  expect(lost(watch.read(at(2000 + REOPEN_EVERY)))).toEqual([true, true]);

  writeGpuState(folder, {});
  // Past the fake's own patience with its state file, the next try finds the driver.
  let now = 3000 + REOPEN_EVERY;
  await changed(() => {
    now += REOPEN_EVERY;
    return lost(watch.read(at(now))).every((gone) => !gone);
  });
  watch.close();
});

test('a library that is missing is no driver', () => {
  expect(openCardWatch([nvidiaCards(join(folder, 'nothing.so'))])).toEqual({ kind: 'absent' });
});

test('a library that cannot do what we need is a driver too old', () => {
  const opened = openCardWatch([nvidiaCards('libc.so.6')]);
  expect(opened).toMatchObject({ kind: 'broken', detail: saying('too old') });
});

const watching = (...drivers: readonly OpenCardSource[]) => {
  const opened = openCardWatch(drivers);
  if (opened.kind !== 'watching') throw new Error(opened.kind);
  return opened.watch;
};
const troubles = (events: readonly TelemetryEvent[]) =>
  events.flatMap((e) => (e.kind === 'inventory' ? [e.trouble] : []));
const NO_LIBRARY = () => nvidiaCards(join(folder, 'nothing.so'));

test('a machine with cards of two makers has them all, and one that is unplugged does not disturb the other', async () => {
  writeGpuState(folder, {});
  const machine = machineWith({ card1: RADEON });
  const watch = watching(nvidiaCards(library), machine.opener);
  const first = watch.read(at(0));
  expect(lanes(first)).toEqual([
    expect.stringContaining('one'),
    expect.stringContaining('two'),
    'AMD Radeon RX 6800/6800 XT / 6900 XT',
  ]);
  expect(lost(first)).toEqual([false, false, false]);
  machine.unplug('card1');
  expect(lost(watch.read(at(1000)))).toEqual([false, false, true]);
  expect(lost(watch.read(at(1000 + REOPEN_EVERY)))).toEqual([false, false, true]);

  writeGpuState(folder, { cards: [{ lost: true }] });
  // The kernel may give the card another number when it is back.
  machine.plug('card2', RADEON);
  await changed(() => lost(watch.read(at(1000 + 2 * REOPEN_EVERY)))[0] === true);
  expect(lost(watch.read(at(2000 + 2 * REOPEN_EVERY)))).toEqual([true, false, false]);
  watch.close();
});

test('a broken driver of NVIDIA is told, and the other card works all the same', async () => {
  writeGpuState(folder, { initError: 18 });
  await changed(() => nvidiaCards(library)().kind === 'broken');
  const watch = watching(nvidiaCards(library), machineWith({ card0: RADEON }).opener);
  const told = watch.read(at(0));
  expect(lost(told)).toEqual([false]);
  expect(troubles(told)).toEqual([saying('was updated: restart the computer')]);
  watch.close();
});

test('a driver that is installed later is found without a restart', async () => {
  let there = false;
  const nvidia: OpenCardSource = () => (there ? nvidiaCards(library)() : { kind: 'absent' });
  writeGpuState(folder, {});
  await changed(() => nvidiaCards(library)().kind === 'open');
  const watch = watching(nvidia, machineWith({ card0: RADEON }).opener);
  expect(lanes(watch.read(at(0)))).toHaveLength(1);
  there = true;
  expect(lanes(watch.read(at(LOOK_AGAIN_EVERY - 1)))).toEqual([]);
  expect(lanes(watch.read(at(LOOK_AGAIN_EVERY)))).toHaveLength(3);
  watch.close();
});

test('a card that is plugged in beside another becomes a lane, and one that works is not disturbed by looking for it', () => {
  const machine = machineWith({ card0: RADEON });
  let opened = 0;
  const watch = watching(() => {
    opened++;
    return machine.opener();
  });
  watch.read(at(0));
  watch.read(at(LOOK_FOR_NEW_EVERY));
  expect(opened).toBe(1);
  machine.plug('card1', ARC);
  expect(lanes(watch.read(at(2 * LOOK_FOR_NEW_EVERY)))).toEqual([
    expect.stringContaining('AMD'),
    'Intel Arc A770',
  ]);
  expect(lost(watch.read(at(2 * LOOK_FOR_NEW_EVERY + 1000)))).toEqual([false, false]);
});

test('the second of two equal cards is told, and takes the place of none', () => {
  const other = { ...RADEON, 'device/uevent': 'PCI_SLOT_NAME=0000:0c:00.0' };
  const machine = machineWith({ card0: other });
  const watch = watching(NO_LIBRARY(), machine.opener);
  expect(troubles(watch.read(at(0)))).toEqual([null]);
  expect(watch.powerOf(LaneId.parse('PCI-0000:0c:00.0'))?.read()).toBe(203);
  // While it is out, another is put into an earlier slot: that one is the first from now on.
  machine.plug('card1', RADEON);
  machine.unplug('card0');
  watch.read(at(1000));
  machine.plug('card0', other);
  watch.read(at(1000 + REOPEN_EVERY));
  expect(lost(watch.read(at(2000 + REOPEN_EVERY)))).toEqual([false]);
});

test('without any card there is nothing to watch', () => {
  expect(openCardWatch([NO_LIBRARY(), machineWith({}).opener])).toEqual({ kind: 'absent' });
});
