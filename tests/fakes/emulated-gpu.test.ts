import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { NO_PTXAS, notTriedHere } from '../worlds/not-tried.ts';
import { buildFakes, type Fakes } from './build.ts';
import { findProgram } from './find-program.ts';
import {
  type FakeGpuOptions,
  fakeGpuEnvironment,
  readPowerLimit,
  writeGpuState,
  writePowerLimit,
} from './gpu-state.ts';

// The emulated driver is what most promises are tested against, so it is tested first: by an ordinary program that
// finds the libraries by their usual names.

const program = fileURLToPath(new URL('gpu-program.mjs', import.meta.url));
const basic = fileURLToPath(new URL('kernels/basic.ptx', import.meta.url));
const MEBIBYTE = 1024 * 1024;
/** What the idle card of the state file holds before anyone asks for memory. */
const DESKTOP = 512 * MEBIBYTE;

let fakes: Fakes;
let folder: string;
const started: ChildProcess[] = [];

beforeAll(async () => {
  fakes = await buildFakes();
}, 120_000);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offpeak-gpu-'));
});
afterEach(async () => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

type Program = { readonly child: ChildProcess; readonly line: () => Promise<string> };

function start(words: readonly string[], options: Partial<FakeGpuOptions> = {}): Program {
  const env = { ...process.env, ...fakeGpuEnvironment({ fakes, folder, ...options }) };
  const child = spawn(process.execPath, [program, ...words], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  started.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    child,
    line: async () => {
      const { done, value } = await lines.next();
      if (done) throw new Error(`${words[0]} said nothing more`);
      return value;
    },
  };
}

const answer = async (words: readonly string[], options: Partial<FakeGpuOptions> = {}) =>
  JSON.parse(await start(words, options).line());

async function watcher(options: Partial<FakeGpuOptions> = {}) {
  const nvml = start(['nvml'], options);
  return async (limit = '') => {
    nvml.child.stdin?.write(`${limit}\n`);
    return JSON.parse(await nvml.line());
  };
}

const gone = (child: ChildProcess) => new Promise((over) => child.once('exit', over));

test('the kernels of the tests compute what they say, barriers included', async () => {
  const { sum, scaled, blocks } = await answer(['kernels', basic], { strict: true });
  expect(sum).toEqual(Array.from({ length: 130 }, (_, i) => i + 1));
  expect(scaled).toEqual(Array.from({ length: 130 }, (_, i) => i + 1 + 2.5 * i));
  expect(blocks).toEqual([2016, 64 * 64 + 2016, 128 + 129]);
});

test('memory of a killed program is free again, and the driver no longer lists it', async () => {
  const look = await watcher();
  expect(await look()).toMatchObject({ used: DESKTOP, compute: [] });
  const { child, line } = start(['hold', String(1000 * MEBIBYTE)]);
  expect(await line()).toBe('held');
  const held = await look();
  expect(held.used).toBe(DESKTOP + (1000 + 120) * MEBIBYTE);
  expect(held.compute).toEqual([{ pid: child.pid, bytes: (1000 + 120) * MEBIBYTE }]);
  child.kill('SIGKILL');
  await gone(child);
  expect(await look()).toMatchObject({ used: DESKTOP, compute: [] });
});

test('memory is one pool for all programs: what one holds, another cannot have', async () => {
  const first = start(['hold', String(8000 * MEBIBYTE)]);
  expect(await first.line()).toBe('held');
  expect(await answer(['hold', String(4000 * MEBIBYTE)])).toEqual({ code: 2 });
  first.child.kill('SIGKILL');
  await gone(first.child);
  const second = start(['hold', String(4000 * MEBIBYTE)]);
  expect(await second.line()).toBe('held');
});

test('a game takes memory too', async () => {
  const programs = [{ pid: 4242, kind: 'graphics', bytes: 9000 * MEBIBYTE, load: 90 }] as const;
  writeGpuState(folder, { cards: [{ programs }] });
  const look = await watcher();
  expect((await look()).graphics).toEqual([{ pid: 4242, bytes: 9000 * MEBIBYTE }]);
  expect(await answer(['hold', String(4000 * MEBIBYTE)])).toEqual({ code: 2 });
});

test('a card draws more power while a kernel runs, and every step runs once', async () => {
  const look = await watcher();
  expect(await look()).toMatchObject({ power: 15_000, load: 0 });
  const spin = start(['spin', basic, '3'], { kernelMillis: 20 });
  expect(await spin.line()).toBe('step 1');
  expect(await look()).toMatchObject({ power: 165_000, load: 97 });
  expect(await spin.line()).toBe('step 2');
  expect(await spin.line()).toBe('step 3');
  expect(JSON.parse(await spin.line())).toEqual({ counters: [3] });
});

test('what a test says about the card is seen at the next look', async () => {
  const look = await watcher();
  expect(await look()).toMatchObject({ temperature: { code: 0, value: 45 }, fan: { code: 0 } });
  writeGpuState(folder, { cards: [{ temperature: 88, fan: 'none' }] });
  expect(await look()).toMatchObject({ temperature: { code: 0, value: 88 }, fan: { code: 3 } });
  writeGpuState(folder, { cards: [{ lost: true }] });
  expect(await look()).toMatchObject({ temperature: { code: 15 } });
});

test('a power limit is the machine’s: it holds for every program, and after the one that set it', async () => {
  const nvml = start(['nvml']);
  nvml.child.stdin?.write('120000\n');
  expect(JSON.parse(await nvml.line())).toMatchObject({
    set: 0,
    limit: { code: 0, value: 120_000 },
    usual: 170_000,
  });
  nvml.child.kill('SIGKILL');
  await gone(nvml.child);
  const look = await watcher();
  expect(await look()).toMatchObject({ limit: { value: 120_000 } });
  expect(readPowerLimit(folder)).toBe(120_000);
  writePowerLimit(folder, null);
  expect(await look()).toMatchObject({ limit: { value: 170_000 } });
});

test('a power limit that may not be set is refused with the driver’s codes', async () => {
  const look = await watcher();
  expect(await look('99999')).toMatchObject({ set: 2, limit: { value: 170_000 } });
  expect(await look('170001')).toMatchObject({ set: 2 });
  writeGpuState(folder, { cards: [{ deniesLimit: true }] });
  expect(await look('120000')).toMatchObject({ set: 4, limit: { value: 170_000 } });
  writeGpuState(folder, { cards: [{ powerLimit: 'none' }] });
  expect(await look('120000')).toMatchObject({ set: 3, limit: { code: 3 } });
});

test('clocks, the energy counter, the memory’s temperature and what slows the card are as the test says', async () => {
  const look = await watcher();
  expect(await look()).toMatchObject({
    energy: { code: 3 },
    memoryTemperature: { code: 0, answer: 3 },
    reasons: 1,
  });
  const card = { energy: 5_000_000_000, memoryTemperature: 92, reasons: 0x48, clock: 1500 };
  writeGpuState(folder, { cards: [{ ...card, memoryClock: 9501 }] });
  expect(await look()).toMatchObject({
    energy: { code: 0, value: 5_000_000_000 },
    memoryTemperature: { code: 0, answer: 0, value: 92 },
    reasons: 0x48,
    clocks: [1500, 9501],
  });
});

test('the driver samples what each program does, keeps it a while, and has nothing on idle ones', async () => {
  const programs = [
    { pid: 4242, kind: 'graphics', bytes: 1, load: 60 },
    { pid: 4243, kind: 'graphics', bytes: 1 },
  ] as const;
  writeGpuState(folder, { cards: [{ programs }] });
  const look = await watcher();
  const { loads, newLoads } = await look();
  expect(loads.samples).toMatchObject([
    { pid: 4242, cores: 60 },
    { pid: 4242, cores: 1 },
  ]);
  expect(Number(loads.samples[1].at)).toBeLessThan(Number(loads.samples[0].at));
  // Nothing is newer than now.
  expect(newLoads).toEqual({ code: 6, samples: [] });
  writeGpuState(folder, { cards: [{ programs, hidesLoads: true }] });
  expect(await look()).toMatchObject({ loads: { code: 3 } });
});

test('a driver that is not loaded refuses to start', async () => {
  writeGpuState(folder, { initError: 9 });
  const look = await watcher();
  expect(await look()).toEqual({ init: 9 });
  const failures = [{ call: 'cuInit', nth: 0, code: 100 }];
  expect(await answer(['hold', '4'], { failures })).toEqual({ failed: 'cuInit', code: 100 });
});

test('a lost card fails CUDA', async () => {
  writeGpuState(folder, { cards: [{ lost: true }] });
  expect(await answer(['hold', '4'])).toMatchObject({ code: 999 });
});

test('a write out of bounds is an illegal access, and stays one', async () => {
  const ILLEGAL_ADDRESS = 700;
  expect(await answer(['fault', basic])).toEqual({
    first: ILLEGAL_ADDRESS,
    after: ILLEGAL_ADDRESS,
    alloc: { code: ILLEGAL_ADDRESS },
  });
});

test('programs that a driver would refuse are refused with its codes', async () => {
  const ptx = await readFile(basic, 'utf8');
  const refused = async (text: string, options: Partial<FakeGpuOptions> = {}) => {
    await writeFile(join(folder, 'bad.ptx'), text);
    return answer(['load', join(folder, 'bad.ptx')], options);
  };
  expect((await refused('not ptx at all')).code).toBe(200);
  expect((await refused(ptx.replace(/\.target .*/, '.target sm_120'))).code).toBe(209);
  expect((await refused(ptx.replace(/\.version .*/, '.version 9.9'))).code).toBe(222);
  const ptxas = findProgram('ptxas');
  if (!ptxas) {
    notTriedHere(NO_PTXAS);
    return;
  }
  const wrong = await refused(ptx.replace('add.rn.f32', 'add.bogus.f32'), { ptxas });
  expect(wrong.code).toBe(218);
  expect(wrong.log).toContain('.bogus');
});

test('a second build is the first one', async () => {
  expect(await buildFakes()).toEqual(fakes);
});
