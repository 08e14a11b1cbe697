import type { Spread } from './figures.ts';
import { measureGameStarts } from './pause/game-starts.ts';
import { measureNoopJobs } from './runner/noop-jobs.ts';
import { type ElectronWords, measureStarts, type StartFigures } from './window/starts.ts';

/** Starts of each app. */
const ROUNDS = 9;
const NOOP_JOBS = 200;
const GAMES = 60;

export type ThreadFigures = StartFigures & {
  readonly noop_job_ms: Spread;
  readonly game_to_gone_ms: Spread;
};

/** Everything `npm run bench:thread` measures, one after the other so that nothing disturbs another. */
export async function measureThread(
  electron: ElectronWords,
  repository: string,
  say: (line: string) => void,
): Promise<ThreadFigures> {
  say(`Starting Offpeak and an empty app ${ROUNDS} times each.`);
  const starts = await measureStarts(electron, repository, ROUNDS);
  say(`Running ${NOOP_JOBS} empty jobs.`);
  const noop_job_ms = await measureNoopJobs(NOOP_JOBS);
  say(`Starting a game ${GAMES} times.`);
  const game_to_gone_ms = await measureGameStarts(GAMES);
  return { ...starts, noop_job_ms, game_to_gone_ms };
}
