import { type ChildProcess, spawn } from 'node:child_process';
import { z } from 'zod';
import { millis } from '../../src-shared/units.ts';
import type { Child, ChildListener, Spawn } from '../children/child.ts';
import { groupGone, killGroup } from '../children/process-group.ts';

/** What the WebGPU host's process says. The page's own event is inside, for the page is trusted by no one. */
const WebGpuWord = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('event'), event: z.unknown() }),
  /** Its last word: why it ends. */
  z.object({ kind: z.literal('end'), detail: z.string() }),
]);
export type WebGpuWord = z.infer<typeof WebGpuWord>;

/** Enough for the stack trace of a crash, too little to hoard. Bytes. */
const LAST_WORDS = 4096;
/** What is still in its pipes when it is dead comes within this. */
const DRAIN = millis(250);
/**
 * Windows has no process groups: there the browser alone is ended, and Chromium's other processes notice it by
 * themselves. A job object would end them at once. Not seen.
 */
const HAS_GROUPS = process.platform !== 'win32';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Runs WebGPU jobs in an Electron of their own. A kernel runs in Chromium's GPU process, which outlives a page and is
 * shared by all windows of an app; here it is in a process group with everything else of the WebGPU host, and one SIGKILL
 * ends all of it, whatever the kernel does. `env`: all of its environment.
 */
export const webgpuSpawn =
  (executable: string, words: readonly string[], env: Environment = process.env): Spawn =>
  (listen) =>
    attend(
      spawn(executable, [...words], {
        detached: HAS_GROUPS,
        env: { ...env },
        serialization: 'advanced',
        // 3 is left alone: Chromium on Linux has used it for itself.
        stdio: ['ignore', 'ignore', 'pipe', 'ignore', 'ipc'],
      }),
      listen,
    );

function attend(child: ChildProcess, listen: ChildListener): Child {
  let lastWords = Buffer.alloc(0);
  let why: string | null = null;
  let over = false;
  child.stderr?.on('data', (chunk: Buffer) => {
    lastWords = Buffer.concat([lastWords, chunk]).subarray(-LAST_WORDS);
  });
  child.on('message', (message: unknown) => {
    const word = WebGpuWord.safeParse(message);
    // Not one of its words: as unreadable to the listener as to us.
    if (!word.success) listen.message(null);
    else if (word.data.kind === 'event') listen.message(word.data.event);
    else why = word.data.detail.slice(0, LAST_WORDS);
  });

  const kill = () => {
    if (over || child.pid === undefined) return;
    if (HAS_GROUPS) killGroup(child.pid);
    else child.kill('SIGKILL');
  };
  const tell = (how: string) => {
    const said = lastWords.toString('utf8').trim();
    listen.exit(why ?? (said === '' ? `${how}.` : `${how}. Its last words: ${said}`));
  };

  const gone = new Promise<void>((resolve) => {
    // 'error' before a pid exists: the system could not start it, and no 'exit' will come.
    child.on('error', (error) => {
      if (child.pid !== undefined) return;
      over = true;
      tell(`The process could not be started: ${error.message}`);
      resolve();
    });
    const drained = new Promise<void>((settle) => child.once('close', () => settle()));
    child.once('exit', (code, signal) => {
      void (async () => {
        // Its browser went by itself; the kernel in its GPU process may not have heard.
        kill();
        if (HAS_GROUPS && child.pid !== undefined) await groupGone(child.pid);
        over = true;
        resolve();
        await Promise.race([drained, pause()]);
        tell(signal ? `The process was ended by ${signal}` : `The process ended with code ${code}`);
      })();
    });
  });

  return {
    post: (message) => {
      // The callback takes the error of a channel that breaks in this moment; 'exit' follows.
      if (child.connected) child.send(message, () => {});
    },
    kill,
    pid: () => (over ? null : (child.pid ?? null)),
    gone,
  };
}

const pause = () => new Promise<void>((over) => setTimeout(over, DRAIN).unref());
