import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Libsql from 'libsql';
import { openBooks } from '../../../src-main/books/books.ts';
import { inEnglish } from '../../../src-shared/wording.ts';
import { randomness } from '../../worlds/randomness.ts';

type Options = {
  /** The moment the year ends at, milliseconds. */
  readonly now: number;
  /** Lines of electricity. */
  readonly samples: number;
  /** Runs of jobs, most of them paid. */
  readonly jobs: number;
  /** How many cards shared the year. */
  readonly lanes?: number;
  readonly seed?: number;
};

const YEAR = 365 * 86_400_000;
const MINUTE = 60_000;
const SIGNER = `0x${'ab'.repeat(20)}`;
const AGENT = 'A'.repeat(43);
/** What 220 W for the minute between two lines cost at 0.22 $ a kilowatt-hour, give or take. */
const WATTS = { least: 150, spread: 200 };
const PRICE = 220_000;
const JOULES_PER_KWH = 3_600_000;

const TITLES = {
  kernel: ['Protein folding, batch', 'Scene render, frames', 'Option prices, grid', 'Sieve, range'],
  llm: ['Summaries of articles', 'Answers for a forum', 'Draft translations'],
  embed: ['Vectors of a library', 'Vectors of patents'],
} as const;
const NETWORKS = ['Offpeak network', 'Night shift'];

/**
 * Writes the books of a whole year into `folder`, through the real schema and its triggers: electricity by the minute over
 * all cards, and jobs of every kind and outcome, most for money and some for test credits. The same seed gives the same books.
 */
export function writeYear(
  folder: string,
  { now, samples, jobs, lanes = 10, seed = 1 }: Options,
): void {
  mkdirSync(folder, { recursive: true });
  const opened = openBooks(folder, now);
  if (opened.kind === 'refused') throw new Error(inEnglish(opened.detail));
  opened.books.close();
  const db = new Libsql(join(folder, 'books.db'));
  try {
    db.exec('pragma synchronous = off; pragma cache_size = -200000; begin immediate');
    writeEnergy(db, now, samples, lanes, seed);
    writeJobs(db, now, jobs, lanes, randomness(seed));
    writeStates(db, now);
    db.exec('commit; pragma wal_checkpoint(truncate)');
  } finally {
    db.close();
  }
}

type Database = InstanceType<typeof Libsql>;

/** `samples` lines, evenly over the year, the cards taking turns; the triggers sum them up. */
function writeEnergy(db: Database, now: number, samples: number, lanes: number, seed: number) {
  const turns = Math.max(1, Math.ceil(samples / lanes));
  const step = Math.min(MINUTE, YEAR / turns);
  const first = Math.round(now - turns * step);
  db.exec(`
    with recursive n(i) as (select 0 union all select i + 1 from n where i < ${samples - 1}),
    drawn as (
      select ${first} + cast((i / ${lanes}) * ${step} as integer) as at, i % ${lanes} as lane,
        ${step / 1000} * (${WATTS.least} + ((i * 7919 + ${seed}) % 1009) * ${WATTS.spread} / 1009.0) as joules
      from n
    )
    insert into entries (kind, at, lane, joules, amount)
    select 'energy', at, 'GPU-' || lane, joules, cast(round(joules / ${JOULES_PER_KWH} * ${PRICE}) as integer)
    from drawn where ${samples} > 0`);
}

/** Jobs one after the other on every card: each run begins, then the ledger says what became of it. */
function writeJobs(db: Database, now: number, jobs: number, lanes: number, random: () => number) {
  const begin =
    db.prepare(`insert into runs (job, fence, title, what, network, lane, gpu, started_at, ended_at,
    outcome, because, joules, electricity, test) values (?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const claim =
    db.prepare(`insert into entries (kind, at, job, fence, lane, title, amount, test, active_for, what)
    values ('claimed', ?, ?, 1, ?, ?, ?, ?, ?, ?)`);
  const credit = db.prepare(`insert into entries (kind, at, job, fence, amount, test, receipt)
    values ('credited', ?, ?, 1, ?, ?, ?)`);
  const refuse = db.prepare(`insert into entries (kind, at, job, fence, because)
    values ('voided', ?, ?, 1, 'finished elsewhere')`);
  const keep = db.prepare('update runs set receipt = ? where job = ? and fence = 1');
  const sums = { money: 0, test: 0 };
  const each = YEAR / Math.max(1, jobs);
  for (let n = 0; n < jobs; n++) {
    const job = `year-${String(n).padStart(7, '0')}`;
    const what = pick(random, ['kernel', 'kernel', 'llm', 'llm', 'embed'] as const);
    const title = `${pick(random, TITLES[what])} ${1 + Math.floor(random() * 400)}`;
    const lane = `GPU-${n % lanes}`;
    const started = Math.round(now - YEAR + n * each);
    const took = Math.round(Math.min(each * lanes, 7_200_000) * (0.05 + 0.9 * random()));
    const ended = Math.min(started + took, now);
    const test = random() < 0.2 ? 1 : 0;
    const joules = ((ended - started) / 1000) * (WATTS.least + random() * WATTS.spread);
    const cost = Math.round((joules / JOULES_PER_KWH) * PRICE);
    const fate = random();
    const stopped = fate < 0.08;
    const failed = !stopped && fate < 0.1;
    const because = stopped
      ? '{"kind":"game-running","title":"Half-Life 2","path":"/games/hl2"}'
      : failed
        ? '{"kind":"fault","fault":"timed-out","detail":"no step ended in time"}'
        : null;
    const outcome = stopped ? 'stopped' : failed ? 'failed' : 'claimed';
    const gpu = `Test card ${n % lanes}`;
    begin.run(
      ...[job, title, what, pick(random, NETWORKS), lane, gpu, started, ended, outcome],
      ...[because, joules, cost, test],
    );
    if (outcome !== 'claimed') continue;
    const amount = Math.round(((ended - started) / 3_600_000) * (120_000 + random() * 120_000));
    claim.run(ended, job, lane, title, amount, test, ended - started, what);
    if (fate < 0.12) refuse.run(ended + 1000, job);
    else if (n < jobs - 3) {
      sums[test ? 'test' : 'money'] += amount;
      const cumulative = sums[test ? 'test' : 'money'];
      const receipt = {
        ...{ agent: AGENT, job, fence: 1, amount, cumulative },
        ...{ test: test === 1, issuedAt: ended + 1000 },
      };
      const signed = { receipt, signer: SIGNER, signature: `0x${'1'.repeat(130)}` };
      credit.run(ended + 1000, job, amount, test, JSON.stringify(signed));
      keep.run(`0x${String(n).padStart(64, '0')}`, job);
    }
  }
}

/** The last day as the strip shows it: an hour of work, then a while of a game. */
function writeStates(db: Database, now: number) {
  const add = db.prepare('insert into states (from_at, to_at, state, label) values (?, ?, ?, ?)');
  for (let hour = 24; hour > 0; hour--) {
    const from = now - hour * 3_600_000;
    add.run(from, from + 45 * MINUTE, 'earning', '');
    add.run(from + 45 * MINUTE, from + 60 * MINUTE, 'paused', 'Half-Life 2');
  }
}

const pick = <T>(random: () => number, of: readonly T[]): T => {
  const found = of[Math.floor(random() * of.length)];
  if (found === undefined) throw new Error('nothing to pick from');
  return found;
};
