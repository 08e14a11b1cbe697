import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type Spread, spread } from '../figures.ts';
import { type GamingMachine, openGamingMachine } from './gaming-machine.ts';

/** After a game an agent waits some seconds before it works again; meanwhile the others have their turn. */
const MACHINES = 4;

/**
 * How long from starting a real program of a Steam library until the runner's process is gone, while it works on the
 * emulated card; `n` times.
 */
export async function measureGameStarts(n: number): Promise<Spread> {
  const machines = await Promise.all(
    Array.from({ length: MACHINES }, (_, i) => openGamingMachine(i)),
  );
  try {
    const times: number[] = [];
    for (let i = 0; i < n; i++) {
      const machine = machines[i % MACHINES];
      if (machine) times.push(await play(machine));
    }
    return spread(times);
  } finally {
    for (const machine of machines) await machine.close();
  }
}

async function play(machine: GamingMachine): Promise<number> {
  const runner = await machine.runner();
  const since = performance.now();
  const player = machine.steam.run(machine.game);
  await untilGone(runner);
  const took = performance.now() - since;
  const over = once(player, 'exit');
  player.kill('SIGKILL');
  await over;
  await machine.held();
  return took;
}

/** Looks as often as it can without keeping the processor to itself. */
async function untilGone(pid: number): Promise<void> {
  while (isThere(pid)) await new Promise((next) => setTimeout(next, 1));
}

/** A process that has died and waits for its parent to ask has given everything back. */
function isThere(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !/\) [ZX] /.test(stat);
  } catch {
    return false;
  }
}
