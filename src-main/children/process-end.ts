import type { ChildProcess } from 'node:child_process';
import { type Said, said } from '../../src-shared/said.ts';
import { millis } from '../../src-shared/units.ts';
import type { Child, ChildListener } from './child.ts';

/** Enough for the stack trace of a crash, too little to hoard. Bytes. */
export const LAST_WORDS = 4096;

/** A dead process's pipes can be held open by a process it started; we wait this long for its last words. */
const DRAIN = millis(250);

/** What belongs to a process: only itself, or others that it started. */
export type Extent = {
  /** SIGKILL to all of it, now. Not called any more once it is gone. */
  readonly kill: () => void;
  /** Asked once the process itself has ended: resolves when nothing else of it lives. Left out: there is nothing else. */
  readonly isGone?: () => Promise<void>;
  /** Why it ends, if it said so itself; then its stderr is not told. */
  readonly reason?: () => Said | null;
};

/** Tells how a process of ours ended, with its last words, and how to end it. */
export function attend(
  child: ChildProcess,
  exit: ChildListener['exit'],
  { kill, isGone, reason }: Extent = { kill: () => void child.kill('SIGKILL') },
): Pick<Child, 'kill' | 'pid' | 'gone'> {
  let lastWords = Buffer.alloc(0);
  child.stderr?.on('data', (chunk: Buffer) => {
    lastWords = Buffer.concat([lastWords, chunk]).subarray(-LAST_WORDS);
  });

  let told = false;
  const tell = (how: ProcessEnd) => {
    if (told) return;
    told = true;
    exit(reason?.() ?? endOf(how, lastWords.toString('utf8').trim()));
  };

  let over = false;
  const gone = new Promise<void>((resolve) => {
    const end = () => {
      over = true;
      resolve();
    };
    // 'error' before a pid exists: the system could not start it, and no 'exit' will come.
    child.on('error', (error) => {
      if (child.pid !== undefined) return;
      tell({ kind: 'unstarted', error });
      end();
    });
    child.once('exit', (code, signal) => {
      const how: ProcessEnd = { kind: 'ended', code, signal };
      // 'close' comes once its messages and its stderr are read to the end.
      const closed = new Promise<void>((read) => child.once('close', () => read()));
      const drain = () => {
        void closed.then(() => tell(how));
        setTimeout(() => tell(how), DRAIN).unref();
      };
      if (!isGone) {
        end();
        drain();
        return;
      }
      // It may have gone by itself; the rest of it may not have heard.
      kill();
      void isGone().then(() => {
        end();
        drain();
      });
    });
  });

  return {
    kill: () => {
      if (!over) kill();
    },
    pid: () => (over ? null : (child.pid ?? null)),
    gone,
  };
}

/** How a process went. */
type ProcessEnd =
  | { readonly kind: 'unstarted'; readonly error: Error }
  | { readonly kind: 'ended'; readonly code: number | null; readonly signal: string | null };

/** What to say of a process that is over. `words`: its last ones; may be empty. */
function endOf(end: ProcessEnd, words: string): Said {
  if (end.kind === 'unstarted') return said('unstarted', { why: end.error.message });
  const { code, signal } = end;
  if (signal)
    return words === '' ? said('endedBy', { signal }) : said('endedByWords', { signal, words });
  const number = String(code);
  return words === ''
    ? said('endedWith', { code: number })
    : said('endedWithWords', { code: number, words });
}
