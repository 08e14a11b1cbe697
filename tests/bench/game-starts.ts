import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildFakes } from '../fakes/build.ts';
import { fakeGpuEnvironment } from '../fakes/gpu-state.ts';
import { endAll, newMachine, startAgent } from '../flows/agent-process.ts';
import { countingJob, openShop } from '../flows/shop.ts';
import { openSteamHome } from '../main/fixtures/steam-home.ts';
import { type Spread, spread } from './figures.ts';

/** After a game an agent waits some seconds before it works again; meanwhile the others have their turn. */
const MACHINES = 4;
/** A long step costs the processors of this machine nothing: the emulated card sleeps through it. */
const STEP_MS = 50;
const ENDLESS = 1_000_000;

/**
 * How long from starting a real program of a Steam library until the runner's process is gone, while it works on the
 * emulated card; `n` times.
 */
export async function measureGameStarts(n: number): Promise<Spread> {
  const machines = await Promise.all(Array.from({ length: MACHINES }, (_, i) => openMachine(i)));
  try {
    const times: number[] = [];
    for (let i = 0; i < n; i++) {
      const machine = machines[i % MACHINES];
      if (machine) times.push(await machine.play());
    }
    return spread(times);
  } finally {
    for (const machine of machines) await machine.close();
  }
}

async function openMachine(number: number) {
  const steam = openSteamHome();
  const game = steam.install({ folder: 'Nebula', program: 'nebula', title: 'Nebula Drift' });
  const machine = { ...newMachine(), home: steam.home };
  const card = mkdtempSync(join(tmpdir(), 'offpeak-card-'));
  const agent = startAgent(
    machine,
    fakeGpuEnvironment({ fakes: await buildFakes(), folder: card, kernelMillis: STEP_MS }),
  );
  const window = await agent.window();
  await openShop(agent.exchange()).submit(countingJob(`endless-${number}`, ENDLESS));
  return {
    async play(): Promise<number> {
      await window.until('the job to run', (s) => s.lanes[0]?.phase.kind === 'running', 60_000);
      const runner = agent.runner()?.pid;
      if (runner === undefined) throw new Error('a job runs without a runner');
      const since = performance.now();
      const player = steam.run(game);
      await untilGone(runner);
      const took = performance.now() - since;
      const over = once(player, 'exit');
      player.kill('SIGKILL');
      await over;
      await window.until('the game to be seen', (s) => s.lanes[0]?.phase.kind === 'held');
      return took;
    },
    async close(): Promise<void> {
      window.close();
      await agent.stop();
      steam.remove();
      await endAll(machine);
      rmSync(card, { recursive: true, force: true });
    },
  };
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
