import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import type { Child } from '../../src-main/child.ts';
import { workshopSpawn } from '../../src-main/shell/workshop-child.ts';
import { mebibytes } from '../../src-shared/units.ts';
import { isAlive, mailbox } from './fixtures/mailbox.ts';

const family = join(import.meta.dirname, 'fixtures/workshop-family.mjs');
const Family = z.object({ kind: z.literal('family'), pids: z.array(z.number()) });
const Echo = z.object({ kind: z.literal('echo'), data: z.instanceof(Uint8Array) });

let child: Child | null = null;
afterEach(async () => {
  child?.kill();
  await child?.gone;
});

/** A workshop whose "kernel" never ends, and everything it and its end say. */
async function openWorkshop() {
  const said = mailbox<unknown>();
  const ended = mailbox<string>();
  const workshop = workshopSpawn(process.execPath, [family])({
    message: said.put,
    exit: ended.put,
  });
  child = workshop;
  const { pids } = Family.parse(await said.until((event) => Family.safeParse(event).success));
  expect(pids.filter(isAlive)).toHaveLength(2);
  return { workshop, said, pids, end: () => ended.until(() => true), ended };
}

test('a killed workshop takes its kernel with it, and is gone only when nothing of it computes', async () => {
  const { workshop, pids, ended, end } = await openWorkshop();
  expect(pids).toContain(workshop.pid());
  workshop.kill();
  await workshop.gone;
  expect(pids.filter(isAlive)).toEqual([]);
  expect(workshop.pid()).toBeNull();
  expect(await end()).toContain('SIGKILL');
  workshop.kill();
  expect(ended.seen()).toHaveLength(1);
});

test('when the browser of a workshop crashes, its kernel is ended too, and its last words are told', async () => {
  const { workshop, pids, end } = await openWorkshop();
  workshop.post({ kind: 'crash' });
  expect(await end()).toBe('The process ended with code 7. Its last words: the page is on fire');
  expect(pids.filter(isAlive)).toEqual([]);
});

test('a workshop that ends by itself is told with the reason it gave', async () => {
  const { workshop, pids, end } = await openWorkshop();
  workshop.post({ kind: 'leave' });
  expect(await end()).toBe('The page ended.');
  expect(pids.filter(isAlive)).toEqual([]);
});

test('buffers as large as a job may have reach the workshop and come back whole', async () => {
  const { workshop, said } = await openWorkshop();
  const data = new Uint8Array(mebibytes(64)).map((_, i) => i % 251);
  workshop.post({ kind: 'echo', data });
  const echo = Echo.parse(await said.until((event) => Echo.safeParse(event).success));
  expect(Buffer.compare(echo.data, data)).toBe(0);
});

test('a page cannot pass its words off as those of Node or of the workshop', async () => {
  const { workshop, said } = await openWorkshop();
  const forged = { cmd: 'NODE_HANDLE', type: 'net.Socket' };
  workshop.post({ kind: 'forge' });
  await said.until((event) => JSON.stringify(event) === JSON.stringify(forged));
  workshop.post({ kind: 'babble' });
  await said.until((event) => event === null);
});

test('a workshop that cannot be started is one that exits', async () => {
  const ended = mailbox<string>();
  const nothing = workshopSpawn(`${family}.nowhere`, [])({ message: () => {}, exit: ended.put });
  await nothing.gone;
  expect(await ended.until(() => true)).toMatch(/^The process could not be started: .*ENOENT/);
  nothing.kill();
  expect(nothing.pid()).toBeNull();
});
