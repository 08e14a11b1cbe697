import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const lock = new URL('../../src-setup/lock.mjs', import.meta.url).href;
let cache = '';
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'offpeak-lock-'));
});
afterEach(() => rmSync(cache, { recursive: true }));

/**
 * A process that asks for the lock and says so, then works under it. It says it when its first try is behind it: a lock that
 * is free is taken at once, and what it guards has begun before the word is heard.
 */
function worker(work: string) {
  const script = `
    import { withLock } from ${JSON.stringify(lock)};
    const turn = withLock('shared', () => undefined, async () => { ${work} });
    console.log('asked');
    await turn;`;
  return spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    env: { ...process.env, XDG_CACHE_HOME: cache },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
}

const HOLD = `console.log('in'); await new Promise((done) => process.stdin.once('data', done)); process.stdin.destroy(); console.log('out');`;

/** What a worker says, a word at a time, also into `heard`. */
function listen(child: ReturnType<typeof worker>, name: string, heard: string[]) {
  const waiting = new Map<string, () => void>();
  const said = new Set<string>();
  createInterface({ input: child.stdout }).on('line', (word) => {
    heard.push(`${name} ${word}`);
    said.add(word);
    waiting.get(word)?.();
  });
  return async (word: string): Promise<void> => {
    if (said.has(word)) return;
    await new Promise<void>((resolve) => waiting.set(word, resolve));
  };
}

test('two set-ups at once take turns', async () => {
  const heard: string[] = [];
  const first = worker(HOLD);
  await listen(first, 'first', heard)('in');
  const second = worker(`console.log('in');`);
  await listen(second, 'second', heard)('asked');
  first.stdin.write('go\n');
  await Promise.all([once(first, 'close'), once(second, 'close')]);

  const turns = heard.filter((words) => !words.endsWith('asked'));
  expect(turns).toEqual(['first in', 'first out', 'second in']);
});

test('the lock of a set-up that was killed does not stop the next one', async () => {
  const first = worker(HOLD);
  await listen(first, 'first', [])('in');
  first.kill('SIGKILL');
  await once(first, 'close');
  const second = worker(`console.log('in');`);

  expect((await once(second, 'close'))[0]).toBe(0);
});
