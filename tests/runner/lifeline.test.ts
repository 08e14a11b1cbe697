import { fork } from 'node:child_process';
import { on, once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { type Bundle, bundle } from '../worlds/bundle.ts';
import { onLinux } from '../worlds/not-tried.ts';
import { eventually } from '../worlds/seen-processes.ts';

const Message = z.object({ pid: z.int(), said: z.object({ kind: z.string() }) });

let runner: Bundle;
let blocked: Bundle;
let owner: Bundle;
beforeAll(async () => {
  runner = await bundle('src-runner/runner.ts');
  blocked = await bundle('tests/runner/lockdown/blocked.ts');
  owner = await bundle('tests/runner/lockdown/owner.ts');
});
/** Processes of a test that failed; those of one that passed are gone. */
const left = new Set<number>();
afterEach(() => {
  for (const pid of left) if (isRunning(pid)) process.kill(pid, 'SIGKILL');
  left.clear();
});
afterAll(() => {
  for (const built of [runner, blocked, owner]) built.remove();
});

it.runIf(onLinux('a runner whose app was killed')).each([
  ['while it waits for work', () => runner.file, 'nothing'],
  ['while it cannot hear that the channel is closed', () => runner.file, 'SIGSTOP'],
  ['while it is stuck inside native code', () => blocked.file, 'nothing'],
] as const)('a killed app takes its runner along, %s', async (_, program, blow) => {
  const app = fork(owner.file, [program()], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  let pid = 0;
  for await (const [message] of on(app, 'message')) {
    const { pid: child, said } = Message.parse(message);
    pid = child;
    left.add(pid);
    if (said.kind !== 'ready') break;
  }
  expect(isRunning(pid)).toBe(true);
  if (blow === 'SIGSTOP') process.kill(pid, blow);

  app.kill('SIGKILL');
  await once(app, 'exit');
  // A runner that does not hear of it waits, or is stuck, for ever.
  await eventually('the runner to be gone', () => !isRunning(pid));
});

/** A zombie holds nothing any more: where nobody collects orphans, as in a container, it stays for ever. */
function isRunning(pid: number): boolean {
  try {
    const state = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.[0];
    return state !== 'Z' && state !== 'X';
  } catch {
    return false;
  }
}
