import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import type { Child } from '../../../src-main/children/child.ts';
import { webgpuSpawn } from '../../../src-main/shell/webgpu-child.ts';
import { quote, type Said } from '../../../src-shared/said.ts';
import { mebibytes } from '../../../src-shared/units.ts';
import { inEnglish } from '../../../src-shared/wording.ts';
import { mailbox } from '../../worlds/mailbox.ts';
import { saying } from '../../worlds/saying.ts';
import { isAlive } from '../../worlds/seen-processes.ts';

const family = join(import.meta.dirname, '../../worlds/webgpu-family.mjs');
const Family = z.object({ kind: z.literal('family'), pids: z.array(z.number()) });
const Echo = z.object({ kind: z.literal('echo'), data: z.instanceof(Uint8Array) });

let child: Child | null = null;
afterEach(async () => {
  child?.kill();
  await child?.gone;
});

/** A WebGPU host whose "kernel" never ends, and everything it and its end say. */
async function openHost() {
  const said = mailbox<unknown>();
  const ended = mailbox<Said>();
  const host = webgpuSpawn(process.execPath, [family])({
    message: said.put,
    exit: ended.put,
  });
  child = host;
  const { pids } = Family.parse(await said.until((event) => Family.safeParse(event).success));
  expect(pids.filter(isAlive)).toHaveLength(2);
  return { host, said, pids, end: () => ended.until(() => true), ended };
}

test('a killed host takes its kernel with it, and is gone only when nothing of it computes', async () => {
  const { host, pids, ended, end } = await openHost();
  expect(pids).toContain(host.pid());
  host.kill();
  await host.gone;
  expect(pids.filter(isAlive)).toEqual([]);
  expect(host.pid()).toBeNull();
  expect(await end()).toEqual(saying('SIGKILL'));
  host.kill();
  expect(ended.seen()).toHaveLength(1);
});

test('when the browser of a WebGPU host crashes, its kernel is ended too, and its last words are told', async () => {
  const { host, pids, end } = await openHost();
  host.post({ kind: 'crash' });
  expect(await end()).toEqual(
    saying('The process ended with code 7. Its last words: the page is on fire'),
  );
  expect(pids.filter(isAlive)).toEqual([]);
});

test('a WebGPU host that ends by itself is told with the reason it gave', async () => {
  const { host, pids, end } = await openHost();
  host.post({ kind: 'leave' });
  expect(await end()).toEqual(quote('The page ended.'));
  expect(pids.filter(isAlive)).toEqual([]);
});

test('buffers as large as a job may have reach the WebGPU host and come back whole', async () => {
  const { host, said } = await openHost();
  const data = new Uint8Array(mebibytes(64)).map((_, i) => i % 251);
  host.post({ kind: 'echo', data });
  const echo = Echo.parse(await said.until((event) => Echo.safeParse(event).success));
  expect(Buffer.compare(echo.data, data)).toBe(0);
});

test('a page cannot pass its words off as those of Node or of the WebGPU host', async () => {
  const { host, said } = await openHost();
  const forged = { cmd: 'NODE_HANDLE', type: 'net.Socket' };
  host.post({ kind: 'forge' });
  await said.until((event) => JSON.stringify(event) === JSON.stringify(forged));
  host.post({ kind: 'babble' });
  await said.until((event) => event === null);
});

test('a WebGPU host that cannot be started is one that exits', async () => {
  const ended = mailbox<Said>();
  const nothing = webgpuSpawn(`${family}.nowhere`, [])({ message: () => {}, exit: ended.put });
  await nothing.gone;
  expect(inEnglish(await ended.until(() => true))).toMatch(
    /^The process could not be started: .*ENOENT/,
  );
  nothing.kill();
  expect(nothing.pid()).toBeNull();
});
