import { step } from '../../src-main/agent/agent.ts';
import type { Effect, Event } from '../../src-main/agent/event.ts';
import { newAgent } from '../../src-main/agent/new-agent.ts';
import type { Agent } from '../../src-main/agent/state.ts';
import type { Game } from '../../src-main/policy/circumstances.ts';
import { Sha256 } from '../../src-shared/blob.ts';
import { type Gpu, LaneId, type Reading, UNREAD } from '../../src-shared/gpu.ts';
import { Job } from '../../src-shared/job.ts';
import { defaults, type Settings } from '../../src-shared/settings.ts';
import { gibibytes, millis, minutes, seconds, watts } from '../../src-shared/units.ts';

/** A quiet evening: one card, sharing on, the owner away for an hour. */
export const T0 = millis(1_800_000_000_000);
export const card: Gpu = {
  lane: LaneId.parse('GPU-0'),
  name: 'NVIDIA GeForce RTX 3060 (emulated)',
  backend: 'cuda',
  software: false,
  index: 0,
  vramTotal: gibibytes(12),
  powerMax: null,
  powerMin: null,
  powerDefault: null,
  pci: null,
  driver: '580.95',
};
export const reading = (more: Partial<Reading> = {}): Reading => ({
  lane: card.lane,
  lost: false,
  ...UNREAD,
  load: 0,
  memoryUsed: gibibytes(1),
  ...more,
});
export const sharing: Settings = { ...defaults, sharing: true };
/** The owner's card may take so many watts. */
export const limited = (limit: number): Settings => ({
  ...sharing,
  cards: { [card.lane]: { powerLimit: watts(limit) } },
});
export const game: Game = { pid: 4242, path: '/games/Half-Life 2/hl2', title: 'Half-Life 2' };

export const job = Job.parse({
  id: 'job-1',
  kind: 'kernel',
  title: 'Count',
  spec: {
    programs: { cuda: { sha256: Sha256.parse('a'.repeat(64)), size: 10 } },
    buffers: { counters: { size: 4, from: 'zeros' } },
    stages: [
      {
        count: 100,
        launches: [
          {
            entry: 'count',
            grid: [1, 1, 1],
            block: [1, 1, 1],
            args: [{ kind: 'buffer', name: 'counters' }],
          },
        ],
      },
    ],
    outputs: ['counters'],
  },
  pay: { amount: 1000, test: true },
  needs: { vram: 1024, seconds: 1 },
  deadline: T0 + 86_400_000,
});

/** How the ids of this machine's own speed tests' jobs begin. */
export const SPEED_JOBS = 'speed-0123456789abcdef-';

export const empty: Agent = newAgent(T0, sharing, {
  trusted: true,
  models: true,
  speedJobs: SPEED_JOBS,
});

/** One kind of event, so that a story can change parts of it. */
type Of<Kind extends Event['kind']> = Extract<Event, { kind: Kind }>;

/** Takes the agent through events one after the other; gives the last agent and all effects. */
export function live(agent: Agent, events: readonly Event[]): { agent: Agent; effects: Effect[] } {
  const effects: Effect[] = [];
  let now = agent;
  for (const event of events) {
    const [next, more] = step(now, event);
    now = next;
    effects.push(...more);
  }
  return { agent: now, effects };
}

export const found: Of<'gpus-found'> = { kind: 'gpus-found', at: T0, gpus: [card] };
export const away: Of<'sampled'> = {
  kind: 'sampled',
  at: T0,
  readings: [reading()],
  silentFor: seconds(0),
  idleFor: minutes(60),
  locked: false,
  onBattery: false,
  metered: false,
  earnsPerHour: null,
};
export const offered: Of<'offered'> = {
  kind: 'offered',
  at: T0,
  offer: 'o1',
  lane: card.lane,
  job: job.id,
  vram: job.needs.vram,
  takes: seconds(job.needs.seconds),
  pay: job.pay,
  model: null,
};
export const assigned: Of<'assigned'> = {
  kind: 'assigned',
  at: T0,
  offer: 'o1',
  lane: card.lane,
  lease: 'L1',
  fence: 1,
  job,
  checkpoint: null,
};
export const prepared: Of<'prepared'> = { kind: 'prepared', at: T0, lease: 'L1' };

/** A lane that works on `job` under lease L1. */
export const working = () => live(empty, [found, away, offered, assigned, prepared]).agent;

/** The job under L1 is done. */
export const done: Of<'ended'> = {
  kind: 'ended',
  at: T0,
  lease: 'L1',
  outcome: { kind: 'done', outputs: [], activeFor: millis(5) },
};
