import { fork } from 'node:child_process';
import type { Spawn } from './child.ts';
import { attend } from './process-end.ts';

/** Has Electron's executable be a plain Node. */
export const AS_NODE: Readonly<Record<string, string>> =
  process.versions.electron === undefined ? {} : { ELECTRON_RUN_AS_NODE: '1' };

export type NodeSpawnOptions = {
  /** Added to this process's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** It has something to do after our end, however we end. Windows ends all others of our processes with us. */
  readonly outlives?: true;
};

/**
 * Starts `entryPath` in a Node process of its own, within Electron too: its utility processes are no alternative, because they
 * end with the main process before they could put anything in order. The entry must end by itself when its channel closes,
 * which it does however we end.
 *
 * For our own code on no stranger's data: whoever can write to this channel can end us (see src-shared/runner-channel.ts).
 */
export const nodeSpawn =
  (entryPath: string, options: NodeSpawnOptions = {}): Spawn =>
  (listen) => {
    const child = fork(entryPath, [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: [],
      detached: options.outlives === true && process.platform === 'win32',
      windowsHide: true,
      env: { ...process.env, ...options.env, ...AS_NODE },
    });
    child.on('message', listen.message);
    return {
      ...attend(child, listen.exit),
      post: (message) => {
        // The callback takes the error of a channel that breaks in this moment; 'exit' follows.
        if (child.connected) child.send(message, () => {});
      },
    };
  };
