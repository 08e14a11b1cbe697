import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { openPowerJournal } from '../../../src-main/telemetry/power-journal.ts';
import { openPowerLimits } from '../../../src-main/telemetry/power-limits.ts';
import { LaneId, type TelemetryEvent } from '../../../src-shared/gpu.ts';
import type { Said } from '../../../src-shared/said.ts';
import { watts } from '../../../src-shared/units.ts';
import { inEnglish } from '../../../src-shared/wording.ts';
import { buildFakes, type Fakes } from '../../fakes/build.ts';
import {
  fakeGpuEnvironment,
  readPowerLimit,
  writeGpuState,
  writePowerLimit,
} from '../../fakes/gpu-state.ts';
import { type Bundle, bundle } from '../../worlds/bundle.ts';
import { mailbox } from '../../worlds/mailbox.ts';
import { PATIENTLY } from '../../worlds/patience.ts';
import { watchThrough } from '../../worlds/probe.ts';
import { isAlive } from '../../worlds/seen-processes.ts';

// The real probe and the emulated driver, whose limits outlive every process, as those of a real one do.

vi.setConfig({ testTimeout: 30_000 });

const lane = LaneId.parse('GPU-00000000-0000-0000-0000-000000000000');

let fakes: Fakes;
let probe: Bundle;
let main: Bundle;
beforeAll(async () => {
  [fakes, probe, main] = await Promise.all([
    buildFakes(),
    bundle('src-main/telemetry/probe.ts'),
    bundle('tests/worlds/power-main.ts'),
  ]);
}, 240_000);
afterAll(() => {
  probe.remove();
  main.remove();
});

let life: AbortController;
let folder: string;
let pids: number[];
beforeEach(() => {
  life = new AbortController();
  folder = mkdtempSync(join(tmpdir(), 'offpeak-power-'));
  pids = [];
});
afterEach(() => {
  life.abort();
  for (const pid of pids) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  rmSync(folder, { recursive: true });
});

function start(journal = folder) {
  const heard = mailbox<TelemetryEvent>();
  const told = mailbox<{ trouble: Said | null }>();
  const telemetry = watchThrough(probe.file, {
    spawn: { env: fakeGpuEnvironment({ fakes, folder }) },
    signal: life.signal,
    folder: journal,
    heard: (event) => {
      heard.put(event);
      if (event.kind === 'power-limited') limits.hear(event);
    },
    started: (pid) => pids.push(pid),
  });
  const limits = openPowerLimits({ telemetry, report: told.put });
  const answer = async (nth: number) => {
    await expect.poll(() => told.seen().length, PATIENTLY).toBeGreaterThanOrEqual(nth);
    const trouble = told.seen()[nth - 1]?.trouble;
    return trouble ? inEnglish(trouble) : trouble;
  };
  const readings = () =>
    heard.seen().flatMap((event) => (event.kind === 'readings' ? [event.readings[0]] : []));
  return { limits, told, answer, readings };
}

const inJournal = () => openPowerJournal(folder, Date.now).changed().get(lane);
const limitBecomes = (mw: number | null) =>
  expect.poll(() => readPowerLimit(folder), PATIENTLY).toBe(mw);

/** A main process of its own that has limited the card to 120 W. */
async function startMain() {
  const child = fork(main.file, [probe.file, folder, lane], {
    env: { ...process.env, ...fakeGpuEnvironment({ fakes, folder }) },
  });
  const said = mailbox<{ kind: string; pid?: number }>();
  child.on('message', said.put);
  const started = await said.until(({ kind }) => kind === 'probe');
  const probePid = started.pid ?? 0;
  pids.push(child.pid ?? 0, probePid);
  await said.until(({ kind }) => kind === 'power-limited');
  expect(readPowerLimit(folder)).toBe(120_000);
  return { child, probePid, gone: new Promise((over) => child.once('exit', over)) };
}

test('a card is limited while it works for us, and as it was when we pause', async () => {
  const { limits, answer } = start();
  limits.set(lane, watts(120));
  expect(await answer(1)).toBeNull();
  expect(readPowerLimit(folder)).toBe(120_000);
  expect(inJournal()).toMatchObject({ was: 170, set: 120 });
  limits.set(lane, watts(150));
  expect(await answer(2)).toBeNull();
  expect(readPowerLimit(folder)).toBe(150_000);
  expect(inJournal()).toMatchObject({ was: 170, set: 150 });
  limits.set(lane, null);
  expect(await answer(3)).toBeNull();
  expect(readPowerLimit(folder)).toBe(170_000);
  expect(inJournal()).toBeUndefined();
});

test('quitting puts the limit back first, and takes no further wish', async () => {
  const { limits, answer } = start();
  limits.set(lane, watts(120));
  await answer(1);
  await limits.close();
  expect(readPowerLimit(folder)).toBe(170_000);
  limits.set(lane, watts(120));
  await limits.close();
  expect(readPowerLimit(folder)).toBe(170_000);
});

test('a limit stays within what the card takes, and is never above what its owner had', async () => {
  const { limits, answer } = start();
  limits.set(lane, watts(20));
  expect(await answer(1)).toBeNull();
  expect(readPowerLimit(folder)).toBe(100_000);
  limits.set(lane, null);
  await answer(2);
  writePowerLimit(folder, 140_000);
  limits.set(lane, watts(160));
  expect(await answer(3)).toBeNull();
  expect(readPowerLimit(folder)).toBe(140_000);
  expect(inJournal()).toBeUndefined();
});

test.each([
  [{ deniesLimit: true }, 'The driver lets only an administrator change the power limit.'],
  [{ powerLimit: 'none' as const }, /power limit, so it is left alone/],
])('a limit that cannot be set is a sentence: %o', async (card, sentence) => {
  writeGpuState(folder, { cards: [card] });
  const { limits, answer } = start();
  limits.set(lane, watts(120));
  expect(await answer(1)).toMatch(sentence);
  expect(readPowerLimit(folder)).toBeNull();
  expect(inJournal()).toBeUndefined();
  await limits.close();
});

test('without a journal nothing is changed', async () => {
  const { limits, answer } = start(join(folder, 'not there'));
  limits.set(lane, watts(120));
  expect(await answer(1)).toMatch(/^Nothing was changed, because/);
  expect(readPowerLimit(folder)).toBeNull();
});

test('main is killed: the probe puts the limit back and goes', async () => {
  const { child, probePid } = await startMain();
  child.kill('SIGKILL');
  await limitBecomes(170_000);
  await expect.poll(() => isAlive(probePid), PATIENTLY).toBe(false);
  expect(inJournal()).toBeUndefined();
});

test('the probe is killed: the next one knows what was there, and limits the card again', async () => {
  const { limits, answer } = start();
  limits.set(lane, watts(120));
  await answer(1);
  process.kill(pids[0] ?? 0, 'SIGKILL');
  // The new probe answers the wish of old.
  expect(await answer(2)).toBeNull();
  expect(pids).toHaveLength(2);
  expect(readPowerLimit(folder)).toBe(120_000);
  expect(inJournal()).toMatchObject({ was: 170, set: 120 });
  await limits.close();
  expect(readPowerLimit(folder)).toBe(170_000);
});

test('a probe that dies while we quit does not leave the card limited', async () => {
  const { limits, answer } = start();
  limits.set(lane, watts(120));
  await answer(1);
  process.kill(pids[0] ?? 0, 'SIGSTOP');
  const closed = limits.close();
  process.kill(pids[0] ?? 0, 'SIGKILL');
  await closed;
  expect(readPowerLimit(folder)).toBe(170_000);
});

test('both are killed: the next start puts the limit back before anything else', async () => {
  const { child, probePid, gone } = await startMain();
  process.kill(probePid, 'SIGSTOP');
  child.kill('SIGKILL');
  await gone;
  process.kill(probePid, 'SIGKILL');
  await expect.poll(() => isAlive(probePid), PATIENTLY).toBe(false);
  expect(readPowerLimit(folder)).toBe(120_000);

  const { readings } = start();
  await expect.poll(() => readings().length, PATIENTLY).toBeGreaterThan(0);
  expect(readings()[0]?.powerLimit).toBe(170);
  expect(readPowerLimit(folder)).toBe(170_000);
  expect(inJournal()).toBeUndefined();
});

test('a limit that its owner changed meanwhile is the owner’s', async () => {
  const { limits, answer } = start();
  limits.set(lane, watts(120));
  await answer(1);
  writePowerLimit(folder, 110_000);
  limits.set(lane, null);
  expect(await answer(2)).toBeNull();
  expect(readPowerLimit(folder)).toBe(110_000);
  expect(inJournal()).toBeUndefined();
});

test('a driver that starts anew has a limit of its own; ours holds again while we work', async () => {
  const { limits, answer, readings } = start();
  limits.set(lane, watts(120));
  await answer(1);
  writeGpuState(folder, { cards: [{ lost: true }] });
  await expect.poll(() => readings().at(-1)?.lost, PATIENTLY).toBe(true);
  writePowerLimit(folder, null);
  writeGpuState(folder, { cards: [{ powerLimit: 160_000 }] });
  await limitBecomes(120_000);
  expect(inJournal()).toMatchObject({ was: 160, set: 120 });
  await limits.close();
  expect(readPowerLimit(folder)).toBe(160_000);
});

test('a card that is gone when its limit should come back gets it when it returns', async () => {
  const { limits, answer, readings } = start();
  limits.set(lane, watts(120));
  await answer(1);
  writeGpuState(folder, { cards: [{ lost: true }] });
  await expect.poll(() => readings().at(-1)?.lost, PATIENTLY).toBe(true);
  limits.set(lane, null);
  expect(await answer(2)).toBe('The card does not answer.');
  expect(readPowerLimit(folder)).toBe(120_000);
  expect(inJournal()).toMatchObject({ was: 170 });
  writeGpuState(folder, {});
  await limitBecomes(170_000);
});

test('a terminal that interrupts everything does not get between us and the card', async () => {
  const { limits, answer } = start();
  limits.set(lane, watts(120));
  await answer(1);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.kill(pids[0] ?? 0, signal);
  await limits.close();
  expect(readPowerLimit(folder)).toBe(170_000);
  expect(pids).toHaveLength(1);
});

test('a card that we do not know is left alone, with a sentence', async () => {
  const { limits, answer } = start();
  limits.set(LaneId.parse('software'), watts(120));
  expect(await answer(1)).toBe('The card does not answer.');
  expect(readPowerLimit(folder)).toBeNull();
});
