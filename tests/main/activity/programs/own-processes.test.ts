import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, test } from 'vitest';
import { ownProcesses } from '../../../../src-main/activity/programs/own-processes.ts';
import { onLinux } from '../../../worlds/not-tried.ts';
import { tempFolder } from '../../../worlds/temp-folder.ts';

const nobody = (): ReadonlySet<number> => new Set();

describe.runIf(onLinux('real programs of an owner'))('real programs', () => {
  const started = new Set<ChildProcess>();
  const pids = new Set<number>();
  afterEach(() => {
    for (const child of started) child.kill('SIGKILL');
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    started.clear();
    pids.clear();
  });

  function start(program: string, ...args: string[]): ChildProcess {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'] });
    started.add(child);
    return child;
  }
  const pidOf = ({ pid = 0 }: ChildProcess) => pid;
  /** A shell that says the number of the program it starts; it goes as soon as it hears something, if not before. */
  async function parent(script: string) {
    const shell = start('/bin/sh', '-c', script);
    const lines = createInterface({ input: shell.stdout as NodeJS.ReadableStream });
    const [line] = (await once(lines, 'line')) as [string];
    const child = Number(line);
    pids.add(child);
    return { shell, child };
  }
  const WAITS = 'sleep 600 >&- & echo $!; read word';

  test('what we start is ours, and what that starts', async () => {
    const { isOurs } = ownProcesses(nobody);
    const { shell, child } = await parent(WAITS);
    expect(isOurs(process.pid)).toBe(true);
    expect(isOurs(pidOf(shell))).toBe(true);
    expect(isOurs(child)).toBe(true);
  });

  test('what started us is not, nor the system’s first program', () => {
    const { isOurs } = ownProcesses(nobody);
    expect(isOurs(process.ppid)).toBe(false);
    expect(isOurs(1)).toBe(false);
  });

  test('a program may have any name', () => {
    const program = join(tempFolder(), 'a) S 1 (b');
    copyFileSync('/bin/sleep', program);
    expect(ownProcesses(nobody).isOurs(pidOf(start(program, '600')))).toBe(true);
  });

  test('what was ours stays ours when its parent goes first', async () => {
    const { isOurs } = ownProcesses(nobody);
    const { shell, child } = await parent(WAITS);
    expect(isOurs(child)).toBe(true);
    shell.stdin?.end('go\n');
    await once(shell, 'exit');
    expect(isOurs(child)).toBe(true);
    // Whoever asks only now sees an orphan.
    expect(ownProcesses(nobody).isOurs(child)).toBe(false);
  });

  test('a program that is gone is nobody’s', async () => {
    const child = start('/bin/sh', '-c', 'exit 0');
    const pid = pidOf(child);
    await once(child, 'exit');
    expect(ownProcesses(nobody).isOurs(pid)).toBe(false);
  });
});

describe('where the system does not tell parents', () => {
  test('a runner is ours for as long as it runs', () => {
    const runners = new Set([77]);
    const { isOurs } = ownProcesses(
      () => runners,
      () => null,
    );
    expect(isOurs(77)).toBe(true);
    expect(isOurs(78)).toBe(false);
    runners.delete(77);
    expect(isOurs(77)).toBe(false);
  });
});

describe('a family tree', () => {
  test('that goes in a circle, as one read while pids change hands, ends', () => {
    const { isOurs } = ownProcesses(nobody, (pid) => (pid === 77 ? 78 : 77));
    expect(isOurs(77)).toBe(false);
  });

  test('is climbed once for each program, however often a card names it', () => {
    const asked: number[] = [];
    const { isOurs } = ownProcesses(nobody, (pid) => {
      asked.push(pid);
      return null;
    });
    for (let look = 0; look < 3; look++) isOurs(77);
    expect(asked).toEqual([77]);
  });

  test('is climbed anew for a pid that left the cards, because it may be a game’s by now', () => {
    let parent: number | null = process.pid;
    const { isOurs, forgetAllBut } = ownProcesses(nobody, () => parent);
    expect(isOurs(77)).toBe(true);
    parent = null;
    forgetAllBut(new Set([77, 78]));
    expect(isOurs(77)).toBe(true);
    forgetAllBut(new Set([78]));
    expect(isOurs(77)).toBe(false);
  });
});
