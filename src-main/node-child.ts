import { type ChildProcess, fork } from 'node:child_process';
import { millis } from '../src-shared/units.ts';
import type { Child, ChildListener, Spawn } from './child.ts';

/** Enough for the stack trace of a crash, too little to hoard. Bytes. */
const LAST_WORDS = 4096;

/** A dead process's pipes can be held open by a process it started; we wait this long for its last words. */
const DRAIN = millis(250);

/** Has Electron's executable be a plain Node. */
const AS_NODE: Readonly<Record<string, string>> =
  process.versions.electron === undefined ? {} : { ELECTRON_RUN_AS_NODE: '1' };

export type NodeSpawnOptions = {
  /** Added to this process's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Instead of this process's own environment and `env`. */
  readonly wholeEnv?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** It has something to do after our end, however we end. Windows ends all others of our processes with us. */
  readonly outlives?: true;
};

/**
 * Starts `entryPath` in a Node process of its own, within Electron too: its utility processes are no alternative, because they
 * end with the main process before they could put anything in order. The entry must end by itself when its channel closes,
 * which it does however we end.
 */
export const nodeSpawn =
  (entryPath: string, options: NodeSpawnOptions = {}): Spawn =>
  (listen) => {
    const process_ = fork(entryPath, [...(options.args ?? [])], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: [],
      detached: options.outlives === true && process.platform === 'win32',
      windowsHide: true,
      env: { ...(options.wholeEnv ?? { ...process.env, ...options.env }), ...AS_NODE },
    });
    return attend(process_, listen);
  };

function attend(child: ChildProcess, listen: ChildListener): Child {
  let lastWords = Buffer.alloc(0);
  child.stderr?.on('data', (chunk: Buffer) => {
    lastWords = Buffer.concat([lastWords, chunk]).subarray(-LAST_WORDS);
  });
  child.on('message', listen.message);

  let told = false;
  const tell = (how: string) => {
    if (told) return;
    told = true;
    const said = lastWords.toString('utf8').trim();
    listen.exit(said === '' ? `${how}.` : `${how}. Its last words: ${said}`);
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
    post: (message) => {
      // The callback takes the error of a channel that breaks in this moment; 'exit' follows.
      if (child.connected) child.send(message, () => {});
    },
    kill: () => {
      child.kill('SIGKILL');
    },
    pid: () => (child.exitCode === null && child.signalCode === null ? (child.pid ?? null) : null),
    gone,
  };
}
