import { type ChildProcess, spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import { frameOf, openFrames } from '../../src-shared/pipe-frame.ts';
import {
  CHANNEL_SIGN,
  EVENT_HEADER,
  largestAnswer,
  RUNNER_SPEAKS_ON,
} from '../../src-shared/runner-channel.ts';
import { seconds } from '../../src-shared/units.ts';
import type { Child, ChildListener, Spawn } from './child.ts';
import { AS_NODE } from './node-child.ts';
import { attend } from './process-end.ts';

/** A runner says a dozen words in a second. One that says more than so many in so long wants us to do nothing but read. */
const MOST_WORDS = 1000;
const WITHIN = seconds(1);

export type PipeSpawnOptions = {
  /** All of its environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly args?: readonly string[];
};

/**
 * Starts `entryPath` in a Node process that works on strangers' data, within Electron too. Plain pipes lead to it, and what
 * comes from them can do nothing to us: a message that cannot be read is heard as null.
 */
export const pipeSpawn =
  (entryPath: string, options: PipeSpawnOptions): Spawn =>
  (listen) => {
    const child = startPiped(entryPath, options);
    return { ...attend(child, listen.exit), post: converse(child, listen.message) };
  };

/** The bare process: to be conversed with before anything else happens. */
export const startPiped = (entryPath: string, { env, args = [] }: PipeSpawnOptions): ChildProcess =>
  spawn(process.execPath, [entryPath, ...args], {
    stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
    windowsHide: true,
    env: { ...env, ...AS_NODE, [CHANNEL_SIGN]: '1' },
  });

/** Hears a process that was started with such pipes, and returns how to speak to it. */
export function converse(child: ChildProcess, hear: ChildListener['message']): Child['post'] {
  const { stdin } = child;
  const says = child.stdio[RUNNER_SPEAKS_ON];
  /** It has no reason to send more than the largest of its jobs may hold. */
  let most = 0;
  const heard = { since: performance.now(), words: 0 };
  let deaf = false;
  function broken(): void {
    deaf = true;
    says?.destroy();
    hear(null);
  }
  function message(word: unknown): void {
    if (deaf) return;
    heard.words += 1;
    if (heard.words > MOST_WORDS) {
      if (performance.now() - heard.since < WITHIN) return broken();
      Object.assign(heard, { since: performance.now(), words: 1 });
    }
    hear(word);
  }
  const frames = openFrames({ header: EVENT_HEADER, bytes: () => most }, { message, broken });
  // Pipes that break in this moment; 'exit' follows.
  stdin?.on('error', () => {});
  says?.on('error', () => {});
  if (says instanceof Readable) says.on('data', frames);
  return (message) => {
    most = Math.max(most, largestAnswer(message));
    if (stdin?.writable) for (const piece of frameOf(message)) stdin.write(piece);
  };
}
