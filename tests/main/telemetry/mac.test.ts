import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openMacCards } from '../../../src-main/telemetry/mac/cards.ts';
import { parseIoreg } from '../../../src-main/telemetry/mac/ioreg-card.ts';
import { Gpu, Reading } from '../../../src-shared/gpu.ts';
import { millis } from '../../../src-shared/units.ts';
import { tempFolder } from '../../worlds/temp-folder.ts';

/** What `ioreg` prints of an M1 Pro at work, shortened. */
const M1_PRO = `+-o AGXAcceleratorG13X  <class AGXAcceleratorG13X, id 0x10000048f, registered, matched, active, busy 0 (39191 ms), retain 108>
    {
      "IOClass" = "AGXAcceleratorG13X"
      "model" = "Apple M1 Pro"
      "gpu-core-count" = 16
      "PerformanceStatistics" = {"In use system memory (driver)"=0,"Alloc system memory"=14511046656,"Tiler Utilization %"=3,"recoveryCount"=0,"Renderer Utilization %"=31,"Device Utilization %"=34,"In use system memory"=7688503296}
      "MetalPluginName" = "AGXMetal13_3"
    }

`;
/** An Intel Mac's. */
const INTEL = `+-o IntelAccelerator  <class IntelAccelerator, id 0x100000480, registered, matched, active>
    {
      "PerformanceStatistics" = {"Device Utilization %"=12,"In use system memory"=100}
    }
`;

test('the chip of a Mac is known by its name, its load and its memory', () => {
  expect(parseIoreg(M1_PRO)).toEqual([
    { model: 'Apple M1 Pro', load: 0.34, memoryUsed: 7688503296 },
  ]);
  expect(parseIoreg(INTEL + M1_PRO)).toHaveLength(1);
});

test('what macOS does not say, or says otherwise than we know it, is unknown', () => {
  expect(parseIoreg('')).toEqual([]);
  expect(parseIoreg(INTEL)).toEqual([]);
  const mute = M1_PRO.replace(/"PerformanceStatistics".*/, '').replace('"model" =', '"name" =');
  expect(parseIoreg(mute)).toEqual([{ model: 'Apple GPU', load: null, memoryUsed: null }]);
  const odd = M1_PRO.replace('"Device Utilization %"=34', '"Device Utilization %"=much').replace(
    '=7688503296',
    '=-1',
  );
  expect(parseIoreg(odd)).toMatchObject([{ load: null, memoryUsed: null }]);
});

test('a Mac is one lane, read by a program that is started every few seconds only; it is lost when that ends to tell of it', async () => {
  const folder = tempFolder();
  const said = join(folder, 'said.txt');
  const count = join(folder, 'count.txt');
  writeFileSync(said, M1_PRO);
  const script = `const fs = require('node:fs'); fs.appendFileSync(process.argv[2], 'x'); process.stdout.write(fs.readFileSync(process.argv[1]))`;
  const opened = openMacCards([process.execPath, '-e', script, said, count]);
  if (opened.kind !== 'open') throw new Error(opened.kind);
  const { source } = opened;
  const [gpu] = source.gpus.map((one) => Gpu.parse(one));
  expect(gpu).toMatchObject({ name: 'Apple M1 Pro', backend: 'webgpu', software: false });
  const readAt = (ms: number) => source.read(millis(ms)).map((one) => Reading.parse(one))[0];
  expect(readAt(0)).toMatchObject({ lost: false, load: 0.34, temperature: null, power: null });
  writeFileSync(said, M1_PRO.replace('%"=34', '%"=99'));
  expect(readAt(4999)?.load).toBe(0.34);
  expect(readFileSync(count, 'utf8')).toBe('x');
  await expect.poll(() => readAt(5000)?.load, { timeout: 20_000 }).toBe(0.99);
  expect(readFileSync(count, 'utf8')).toBe('xx');
  writeFileSync(said, INTEL);
  await expect.poll(() => readAt(10_000)?.lost, { timeout: 20_000 }).toBe(true);
  writeFileSync(said, M1_PRO);
  await expect.poll(() => readAt(15_000)?.lost, { timeout: 20_000 }).toBe(false);
});

test('a Mac that has not answered for long is lost, and one that is slow to answer is not', () => {
  const folder = tempFolder();
  writeFileSync(join(folder, 'said.txt'), M1_PRO);
  const opened = openMacCards(['/bin/cat', join(folder, 'said.txt')]);
  if (opened.kind !== 'open') throw new Error(opened.kind);
  expect(opened.source.read(millis(0))).toMatchObject([{ lost: false }]);
  expect(opened.source.read(millis(29_000))).toMatchObject([{ lost: false }]);
  expect(opened.source.read(millis(61_000))).toMatchObject([{ lost: true }]);
});

test('where there is no such program, or no such chip, there is no card', () => {
  expect(openMacCards(['/nowhere/ioreg'])).toEqual({ kind: 'absent' });
  expect(openMacCards(['/bin/echo', 'nothing'])).toEqual({ kind: 'absent' });
});
