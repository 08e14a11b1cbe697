/** Written into the file's header (`PRAGMA application_id`): "OffP". A SQLite file of somebody else is not our books. */
export const APPLICATION_ID = 0x4f666650;
/** Raised when a table changes; a file with a higher number is from a newer Offpeak and is left alone. */
export const SCHEMA_VERSION = 1;

/**
 * Energy is also kept summed in slots of this many milliseconds, so that a year is 35,000 rows and not 525,600. Every time zone
 * in use is a whole number of quarter hours from UTC, so the edges of all chart bars fall between slots.
 */
export const ENERGY_SLOT = 900_000;

/**
 * `entries` is the truth and only grows. `worth`, `energy_slots` and `standings` are folds over it that triggers keep in
 * the same transaction, so they cannot lag behind and a rebuilt file gets them by copying the entries.
 */
export const SCHEMA = `
create table entries (
  id integer primary key,
  kind text not null check (kind in ('claimed', 'credited', 'voided', 'energy')),
  at integer not null,
  job text, fence integer, lane text, title text,
  amount integer, test integer, active_for integer,
  because text, receipt text, joules real
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

-- What each job is worth: its credit, else its newest claim that is not voided, else nothing. The time is when we
-- finished it, where we know, so that a bar of the chart does not move when the receipt comes.
create table worth (
  job text primary key,
  at integer not null, amount integer not null, test integer not null,
  title text not null, active_for integer not null,
  status text not null check (status in ('claimed', 'credited', 'voided'))
) strict, without rowid;
create index worth_at on worth (at, status, test, amount);

create trigger entries_worth after insert on entries when new.job is not null
begin
  delete from worth where job = new.job;
  insert into worth (job, at, amount, test, title, active_for, status)
  select job, at, amount, test, title, active_for, status from (
    select e.job as job, coalesce(c.at, e.at) as at, e.amount as amount, e.test as test, e.fence as fence,
      coalesce(c.title, e.job) as title, coalesce(c.active_for, 0) as active_for,
      case
        when e.kind = 'credited' then 'credited'
        when exists (
          select 1 from entries v where v.kind = 'voided' and v.job = e.job and v.fence = e.fence
        ) then 'voided'
        else 'claimed'
      end as status
    from entries e
    left join entries c on c.kind = 'claimed' and c.job = e.job and c.fence = e.fence
    where e.job = new.job and e.kind in ('claimed', 'credited')
  )
  order by case status when 'credited' then 0 when 'claimed' then 1 else 2 end, fence desc
  limit 1;
end;

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

/** The tables that hold something of their own, in the order in which a rebuilt file gets them back. */
export const TABLES = {
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
  ],
  leases: ['lease', 'fence', 'lane', 'job', 'checkpoint'],
  outbox: ['lease', 'job', 'fence', 'outputs'],
  states: ['id', 'from_at', 'to_at', 'state', 'label'],
} as const;
