import { afterEach, expect, test } from 'vitest';
import { DESKTOP_MEMORY, insertCard } from '../electron/page/card.ts';
import { eventually } from '../worlds/seen-processes.ts';
import { endAll, type Machine, newMachine, startAgent } from './agent-process.ts';
import { countingJob, openShop } from './shop.ts';

const STEP_MS = 20;
const ENDLESS = 1_000_000;
/** The job would run for hours more: what ends the runner is the end of its agent. The time is for a test that hangs. */
const GONE = { timeout: 25_000, interval: 5 };

let machine: Machine;
afterEach(() => endAll(machine));

test('an agent that is killed outright leaves no runner, and nothing on the card', async () => {
  machine = newMachine({ sharing: true, when: { kind: 'always' } });
  const card = await insertCard(machine.home, STEP_MS);
  try {
    const agent = startAgent(machine, card.env);
    const window = await agent.window();
    await openShop(agent.exchange()).submit(countingJob('a', ENDLESS));
    await window.until('the job to run', ({ lanes: [lane] }) => {
      const phase = lane?.phase;
      return phase?.kind === 'running' && phase.job.step > 0;
    });
    expect((await card.look()).used).toBeGreaterThan(DESKTOP_MEMORY);
    process.kill(agent.pid, 'SIGKILL');
    await agent.exited;
    await eventually('the runner to be gone', () => agent.runner() === null);
    // A runner without its agent is nobody's child, and may take a moment more to be gone from the card.
    await expect.poll(() => card.look(), GONE).toMatchObject({ used: DESKTOP_MEMORY, compute: [] });
  } finally {
    card.remove();
  }
});
