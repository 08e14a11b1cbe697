import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { z } from 'zod';

/**
 * A shell says what time it is and becomes the game: the stamp lies one write and one execve (well under a millisecond)
 * before the kernel tells anybody of the new program, so every span that begins with it is a little too long, never too
 * short. The system's clock (CLOCK_REALTIME) is what all the processes of a benchmark have in common.
 */
const BECOME = 'printf "%s\\n" "$EPOCHREALTIME"; exec "$0" 600';

/** Seconds and microseconds. */
const Stamp = z.string().regex(/^\d+\.\d{6}$/);

export type StartedGame = {
  /** Milliseconds since 1970, with a fraction. */
  readonly at: number;
  /** Resolves when its process is gone. */
  readonly end: () => Promise<void>;
};

/** Starts a program and says when it began to be that program. It ends with `signal` at the latest. Needs bash 5. */
export async function startGame(program: string, signal: AbortSignal): Promise<StartedGame> {
  const player = spawn('bash', ['-c', BECOME, program], {
    // In another language the fraction would follow a comma.
    env: { ...process.env, LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const kill = () => player.kill('SIGKILL');
  signal.addEventListener('abort', kill, { once: true });
  player.once('exit', () => signal.removeEventListener('abort', kill));
  const lines = createInterface({ input: player.stdout });
  const [line]: unknown[] = await once(lines, 'line');
  return { at: Number(Stamp.parse(line)) * 1000, end: () => end(player) };
}

async function end(player: ChildProcess): Promise<void> {
  const over = once(player, 'exit');
  player.kill('SIGKILL');
  await over;
}
