import { spawn } from 'node:child_process';
import { expect, onTestFinished, test } from 'vitest';
import { attend, type Extent, LAST_WORDS } from '../../../src-main/children/process-end.ts';
import { quote, type Said, said } from '../../../src-shared/said.ts';
import { inEnglish } from '../../../src-shared/wording.ts';
import { mailbox } from '../../worlds/mailbox.ts';
import { saying } from '../../worlds/saying.ts';
import { isAlive } from '../../worlds/seen-processes.ts';

/** A process that does what this text says, and how we are told of its end. */
function open(script: string, extent?: (pid: number) => Extent) {
  const started = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = mailbox<Said>();
  const child = attend(started, ended.put, extent?.(started.pid ?? 0));
  onTestFinished(() => void started.kill('SIGKILL'));
  return { child, process: started, ended, end: () => ended.until(() => true) };
}
const FOREVER = 'setInterval(() => {}, 1e9)';

test('a process that fails is told with its code and the end of what it complained about', async () => {
  const { child, end, ended } = open(
    `process.stderr.write('x'.repeat(${2 * LAST_WORDS}) + 'out of memory\\n', () => process.exit(3))`,
  );
  const detail = inEnglish(await end());
  expect(detail).toMatch(/^The process ended with code 3\. Its last words: x+out of memory$/);
  expect(detail.length).toBeLessThan(LAST_WORDS + 100);
  await child.gone;
  expect(child.pid()).toBeNull();
  expect(ended.seen()).toHaveLength(1);
});

test('a process that is killed is gone when we say so, and is killed again without harm', async () => {
  const { child, end, ended } = open(FOREVER);
  const pid = child.pid() ?? 0;
  expect(isAlive(pid)).toBe(true);
  child.kill();
  await child.gone;
  expect(isAlive(pid)).toBe(false);
  child.kill();
  expect(await end()).toEqual(said('endedBy', { signal: 'SIGKILL' }));
  expect(ended.seen()).toHaveLength(1);
});

test('a program that is not there is told as one that ended', async () => {
  const ended = mailbox<Said>();
  const child = attend(spawn('/nowhere/at/all'), ended.put);
  await child.gone;
  expect(ended.seen()).toEqual([saying(/^The process could not be started: .*ENOENT/)]);
  child.kill();
  expect(child.pid()).toBeNull();
});

test('a process whose child holds its pipes open is told all the same', async () => {
  const {
    end,
    child,
    process: parent,
  } = open(
    `const { pid } = require('node:child_process').spawn(process.execPath, ['-e', '${FOREVER}'],
       { stdio: ['ignore', 'ignore', 'inherit'] });
     process.stderr.write('left ' + pid, () => process.exit(0));`,
  );
  const closed = mailbox<null>();
  parent.once('close', () => closed.put(null));
  const detail = inEnglish(await end());
  const left = Number(/left (\d+)/.exec(detail)?.[1]);
  onTestFinished(() => void process.kill(left, 'SIGKILL'));
  await child.gone;
  expect(isAlive(left)).toBe(true);
  expect(closed.seen()).toEqual([]);
});

test('where others belong to a process, they are ended with it, and it is gone only when they are', async () => {
  const kills: number[] = [];
  let letGo = () => {};
  const gone = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const {
    child,
    ended,
    end,
    process: first,
  } = open('process.exit(0)', (pid) => ({
    kill: () => kills.push(pid),
    isGone: () => gone,
    reason: () => quote('It had enough.'),
  }));
  const heard = mailbox<null>();
  first.once('close', () => heard.put(null));
  await heard.until(() => true);
  expect(kills).toEqual([first.pid]);
  expect(child.pid()).toBe(first.pid);
  expect(ended.seen()).toEqual([]);
  child.kill();
  expect(kills).toHaveLength(2);

  letGo();
  await child.gone;
  expect(await end()).toEqual(quote('It had enough.'));
  expect(child.pid()).toBeNull();
  child.kill();
  expect(kills).toHaveLength(2);
});
