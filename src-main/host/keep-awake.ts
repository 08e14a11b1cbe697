import { spawn } from 'node:child_process';
import { type Millis, minutes } from '../../src-shared/units.ts';

/** Keeps the computer from going to sleep by itself, until the function it returns is called. */
export type Block = () => () => void;

/**
 * Between two jobs are seconds without one, and a computer that was only waiting for that goes to sleep at once: it may
 * do so this long after the last job.
 */
const LINGER: Millis = minutes(1);

/** To be told, as often as one likes, whether the computer should stay awake. */
export function keepAwakeBy(block: Block, signal: AbortSignal): (on: boolean) => void {
  let release: (() => void) | null = null;
  let letting: NodeJS.Timeout | undefined;
  const letGo = () => {
    letting = undefined;
    release?.();
    release = null;
  };
  signal.addEventListener(
    'abort',
    () => {
      clearTimeout(letting);
      letGo();
    },
    { once: true },
  );
  return (on) => {
    if (signal.aborted) return;
    if (on) {
      clearTimeout(letting);
      letting = undefined;
      release ??= block();
    } else if (release !== null) letting ??= setTimeout(letGo, LINGER).unref();
  };
}

/**
 * Asks the login manager of Linux, through its own program: it is given a file descriptor to hold, which Node cannot be.
 * Only the sleep that comes of idleness is held up, never one the owner asks for. The program it runs ends with our pipe,
 * so also when we are killed. `log`: told where it does not work.
 */
export const systemdInhibit =
  (log: (line: string) => void): Block =>
  () => {
    const words = ['--what=idle', '--mode=block', '--who=Offpeak', '--why=A job is running', 'cat'];
    const child = spawn('systemd-inhibit', words, { stdio: ['pipe', 'ignore', 'ignore'] });
    let released = false;
    const failed = (why: string) => {
      if (!released) log(`The computer may go to sleep while a job runs: ${why}`);
    };
    child.on('error', ({ message }) => failed(message));
    child.on('exit', (code) => failed(`systemd-inhibit ended with ${code}.`));
    // A program that is gone already.
    child.stdin.on('error', () => {});
    return () => {
      released = true;
      child.stdin.end();
    };
  };
