import { utilityProcess } from 'electron';
import type { Spawn } from '../child.ts';

/** How much of a dying process's last words is kept for the person who reads why. */
const LAST_WORDS = 4096;

/** Runs a built entry in an Electron utility process: Node without a window, in a process of its own. */
export const utilitySpawn =
  (entry: string, serviceName: string): Spawn =>
  (listen) => {
    const child = utilityProcess.fork(entry, [], {
      serviceName,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let pid: number | null = null;
    let doomed = false;
    let over = false;
    let words = '';
    const slay = () => {
      if (pid !== null && !over) kill(pid);
    };
    child.on('spawn', () => {
      pid = child.pid ?? null;
      if (doomed) slay();
    });
    child.stderr?.on('data', (text: Buffer) => {
      words = (words + text.toString('utf8')).slice(-LAST_WORDS);
    });
    child.on('message', (message: unknown) => {
      if (!doomed) listen.message(message);
    });
    const gone = new Promise<void>((resolve) => {
      child.once('exit', () => {
        over = true;
        // The exit code is unreliable in older Electron versions, so nobody is told it.
        listen.exit(words.trim() || 'the process ended');
        resolve();
      });
    });
    return {
      post: (message) => {
        if (!over && !doomed) child.postMessage(message);
      },
      kill: () => {
        doomed = true;
        slay();
      },
      pid: () => (over ? null : pid),
      gone,
    };
  };

/** SIGKILL; a process that went by itself a moment ago is not an error. */
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
