/**
 * Pay and working time are also kept summed in slots of six hours: a year of whole slots is 1,460 and not 50,000 runs. What
 * of a bar of the chart is no whole slot is summed from the rows themselves.
 */
export const RUN_SLOT = 21_600_000;

/** The slot of a moment; clocks before 1970 are broken ones, and round the same way. */
export const slotOf = (at: string): string =>
  `(${at} - ((${at} % ${RUN_SLOT}) + ${RUN_SLOT}) % ${RUN_SLOT})`;

const ADD_WORKED = `
  insert into run_slots (slot, worked)
  select ${slotOf('new.ended_at')}, new.ended_at - new.started_at where new.ended_at is not null
  on conflict (slot) do update set worked = worked + excluded.worked;`;

/** One row for each job that was assigned to this machine: a history for eyes, not the truth of money. */
export const RUNS = `
create table runs (
  id integer primary key,
  job text not null, fence integer not null,
  title text not null, what text not null,
  network text not null, lane text not null, gpu text not null,
  started_at integer not null, ended_at integer,
  outcome text not null
    check (outcome in ('running', 'claimed', 'credited', 'voided', 'stopped', 'failed')),
  because text, joules real, electricity integer, active_for integer,
  amount integer, test integer not null, receipt text
) strict;
create unique index one_run on runs (job, fence);
-- Holds all that a day's sums and the time worked are made of.
create index runs_started on runs (
  started_at, id, ended_at, test, what, outcome, amount, electricity, joules
);
create index runs_length on runs (ended_at - started_at);
create index runs_open on runs (started_at) where ended_at is null;

-- How long the runs took that ended in each slot.
create table run_slots (slot integer primary key, worked integer not null) strict;
create trigger runs_insert after insert on runs when new.ended_at is not null
begin ${ADD_WORKED} end;
create trigger runs_update after update of started_at, ended_at on runs
begin
  update run_slots set worked = worked - (old.ended_at - old.started_at)
  where old.ended_at is not null and slot = ${slotOf('old.ended_at')};
  ${ADD_WORKED}
end;
`;

const LINE_OF_RUN = (kind: string) =>
  `select 1 from entries e where e.kind = '${kind}' and e.job = runs.job and e.fence = runs.fence`;

/**
 * Gives runs that were claimed the ledger's word: what became of the claim, and what it pays. Of several claims of one job
 * one pays, as in `worth`. Ends within its `where`.
 */
export const SETTLE_RUNS = `
  update runs set
    outcome = case
      when exists (${LINE_OF_RUN('credited')}) then 'credited'
      when exists (${LINE_OF_RUN('voided')}) then 'voided'
      else 'claimed'
    end,
    because = (
      select json_object('kind', 'said', 'detail', v.because) from entries v
      where v.kind = 'voided' and v.job = runs.job and v.fence = runs.fence
        and not exists (${LINE_OF_RUN('credited')})
    ),
    amount = coalesce((
      select w.amount from worth w
      where w.job = runs.job and w.fence = runs.fence and w.status <> 'voided'
    ), 0),
    test = coalesce((
      select w.test from worth w where w.job = runs.job and w.fence = runs.fence
    ), test)
  where (exists (${LINE_OF_RUN('claimed')}) or exists (${LINE_OF_RUN('credited')}))`;

/** Runs for what the ledger tells of and `runs` does not: from before runs were kept, or lost with a damaged page. */
export const RUNS_OF_LEDGER = `
insert into runs (
  job, fence, title, what, network, lane, gpu, started_at, ended_at, outcome, active_for, test
)
select job, fence, coalesce(title, job), coalesce(what, 'kernel'), '', coalesce(lane, ''), '',
  at - coalesce(active_for, 0), at, 'claimed', active_for, coalesce(test, 1)
from entries where kind = 'claimed' order by at
on conflict (job, fence) do nothing;
insert into runs (
  job, fence, title, what, network, lane, gpu, started_at, ended_at, outcome, active_for, test
)
select job, fence, title, what, '', '', '', at - active_for, at, 'claimed', active_for, test
from worth where status = 'credited' order by at
on conflict (job, fence) do nothing;
${SETTLE_RUNS};
`;
