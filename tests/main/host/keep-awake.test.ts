import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { keepAwakeBy, systemdInhibit } from '../../../src-main/host/keep-awake.ts';
import { minutes, seconds } from '../../../src-shared/units.ts';
import { onLinux } from '../../worlds/not-tried.ts';
import { PATIENTLY } from '../../worlds/patience.ts';
import { tempFolder } from '../../worlds/temp-folder.ts';

function blocks() {
  const told: string[] = [];
  const life = new AbortController();
  const keep = keepAwakeBy(() => {
    told.push('block');
    return () => told.push('release');
  }, life.signal);
  return { told, keep, life };
}

test('the computer may sleep while nothing runs, and always when we end', () => {
  const { told, keep, life } = blocks();
  keep(false);
  expect(told).toEqual([]);
  keep(true);
  keep(true);
  expect(told).toEqual(['block']);
  life.abort();
  expect(told).toEqual(['block', 'release']);
  keep(true);
  expect(told).toEqual(['block', 'release']);
});

test('the seconds between two jobs are no time to go to sleep; a minute without one is', () => {
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const { told, keep } = blocks();
  keep(true);
  keep(false);
  vi.advanceTimersByTime(seconds(10));
  keep(false);
  vi.advanceTimersByTime(seconds(40));
  keep(true);
  vi.advanceTimersByTime(minutes(5));
  expect(told).toEqual(['block']);
  // Said every second, it still ends.
  for (let second = 0; second < 61; second++) {
    keep(false);
    vi.advanceTimersByTime(seconds(1));
  }
  expect(told).toEqual(['block', 'release']);
});

/** In place of systemd's program: notes its words, and does what it does, which is to run the rest of them. */
const PROGRAM = `#!/bin/sh
echo "$$" > "$0.pid"
echo "$@" > "$0.words"
while [ "\${1#--}" != "$1" ]; do shift; done
"$@"
echo over > "$0.over"
`;

const path = process.env.PATH;
let program: string;
beforeEach(() => {
  const folder = tempFolder();
  program = join(folder, 'systemd-inhibit');
  process.env.PATH = `${folder}${delimiter}${path}`;
});
afterEach(() => {
  process.env.PATH = path;
});

test.runIf(onLinux('systemd-inhibit'))(
  'without a display, only the sleep that comes of idleness is held up, until we let go',
  async () => {
    writeFileSync(program, PROGRAM);
    chmodSync(program, 0o755);
    const log: string[] = [];
    const release = systemdInhibit((line) => log.push(line))();
    const words = () =>
      existsSync(`${program}.words`) ? readFileSync(`${program}.words`, 'utf8') : '';
    await expect.poll(words, PATIENTLY).toContain('--what=idle');
    expect(existsSync(`${program}.over`)).toBe(false);
    release();
    await expect.poll(() => existsSync(`${program}.over`), PATIENTLY).toBe(true);
    expect(log).toEqual([]);
  },
);

test('where the system cannot be asked, it is said and nothing breaks', async () => {
  process.env.PATH = tempFolder();
  const log: string[] = [];
  const release = systemdInhibit((line) => log.push(line))();
  await expect.poll(() => log, PATIENTLY).toEqual([expect.stringContaining('may go to sleep')]);
  release();
});
