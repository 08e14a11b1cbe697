import { JobId } from '../../../src-shared/job.ts';
import type { JobKind } from '../../../src-shared/job-kind.ts';
import {
  type Answered,
  type Question,
  RUNS_AT_ONCE,
  type Run,
  type RunDay,
  type RunEvent,
  type RunFilter,
  type RunOutcome,
} from '../../../src-shared/question.ts';
import { quote } from '../../../src-shared/said.ts';
import { hours, joules, microUsd, millis, minutes, seconds } from '../../../src-shared/units.ts';
import { ago, NOW, paidJob, job as testJob } from './snapshot-parts.ts';
import { wave } from './snapshot-sums.ts';

const TITLES: Readonly<Record<JobKind, readonly string[]>> = {
  llm: ['Qwen3 14B chat', 'Llama 3.1 8B batch summaries'],
  kernel: ['FlashAttention tuning', 'Price a book of options', 'Sparse convolution check'],
  embed: ['Embed a product catalogue'],
};
const KINDS: readonly JobKind[] = ['llm', 'kernel', 'kernel', 'embed', 'llm'];
const OUTCOMES: readonly RunOutcome[] = [
  'claimed',
  'credited',
  'credited',
  'stopped',
  'credited',
  'credited',
  'voided',
  'credited',
  'failed',
  'credited',
];
const BECAUSE: Partial<Record<RunOutcome, string>> = {
  voided: 'Another computer found a different answer for 3 of 1,024 values.',
  stopped: 'Counter-Strike 2 was started.',
  failed: 'The runner ended with signal SIGSEGV.',
};

const pick = <T>(from: readonly T[], n: number, otherwise: T): T =>
  from[n % from.length] ?? otherwise;

/** A run of long ago: `n` counts back from the newest one that has ended. */
function ended(n: number, id: number, test: boolean): Run {
  const outcome = pick(OUTCOMES, n, 'credited');
  const what = pick(KINDS, n, 'kernel');
  const startedAt = ago(millis(hours(3) + n * minutes(217)));
  const length = minutes(Math.round(8 + wave(n) * 180));
  const unpaid = outcome === 'failed' || (outcome === 'stopped' && n % 20 !== 3);
  const measured = !test;
  return {
    id,
    job: JobId.parse(`job-${id}`),
    title: pick(TITLES[what], n, 'A job'),
    what,
    network: test ? 'Test network' : 'Offpeak network',
    gpu: test ? 'SwiftShader' : 'NVIDIA GeForce RTX 4070 Ti SUPER',
    startedAt,
    endedAt: millis(startedAt + length),
    joules: measured ? joules((length / 1000) * 197) : null,
    electricity: measured ? microUsd(((length / 1000) * 197 * 220_000) / 3_600_000) : null,
    amount: unpaid ? null : microUsd((length / minutes(60)) * (test ? 5_000_000 : 120_000)),
    test,
    outcome,
    because: BECAUSE[outcome] ?? '',
  };
}

/** `count` runs, newest first, the first one running; every seventh paid in test credits. */
export function runsOf(count: number, test: boolean): readonly Run[] {
  const running = test ? testJob : paidJob;
  const first: Run = {
    ...ended(0, count, test),
    job: running.id,
    title: running.title,
    what: running.what,
    startedAt: running.startedAt,
    endedAt: null,
    amount: null,
    outcome: 'running',
    because: '',
  };
  const rest = Array.from({ length: count - 1 }, (_, n) =>
    ended(n, count - 1 - n, test || n % 7 === 5),
  );
  return count === 0 ? [] : [first, ...rest];
}

const dayStart = (at: number): number => new Date(at).setHours(0, 0, 0, 0);

function daysOf(runs: readonly Run[], shown: readonly Run[]): RunDay[] {
  const wanted = new Set(shown.map(({ startedAt }) => dayStart(startedAt)));
  return [...wanted].map((from) => {
    const day = runs.filter(({ startedAt }) => dayStart(startedAt) === from);
    const pay = (test: boolean) =>
      day
        .filter((run) => run.test === test && run.outcome !== 'voided')
        .reduce((sum, run) => sum + (run.amount ?? 0), 0);
    return {
      from: millis(from),
      joules: joules(day.reduce((sum, run) => sum + (run.joules ?? 0), 0)),
      money: microUsd(pay(false)),
      test: microUsd(pay(true)),
      electricity: microUsd(day.reduce((sum, run) => sum + (run.electricity ?? 0), 0)),
    };
  });
}

const passes =
  ({ pay, what, outcome, search }: RunFilter) =>
  (run: Run): boolean =>
    (pay === null || run.test === (pay === 'test')) &&
    (what === null || run.what === what) &&
    (outcome === null || run.outcome === outcome) &&
    `${run.title} ${run.job}`.toLowerCase().includes(search.toLowerCase());

function storyOf(run: Run): RunEvent[] {
  const events: RunEvent[] = [{ at: run.startedAt, what: 'assigned', detail: run.gpu }];
  const { endedAt, outcome, because } = run;
  if (endedAt === null) return events;
  if (outcome === 'stopped' || outcome === 'failed')
    return [...events, { at: endedAt, what: outcome, detail: because }];
  events.push({ at: endedAt, what: 'claimed', detail: '' });
  if (outcome === 'credited' || outcome === 'voided')
    events.push({ at: millis(endedAt + seconds(864)), what: outcome, detail: because });
  return events;
}

/** Installed games, as the agent lists them. */
const games = [
  ['Baldur’s Gate 3', 'Baldurs Gate 3', 'Steam'],
  ['Counter-Strike 2', 'Counter-Strike Global Offensive', 'Steam'],
  ['Fortnite', 'Fortnite', 'Epic Games'],
  ['Forza Horizon 5', 'ForzaHorizon5', 'Xbox app'],
].map(([title = '', folder = '', library = '']) => ({ title, path: `/games/${folder}`, library }));

/** An agent that has these runs in its books. */
export function answerFrom(runs: readonly Run[]): (question: Question) => Answered {
  return (question) => {
    switch (question.kind) {
      case 'runs': {
        const { filter, before } = question;
        const older = runs
          .filter(passes(filter))
          .filter(({ id }) => before === null || id < before);
        const shown = older.slice(0, RUNS_AT_ONCE);
        return {
          kind: 'runs',
          runs: shown,
          days: daysOf(runs, shown),
          more: older.length > shown.length,
        };
      }
      case 'run': {
        const run = runs.find(({ id }) => id === question.id);
        if (!run) return { kind: 'refused', detail: quote('There is no such run in the books.') };
        const receipt = {
          id: `0x${'7a'.repeat(32)}`,
          signer: `0x${'41'.repeat(20)}`,
          cumulative: microUsd(18_420_000),
        };
        return {
          kind: 'run',
          run,
          events: storyOf(run),
          receipt: run.outcome === 'credited' ? receipt : null,
        };
      }
      case 'games': {
        const found = games.filter(({ title }) =>
          title.toLowerCase().includes(question.search.toLowerCase()),
        );
        return { kind: 'games', games: found, all: found.length };
      }
      case 'csv':
        return {
          kind: 'file',
          name: `offpeak-${question.what.kind}.csv`,
          type: 'text/csv',
          text: `at,amount\r\n${NOW},1\r\n`,
        };
      case 'diagnostics':
        return { kind: 'refused', detail: quote('This preview has no answer to that.') };
    }
  };
}
