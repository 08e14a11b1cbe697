import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { said } from '../../src-shared/said.ts';
import { inEnglish } from '../../src-shared/wording.ts';
import { saying } from '../worlds/saying.ts';
import {
  type AgentProcess,
  endAll,
  type Machine,
  newMachine,
  startAgent,
} from './agent-process.ts';
import { watchBooks } from './books-watch.ts';
import { softwareLane } from './software-lane.ts';
import { cookieFor, type WindowClient, windowWith } from './window-client.ts';

// One agent on a machine without a card and without a display, from its first start to its end; the tests are the
// chapters of its day and run in this order.

let machine: Machine;
let agent: AgentProcess;
let url: string;
let cookie: string;
let window: WindowClient;

beforeAll(async () => {
  machine = newMachine({});
  agent = startAgent(machine, await softwareLane());
  url = await agent.url();
});
afterAll(() => endAll(machine));

type Headers = Record<string, string>;

/** A request as any program could make it, also one that lies about its host. */
const ask = (path: string, headers: Headers = {}, method = 'GET') =>
  new Promise<{ status: number; text: string; headers: Headers }>((resolve, reject) => {
    const { hostname, port, host } = new URL(url);
    const asked = request(
      { hostname, port, path, method, headers: { host, ...headers } },
      (answer) => {
        let text = '';
        answer.on('data', (part) => {
          text += part;
        });
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, text, headers: answer.headers as Headers }),
        );
      },
    );
    asked.on('error', reject);
    asked.end();
  });

/** Whether the window's line opens with these headers. */
const lineOpens = (headers: Headers, origin?: string) =>
  new Promise<boolean>((resolve) => {
    const options = origin === undefined ? { headers } : { headers, origin };
    const socket = new WebSocket(`ws://${new URL(url).host}/window`, options);
    socket.on('open', () => {
      socket.terminate();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });

test('a stranger on this machine sees nothing, and neither does a name that was bent to point here', async () => {
  const { pathname, search } = new URL(url);
  const without = await ask('/');
  expect(without.status).toBe(401);
  expect(without.text).toMatch(/Open the address that Offpeak printed/);
  expect((await ask('/?token=wrong')).status).toBe(401);
  expect((await ask('/assets/../../main/headless.cjs')).status).toBe(401);
  const bent = await ask(`${pathname}${search}`, { host: 'games.example:80' });
  expect(bent.status).toBe(403);
});

test('the printed address opens the window once; from then on the browser is known by its cookie', async () => {
  cookie = await cookieFor(url);
  const page = await ask('/', { cookie });
  expect(page.status).toBe(200);
  expect(page.text).toMatch(/<div id="/);
  expect(page.headers['x-content-type-options']).toBe('nosniff');
  const { search } = new URL(url);
  expect((await ask(`/${search}`)).status).toBe(401);
  expect((await ask('/', { cookie: `${cookie}x` })).status).toBe(401);
  expect((await ask('/', { cookie }, 'POST')).status).toBe(405);
  for (const path of ['/nothing.html', '/..%2f..%2fpackage.json', '/..%2fmain%2fheadless.cjs'])
    expect((await ask(path, { cookie })).status).toBe(404);
  // None of these is an address at all; a program that throws on one would be gone for everybody.
  for (const path of ['//', '/%E0%A4%A', '//?token=x'])
    expect((await ask(path, { cookie })).status).toBe(400);
  expect((await ask('/', { cookie })).status).toBe(200);
});

test('only the page itself may open the line for commands', async () => {
  const { origin } = new URL(url);
  expect(await lineOpens({}, origin)).toBe(false);
  expect(await lineOpens({ cookie }, 'https://games.example')).toBe(false);
  expect(await lineOpens({ cookie })).toBe(false);
  expect(await lineOpens({ cookie }, origin)).toBe(true);
});

test('a fresh machine shares nothing, and says that it has only the software renderer', async () => {
  window = await windowWith(cookie, url);
  const { settings, lanes, gpuTrouble } = await window.until('a lane', (s) => s.lanes.length > 0);
  expect(settings.sharing).toBe(false);
  expect(lanes).toMatchObject([
    { gpu: { software: true }, phase: { kind: 'held', because: { kind: 'switched-off' } } },
  ]);
  expect(gpuTrouble && inEnglish(gpuTrouble)).toMatch(/\w/);
});

test('what is no command is refused with a sentence, and the next command is obeyed', async () => {
  for (const nonsense of [
    '{',
    '[]',
    'null',
    '"\u0000"',
    '{"id":-1,"command":{"kind":"format-disk"}}',
  ]) {
    const { reply } = await window.sendRaw(nonsense);
    expect(reply).toEqual({
      kind: 'refused',
      detail: saying('could not read what the window said'),
    });
  }
  const tooLong = await window.send({ kind: 'pause', for: 1e12 });
  expect(tooLong.kind).toBe('refused');
  expect(await window.send({ kind: 'show-results', example: 'scene' })).toEqual({
    kind: 'refused',
    detail: said('noResults'),
  });
  expect(await window.send({ kind: 'set-sharing', on: true })).toEqual({ kind: 'ok' });
  await window.until('sharing', (s) => s.settings.sharing);
  expect(await window.send({ kind: 'pause', for: 'forever' })).toEqual({ kind: 'ok' });
  await window.until('the pause', (s) => s.lanes[0]?.phase.kind === 'held');
  expect(await window.send({ kind: 'resume' })).toEqual({ kind: 'ok' });
  await window.until('work to be looked for', (s) => s.lanes[0]?.phase.kind === 'seeking');
});

test('one click runs the options on the software renderer, checks them, and the test credits are in the chart', async () => {
  expect(await window.send({ kind: 'run-example', example: 'options' })).toEqual({ kind: 'ok' });
  const of = (kind: string) => (s: NonNullable<ReturnType<WindowClient['latest']>>) =>
    s.examples.some(({ id, progress }) => id === 'options' && progress.kind === kind);
  const done = await window.until('the example', (s) => of('done')(s) || of('failed')(s), 90_000);
  const options = done.examples.find(({ id }) => id === 'options');
  expect(options?.progress).toMatchObject({
    kind: 'done',
    verdict: saying(/Black.Scholes/),
  });
  const paid = await window.until('the credit', (s) => s.earnings.jobs[0]?.status === 'credited');
  expect(paid.earnings.jobs).toHaveLength(1);
  expect(paid.earnings.totals).toMatchObject({ money: 0, test: 20_000, jobs: 1 });
  expect(paid.today).toMatchObject({ money: 0, test: 20_000 });
  expect(paid.earnings.buckets.reduce((sum, { test }) => sum + test, 0)).toBe(20_000);
}, 120_000);

test('asked to end, it ends cleanly and leaves no process', async () => {
  window.close();
  expect(await agent.stop()).toBe(0);
  const books = watchBooks(machine.folder);
  expect([books.leases(), books.outbox()]).toEqual([[], []]);
});
