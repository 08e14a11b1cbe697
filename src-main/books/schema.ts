import { RUNS, SETTLE_RUNS, slotOf } from './run-schema.ts';

/** Written into the file's header (`PRAGMA application_id`): "OffP". A SQLite file of somebody else is not our books. */
export const APPLICATION_ID = 0x4f666650;
/**
 * Raised when a table changes; an older file is brought up to it by migrations.ts, and a file with a higher number is
 * from a newer Offpeak and is left alone.
 */
export const SCHEMA_VERSION = 2;

/**
 * Energy is also kept summed in slots of this many milliseconds, so that a year is 35,000 rows and not 525,600. Every time zone
 * in use is a whole number of quarter hours from UTC, so the edges of all chart bars fall between slots.
 */
export const ENERGY_SLOT = 900_000;

const ENTRIES = `
create table entries (
  id integer primary key,
  kind text not null check (kind in ('claimed', 'credited', 'voided', 'energy')),
  at integer not null,
  job text, fence integer, lane text, title text,
  amount integer, test integer, active_for integer,
  because text, receipt text, joules real, what text
) strict;

-- Saying a thing twice changes nothing, and no job is credited twice, under whatever fence.
create unique index one_claim on entries (job, fence) where kind = 'claimed';
create unique index one_void on entries (job, fence) where kind = 'voided';
create unique index one_credit on entries (job) where kind = 'credited';
create index entries_job on entries (job) where job is not null;
create index energy_at on entries (at) where kind = 'energy';

create trigger entries_no_update before update on entries
begin select raise(abort, 'the ledger only grows: no line may change'); end;
create trigger entries_no_delete before delete on entries
begin select raise(abort, 'the ledger only grows: no line may go'); end;
`;

const CLAIM_OF_E = "c.kind = 'claimed' and c.job = e.job and c.fence = e.fence";

/** The lines of jobs as `worth` ranks them. A line from before there was more than one kind of job is of a kernel. */
const RANKED = `
  select e.job as job, e.fence as fence, coalesce(c.at, e.at) as at, e.amount as amount, e.test as test,
    coalesce(c.what, 'kernel') as what, coalesce(c.title, e.job) as title,
    coalesce(c.active_for, 0) as active_for,
    case
      when e.kind = 'credited' then 'credited'
      when exists (
        select 1 from entries v where v.kind = 'voided' and v.job = e.job and v.fence = e.fence
      ) then 'voided'
      else 'claimed'
    end as status
  from entries e
  left join entries c on ${CLAIM_OF_E}`;
const BEST_FIRST =
  "case status when 'credited' then 0 when 'claimed' then 1 else 2 end, fence desc";
const WORTH_COLUMNS = 'job, fence, at, amount, test, what, title, active_for, status';

/** Fills an empty `worth` from a whole ledger. */
export const REFILL_WORTH = `
insert into worth (${WORTH_COLUMNS})
select ${WORTH_COLUMNS} from (
  select *, row_number() over (partition by job order by ${BEST_FIRST}) as place
  from (${RANKED} where e.kind in ('claimed', 'credited'))
) where place = 1;
`;

/** `worth`, and what keeps it and `runs` with the ledger. */
export const WORTH = `
create index jobs_at on entries (at) where job is not null;

-- What each job is worth: its credit, else its newest claim that is not voided, else nothing. The time is when we
-- finished it, where we know, so that a bar of the chart does not move when the receipt comes.
create table worth (
  job text primary key, fence integer not null,
  at integer not null, amount integer not null, test integer not null, what text not null,
  title text not null, active_for integer not null,
  status text not null check (status in ('claimed', 'credited', 'voided'))
) strict, without rowid;
create index worth_at on worth (at, status, test, what, amount);
create index worth_money on worth (at, amount) where test = 0 and status <> 'voided';

create table pay_slots (
  slot integer not null, test integer not null, what text not null,
  amount integer not null, jobs integer not null,
  primary key (slot, test, what)
) strict, without rowid;
create trigger worth_insert after insert on worth when new.status <> 'voided'
begin
  insert into pay_slots (slot, test, what, amount, jobs)
  values (${slotOf('new.at')}, new.test, new.what, new.amount, 1)
  on conflict (slot, test, what) do update set amount = amount + excluded.amount, jobs = jobs + 1;
end;
create trigger worth_delete after delete on worth when old.status <> 'voided'
begin
  update pay_slots set amount = amount - old.amount, jobs = jobs - 1
  where slot = ${slotOf('old.at')} and test = old.test and what = old.what;
end;

create trigger entries_worth after insert on entries when new.job is not null
begin
  delete from worth where job = new.job;
  insert into worth (${WORTH_COLUMNS})
  select ${WORTH_COLUMNS} from (
    ${RANKED} where e.job = new.job and e.kind in ('claimed', 'credited')
  )
  order by ${BEST_FIRST} limit 1;

  -- A claim whose beginning nobody wrote down has a run all the same.
  insert into runs (
    job, fence, title, what, network, lane, gpu, started_at, ended_at, outcome, active_for, test
  )
  select new.job, new.fence, coalesce(new.title, new.job), coalesce(new.what, 'kernel'), '',
    coalesce(new.lane, ''), '', new.at - coalesce(new.active_for, 0), new.at, 'claimed',
    new.active_for, coalesce(new.test, 1)
  where new.kind = 'claimed'
  on conflict (job, fence) do nothing;
  update runs set ended_at = coalesce(ended_at, max(started_at, new.at)),
    active_for = coalesce(new.active_for, active_for)
  where new.kind <> 'voided' and job = new.job and fence = new.fence;
  ${SETTLE_RUNS} and job = new.job;
end;
`;

/**
 * `entries` is the truth and only grows. `worth`, `energy_slots` and `standings` are folds over it that triggers keep in
 * the same transaction, so they cannot lag behind and a rebuilt file gets them by copying the entries. `runs` is a
 * history for eyes: what it says of money the same triggers write into it.
 */
export const SCHEMA = `${ENTRIES}${RUNS}${WORTH}
create table energy_slots (
  slot integer primary key, joules real not null, cost integer not null
) strict;
create trigger entries_energy after insert on entries when new.kind = 'energy'
begin
  insert into energy_slots (slot, joules, cost)
  values (new.at - new.at % ${ENERGY_SLOT}, new.joules, new.amount)
  on conflict (slot) do update set joules = joules + excluded.joules, cost = cost + excluded.cost;
end;

-- How far each signer's promises to each of our keys go, and how much we count on them for.
create table standings (
  signer text not null, agent text not null, test integer not null,
  cumulative integer not null, credited integer not null,
  primary key (signer, agent, test)
) strict, without rowid;
create trigger entries_standing after insert on entries when new.kind = 'credited'
begin
  insert into standings (signer, agent, test, cumulative, credited)
  values (
    lower(json_extract(new.receipt, '$.signer')), json_extract(new.receipt, '$.receipt.agent'), new.test,
    json_extract(new.receipt, '$.receipt.cumulative'), new.amount
  )
  on conflict (signer, agent, test) do update set
    cumulative = max(cumulative, excluded.cumulative), credited = credited + excluded.credited;
end;

create table leases (
  lease text not null unique, fence integer not null, lane text not null,
  job text not null, checkpoint text
) strict;

create table outbox (
  lease text not null unique, job text not null, fence integer not null, outputs text not null
) strict;

create table states (
  id integer primary key,
  from_at integer not null, to_at integer not null,
  state text not null, label text not null
) strict;
create index states_to on states (to_at);
`;

/**
 * The tables that hold something of their own, in the order in which a rebuilt file gets them back: runs before the lines
 * that say what became of them.
 */
export const TABLES = {
  runs: [
    'id',
    'job',
    'fence',
    'title',
    'what',
    'network',
    'lane',
    'gpu',
    'started_at',
    'ended_at',
    'outcome',
    'because',
    'joules',
    'electricity',
    'active_for',
    'amount',
    'test',
    'receipt',
  ],
  entries: [
    'id',
    'kind',
    'at',
    'job',
    'fence',
    'lane',
    'title',
    'amount',
    'test',
    'active_for',
    'because',
    'receipt',
    'joules',
    'what',
  ],
  leases: ['lease', 'fence', 'lane', 'job', 'checkpoint'],
  outbox: ['lease', 'job', 'fence', 'outputs'],
  states: ['id', 'from_at', 'to_at', 'state', 'label'],
} as const;
