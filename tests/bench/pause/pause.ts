import { setTimeout as wait } from 'node:timers/promises';
import { eventually } from '../../worlds/seen-processes.ts';
import { digits, type Reach, reach } from '../figures.ts';
import { type BoincNotice, measureBoinc } from './boinc.ts';
import { type CardObserver, openCardObserver } from './card-observer.ts';
import { type StartedGame, startGame } from './game-clock.ts';
import { type GamingMachine, openGamingMachine } from './gaming-machine.ts';

/** After a game an agent waits some seconds before it works again, so several play in one round. */
const MACHINES = 4;
/** Longer than the agent's beat and than the time between two checkpoints: a game may start at any moment of both. */
const WITHIN_MS = 6000;

export type PauseFigures = {
  readonly decision_ms: Reach;
  readonly runner_gone_ms: Reach;
  readonly memory_free_ms: Reach;
  readonly boinc_notice_ms: BoincNotice | null;
  readonly ratio_vs_boinc: number | null;
};

type Span = Record<'decision' | 'gone' | 'free', number>;
type Player = { readonly machine: GamingMachine; readonly observer: CardObserver };

/**
 * How long from the start of a real game until the agent has decided, until the runner is gone and until the card's
 * memory is free, `n` times at random moments; and how long BOINC takes to notice the same program.
 */
export async function measurePause(n: number, say: (line: string) => void): Promise<PauseFigures> {
  say(`Starting a game ${n} times on ${MACHINES} machines that work.`);
  const spans = await playAll(n);
  say('Starting the same program beside BOINC.');
  const boinc = await measureBoinc();
  if (boinc === null) say('BOINC is not installed, so nothing is compared.');
  const decision = reach(spans.map((span) => span.decision));
  return {
    decision_ms: decision,
    runner_gone_ms: reach(spans.map(({ gone }) => gone)),
    memory_free_ms: reach(spans.map(({ free }) => free)),
    boinc_notice_ms: boinc,
    ratio_vs_boinc: boinc === null ? null : digits(boinc.p50 / decision.p50),
  };
}

async function playAll(n: number): Promise<Span[]> {
  const players: Player[] = [];
  const stop = new AbortController();
  try {
    for (let i = 0; i < Math.min(MACHINES, n); i++) players.push(await openPlayer(i));
    const spans: Span[] = [];
    while (spans.length < n)
      spans.push(...(await playRound(players.slice(0, n - spans.length), stop.signal)));
    return spans;
  } finally {
    stop.abort();
    for (const { machine, observer } of players) {
      observer.close();
      await machine.close();
    }
  }
}

async function openPlayer(number: number): Promise<Player> {
  let observer: CardObserver | null = null;
  const machine = await openGamingMachine(number, async (card) => {
    observer = await openCardObserver(card);
  });
  if (observer === null) throw new Error('nobody watches the card');
  return { machine, observer };
}

/**
 * One game on each machine. All are at work before the first starts, and all games last until the round is over: an
 * agent that starts its runner again would take the processor from those that are measured.
 */
async function playRound(players: readonly Player[], signal: AbortSignal): Promise<Span[]> {
  const ready = await Promise.all(
    players.map(async ({ machine, observer }) => {
      const runner = await machine.runner();
      await observer.work();
      return { machine, observer, runner };
    }),
  );
  const played = await Promise.all(
    ready.map(async ({ machine, observer, runner }) => {
      await wait(Math.random() * WITHIN_MS);
      return play(machine, observer, runner, signal);
    }),
  );
  for (const { game, machine } of played) {
    await machine.held();
    await game.end();
  }
  return played.map(({ span }) => span);
}

async function play(
  machine: GamingMachine,
  observer: CardObserver,
  runner: number,
  signal: AbortSignal,
) {
  const { freed } = await observer.watch(runner);
  const said = machine.words().length;
  const game: StartedGame = await startGame(machine.game, signal);
  const { gone, free } = await freed;
  const evicted = await eventually('the agent to say what it did', () =>
    evictedAt(machine.words().slice(said)),
  );
  const span: Span = {
    decision: evicted - game.at,
    gone: gone - game.at,
    free: free - game.at,
  };
  if (span.decision < 0 || span.gone < 0) throw new Error('the clock of this machine was set');
  return { machine, game, span };
}

/** What the agent writes once it has killed: the time in whole milliseconds, and what it did. */
const EVICT = /^(\S+Z) evict /m;

/** When the agent says it evicted; the end of the millisecond it names, so never too early. */
function evictedAt(words: string): number | null {
  const stamp = EVICT.exec(words)?.[1];
  return stamp === undefined ? null : Date.parse(stamp) + 1;
}
