import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';

const starter = fileURLToPath(new URL('starter.mjs', import.meta.url));
const started: ChildProcess[] = [];

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

/** Starts an app under a starter and waits for the app's first word. */
async function startedApp(program: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [starter, program], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  started.push(child);
  if (child.stdout === null) throw new Error('no pipe');
  await once(child.stdout, 'data');
  return child;
}

const ALIVE = 'console.log("here"); setInterval(() => undefined, 1000)';
/** This one saves something before it goes, and leaves with a code of its own. */
const POLITE = `process.on('SIGTERM', () => process.exit(7)); ${ALIVE}`;

test('the exit code of the app is the exit code of npm start', async () => {
  const child = await startedApp('console.log("here"); process.exitCode = 3');

  expect((await once(child, 'close'))[0]).toBe(3);
});

test('ending the starter asks the app to leave and waits for it', async () => {
  const child = await startedApp(POLITE);
  child.kill('SIGTERM');

  expect((await once(child, 'close'))[0]).toBe(7);
});

test('an app killed outright ends the starter with the code a shell would give', async () => {
  const child = await startedApp(`${ALIVE}; process.kill(process.pid, 'SIGKILL')`);

  expect((await once(child, 'close'))[0]).toBe(128 + 9);
});

test('a starter killed outright leaves no app behind', async () => {
  const child = await startedApp(ALIVE);
  child.kill('SIGKILL');

  // The pipe closes only when the last process that holds it, the app, is gone.
  await once(child, 'close');
  expect(child.signalCode).toBe('SIGKILL');
});
