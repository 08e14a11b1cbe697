import { z } from 'zod';
import { EarningsRange } from './earnings.ts';
import { JobId } from './job.ts';
import { JobKind } from './job-kind.ts';
import { Language } from './language/language.ts';
import { Said } from './said.ts';
import { joules, microUsd, millis } from './units.ts';

const at = z.int().transform(millis);
const amount = z.int().min(0).transform(microUsd);

/** How one run of a job on this machine ended. `stopped`: given back early, for a game, the owner or a pause. */
export const RunOutcome = z.enum(['running', 'claimed', 'credited', 'voided', 'stopped', 'failed']);
export type RunOutcome = z.infer<typeof RunOutcome>;

/** One run of one job on one card: from the moment it was assigned until it was finished or given back. */
export const Run = z.object({
  id: z.int().min(1),
  job: JobId,
  title: z.string(),
  what: JobKind,
  /** Who it was for, as the network calls itself. */
  network: z.string(),
  /** The card's name. */
  gpu: z.string(),
  startedAt: at,
  /** Null while it runs. */
  endedAt: at.nullable(),
  /** Measured electricity of the card during this run, and what it cost; null where nothing measures it. */
  joules: z.number().min(0).transform(joules).nullable(),
  electricity: amount.nullable(),
  /** What this run pays; 0 where it was rejected, null where nothing was claimed for it. */
  amount: amount.nullable(),
  test: z.boolean(),
  outcome: RunOutcome,
  /** Why it stopped, failed or was rejected, one sentence; else empty. */
  because: z.string(),
});
export type Run = Readonly<z.infer<typeof Run>>;

/** Which runs are asked for; null and the empty string ask for all. */
export const RunFilter = z.object({
  pay: z.enum(['money', 'test']).nullable(),
  what: JobKind.nullable(),
  outcome: RunOutcome.nullable(),
  /** Letters of the title or the id. */
  search: z.string().max(100),
});
export type RunFilter = Readonly<z.infer<typeof RunFilter>>;

/** As many rows as one answer holds. */
export const RUNS_AT_ONCE = 100;

/** What the window may ask. Answers are read once; whether they are old tells `Snapshot.books`. */
export const Question = z.discriminatedUnion('kind', [
  /** Runs that started before run `before` (null: the newest), newest first. */
  z.object({ kind: z.literal('runs'), filter: RunFilter, before: z.int().min(1).nullable() }),
  /** One run, everything. */
  z.object({ kind: z.literal('run'), id: z.int().min(1) }),
  /** A table for a spreadsheet, written as `locale` writes numbers, its headings in `language`. */
  z.object({
    kind: z.literal('csv'),
    what: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('earnings'), range: EarningsRange }),
      z.object({ kind: z.literal('runs'), filter: RunFilter }),
    ]),
    language: Language,
    locale: z.string().max(35),
  }),
  /** Installed games of which a name contains `search`, by title. */
  z.object({ kind: z.literal('games'), search: z.string().max(100) }),
  /** What to send to somebody who helps: versions, cards, settings, the last lines of the log. No job content, no keys. */
  z.object({ kind: z.literal('diagnostics') }),
]);
export type Question = Readonly<z.infer<typeof Question>>;
/** A question as it is written, before parsing. */
export type QuestionInput = z.input<typeof Question>;

/** Sums of one day of the shown runs, local time; of the whole day, whatever of it is shown. */
export const RunDay = z.object({
  from: at,
  joules: z.number().min(0).transform(joules),
  money: amount,
  test: amount,
  electricity: amount,
});
export type RunDay = Readonly<z.infer<typeof RunDay>>;

/** One thing that happened to a job here. */
export const RunEvent = z.object({
  at,
  what: z.enum(['assigned', 'stopped', 'failed', 'claimed', 'credited', 'voided']),
  detail: z.string(),
});
export type RunEvent = Readonly<z.infer<typeof RunEvent>>;

/** As many games as one answer holds. */
export const GAMES_AT_ONCE = 500;

/** A game in a library. A rule of the owner with its folder for a path is about all of its programs. */
export const InstalledGame = z.object({
  title: z.string(),
  /** Its folder. */
  path: z.string(),
  /** The launcher that it is from. */
  library: z.string(),
});
export type InstalledGame = Readonly<z.infer<typeof InstalledGame>>;

export const Answer = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('runs'),
    runs: z.array(Run).max(RUNS_AT_ONCE),
    days: z.array(RunDay).max(RUNS_AT_ONCE),
    /** Whether there are older ones. */
    more: z.boolean(),
  }),
  z.object({
    kind: z.literal('run'),
    run: Run,
    /** Everything that happened to this job on this machine, oldest first. */
    events: z.array(RunEvent).max(200),
    /** The proof of pay: its number is the receipt's own digest (EIP-712). */
    receipt: z.object({ id: z.string(), signer: z.string(), cumulative: amount }).nullable(),
  }),
  /** A file to save. */
  z.object({ kind: z.literal('file'), name: z.string(), type: z.string(), text: z.string() }),
  z.object({
    kind: z.literal('games'),
    games: z.array(InstalledGame).max(GAMES_AT_ONCE),
    /** How many there are, these among them. */
    all: z.int().min(0),
  }),
]);
export type Answer = Readonly<z.infer<typeof Answer>>;

/** What comes back for a question. */
export const Answered = z.union([Answer, z.object({ kind: z.literal('refused'), detail: Said })]);
export type Answered = Readonly<z.infer<typeof Answered>>;
