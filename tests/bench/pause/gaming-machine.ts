import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildFakes } from '../../fakes/build.ts';
import { fakeGpuEnvironment } from '../../fakes/gpu-state.ts';
import { endAll, newMachine, startAgent } from '../../flows/agent-process.ts';
import { countingJob, openShop } from '../../flows/shop.ts';
import { openSteamHome } from '../../worlds/computer/steam-home.ts';

/**
 * The file name of the game, by which BOINC knows it: one that nobody else on this machine runs. Linux cuts the name of a
 * process off after 15 characters.
 */
export const GAME_PROGRAM = `nebula-${process.pid}`;

/** A long step costs the processors of this machine nothing: the emulated card sleeps through it. */
const STEP_MS = 50;
const ENDLESS = 1_000_000;

export type GamingMachine = Awaited<ReturnType<typeof openGamingMachine>>;

/**
 * A machine with a game in its Steam library, whose agent works on an endless job on the emulated card. `before`: what to
 * do with the card while nobody uses it yet.
 */
export async function openGamingMachine(
  number: number,
  before: (card: Readonly<Record<string, string>>) => Promise<void> = async () => {},
) {
  const steam = openSteamHome();
  const game = steam.install({ folder: 'Nebula', program: GAME_PROGRAM, title: 'Nebula Drift' });
  const machine = { ...newMachine({ sharing: true, when: { kind: 'always' } }), home: steam.home };
  const folder = mkdtempSync(join(tmpdir(), 'offpeak-card-'));
  const card = fakeGpuEnvironment({ fakes: await buildFakes(), folder, kernelMillis: STEP_MS });
  await before(card);
  const agent = startAgent(machine, card);
  const window = await agent.window();
  await openShop(agent.exchange()).submit(countingJob(`endless-${number}`, ENDLESS));
  return {
    steam,
    /** The game's executable. */
    game,
    /** All that the agent has written. */
    words: agent.words,
    /** The process that works, once a job runs. */
    async runner(): Promise<number> {
      await window.until('the job to run', (s) => s.lanes[0]?.phase.kind === 'running', 60_000);
      const pid = agent.runner()?.pid;
      if (pid === undefined) throw new Error('a job runs without a runner');
      return pid;
    },
    /** Resolves when the window says that a game is the reason. */
    async held(): Promise<void> {
      await window.until('the game to be seen', ({ lanes: [lane] }) => {
        const phase = lane?.phase;
        return phase?.kind === 'held' && phase.because.kind === 'game-running';
      });
    },
    async close(): Promise<void> {
      window.close();
      await agent.stop();
      steam.remove();
      await endAll(machine);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
