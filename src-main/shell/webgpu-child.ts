import { type ChildProcess, spawn } from 'node:child_process';
import { z } from 'zod';
import { quote, type Said } from '../../src-shared/said.ts';
import type { Spawn } from '../children/child.ts';
import { attend, type Extent, LAST_WORDS } from '../children/process-end.ts';
import { groupGone, killGroup } from '../children/process-group.ts';

/** What the WebGPU host's process says. The page's own event is inside, for the page is trusted by no one. */
const WebGpuWord = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('event'), event: z.unknown() }),
  /** Its last word: why it ends. */
  z.object({ kind: z.literal('end'), detail: z.string() }),
]);
export type WebGpuWord = z.infer<typeof WebGpuWord>;

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
  (listen) => {
    const child = spawn(executable, [...words], {
      detached: HAS_GROUPS,
      env: { ...env },
      serialization: 'advanced',
      // 3 is left alone: Chromium on Linux has used it for itself.
      stdio: ['ignore', 'ignore', 'pipe', 'ignore', 'ipc'],
    });
    let reason: Said | null = null;
    child.on('message', (message: unknown) => {
      const word = WebGpuWord.safeParse(message);
      // Not one of its words: as unreadable to the listener as to us.
      if (!word.success) listen.message(null);
      else if (word.data.kind === 'event') listen.message(word.data.event);
      else reason = quote(word.data.detail.slice(0, LAST_WORDS));
    });
    return {
      ...attend(child, listen.exit, { ...extentOf(child), reason: () => reason }),
      post: (message) => {
        // The callback takes the error of a channel that breaks in this moment; 'exit' follows.
        if (child.connected) child.send(message, () => {});
      },
    };
  };

/** The whole group, where there are groups: the kernel in Chromium's GPU process may not hear that its browser ended. */
const extentOf = (child: ChildProcess): Extent =>
  HAS_GROUPS
    ? {
        kill: () => child.pid !== undefined && killGroup(child.pid),
        isGone: async () => void (child.pid !== undefined && (await groupGone(child.pid))),
      }
    : { kill: () => child.kill('SIGKILL') };
