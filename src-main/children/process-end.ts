import type { ChildProcess } from 'node:child_process';
import { millis } from '../../src-shared/units.ts';
import type { Child, ChildListener } from './child.ts';

/** Enough for the stack trace of a crash, too little to hoard. Bytes. */
const LAST_WORDS = 4096;

/** A dead process's pipes can be held open by a process it started; we wait this long for its last words. */
const DRAIN = millis(250);

/** Tells how a process of ours ended, with its last words, and how to end it. */
export function attend(
  child: ChildProcess,
  exit: ChildListener['exit'],
): Pick<Child, 'kill' | 'pid' | 'gone'> {
  let lastWords = Buffer.alloc(0);
  child.stderr?.on('data', (chunk: Buffer) => {
    lastWords = Buffer.concat([lastWords, chunk]).subarray(-LAST_WORDS);
  });

  let told = false;
  const tell = (how: string) => {
    if (told) return;
    told = true;
    const said = lastWords.toString('utf8').trim();
    exit(said === '' ? `${how}.` : `${how}. Its last words: ${said}`);
  };

  const gone = new Promise<void>((resolve) => {
    // 'error' before a pid exists: the system could not start it, and no 'exit' will come.
    child.on('error', (error) => {
      if (child.pid !== undefined) return;
      tell(`The process could not be started: ${error.message}`);
      resolve();
    });
    child.once('exit', (code, signal) => {
      const how = signal
        ? `The process was ended by ${signal}`
        : `The process ended with code ${code}`;
      // 'close' comes once its messages and its stderr are read to the end.
      child.once('close', () => tell(how));
      setTimeout(() => tell(how), DRAIN).unref();
      resolve();
    });
  });

  return {
    kill: () => {
      child.kill('SIGKILL');
    },
    pid: () => (child.exitCode === null && child.signalCode === null ? (child.pid ?? null) : null),
    gone,
  };
}
