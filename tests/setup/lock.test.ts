import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const lock = new URL('../../src-setup/lock.mjs', import.meta.url).href;
let cache = '';
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'offpeak-lock-'));
});
afterEach(() => rmSync(cache, { recursive: true }));

/** A process that takes the lock, says so, works, says so, and leaves. */
function worker(work: string) {
  const script = `
    import { withLock } from ${JSON.stringify(lock)};
    await withLock('shared', () => undefined, async () => { ${work} });`;
  return spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    env: { ...process.env, XDG_CACHE_HOME: cache },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
}

const HOLD = `console.log('in'); await new Promise((done) => process.stdin.once('data', done)); process.stdin.destroy(); console.log('out');`;

test('two set-ups at once take turns', async () => {
  const heard: string[] = [];
  const first = worker(HOLD);
  first.stdout.on('data', (words) => heard.push(`first ${String(words).trim()}`));
  await once(first.stdout, 'data');
  const second = worker(`console.log('in');`);
  second.stdout.on('data', (words) => heard.push(`second ${String(words).trim()}`));
  await once(second, 'spawn');
  first.stdin.write('go\n');
  await Promise.all([once(first, 'close'), once(second, 'close')]);

  expect(heard.join(', ').replaceAll('\n', ' ')).toBe('first in, first out, second in');
});

test('the lock of a set-up that was killed does not stop the next one', async () => {
  const first = worker(HOLD);
  await once(first.stdout, 'data');
  first.kill('SIGKILL');
  await once(first, 'close');
  const second = worker(`console.log('in');`);

  expect((await once(second, 'close'))[0]).toBe(0);
});
