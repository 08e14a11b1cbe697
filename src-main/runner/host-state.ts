import type { JobId } from '../../src-shared/job.ts';
import type { RunnerCommand, RunnerEvent } from '../../src-shared/runner-protocol.ts';
import { type Said, said } from '../../src-shared/said.ts';
import { type Millis, seconds } from '../../src-shared/units.ts';
import type { HostEvent, StartCommand } from './host-event.ts';

/** Kernels and models have programs of their own: one's warm memory is not in the other's way. */
export type Program = 'kernels' | 'models';
const programOf = ({ model }: StartCommand): Program => (model ? 'models' : 'kernels');

/** A job that has no process yet. `duty`: what is asked now; the command says what was asked first. */
type Waiting = { readonly command: StartCommand; readonly duty: number };

/** Why we kill a process: for the owner's sake, or with a sentence on what it did wrong. */
type Because = 'ours' | { readonly detail: Said };

/** What the host's one process does. */
export type HostState =
  | { readonly kind: 'none' }
  /** It was launched for this job, and has not come up yet. */
  | { readonly kind: 'starting'; readonly waiting: Waiting }
  /** Warm, without a job. */
  | { readonly kind: 'idle'; readonly program: Program }
  | { readonly kind: 'busy'; readonly command: StartCommand }
  /** It was asked for its last checkpoint. */
  | { readonly kind: 'yielding'; readonly command: StartCommand }
  /** It was killed and is not gone yet. `command`: the job it had; `next`: the one that waits for it to be gone. */
  | {
      readonly kind: 'dying';
      readonly because: Because;
      readonly command: StartCommand | null;
      readonly next: Waiting | null;
    };

/** What happens to the host. Words are those of the process there is, never those of one before it. */
export type HostInput =
  | { readonly kind: 'start'; readonly command: StartCommand }
  | { readonly kind: 'yield'; readonly job: JobId; readonly grace: Millis }
  | { readonly kind: 'duty'; readonly job: JobId; readonly duty: number }
  | { readonly kind: 'evict' }
  | { readonly kind: 'said'; readonly event: RunnerEvent }
  | { readonly kind: 'babbled'; readonly detail: string }
  /** The time that the last `alarm` set is over. */
  | { readonly kind: 'alarm' }
  /** The system has taken everything back; its last words may still come. */
  | { readonly kind: 'gone' }
  /** It is over, and said all that it had to say. */
  | { readonly kind: 'exited'; readonly detail: Said };

/** What is to be done, in this order. */
export type HostEffect =
  | { readonly kind: 'kill' }
  | { readonly kind: 'launch'; readonly program: Program }
  | { readonly kind: 'post'; readonly message: RunnerCommand }
  /** From now on there is this one alarm, or none (null). */
  | { readonly kind: 'alarm'; readonly after: Millis | null }
  /** `start`: the command the event is about, the very value that was given; null for `ready`. */
  | { readonly kind: 'tell'; readonly event: HostEvent; readonly start: StartCommand | null };

export type HostTimes = {
  readonly readyWithin: Millis;
  readonly silentFor: Millis;
  readonly warmFor: Millis;
};

export const hostTimes: HostTimes = {
  /** A runner loads one small file before it says `ready`; slower than this on any machine means it hangs. */
  readyWithin: seconds(30),
  /**
   * Longer than the longest step and the compiling of any program: a runner that says nothing for this long hangs in the
   * driver, where its own limits cannot fire.
   */
  silentFor: seconds(120),
  /** Warm between the jobs of a busy hour; after this long without one its memory, on the card too, is the owner's again. */
  warmFor: seconds(60),
};

type Step = readonly [HostState, readonly HostEffect[]];

/**
 * What becomes of the runner, and what is to be done about it. A kill is always the first thing to do and a telling always
 * the last, so whoever hears it may ask for the next thing at once. Throws where a job is started while another is unfinished.
 */
export function hostStep(state: HostState, input: HostInput, times: HostTimes = hostTimes): Step {
  switch (input.kind) {
    case 'start':
      return start(state, input.command, times);
    case 'yield':
      return yieldJob(state, input.job, input.grace);
    case 'duty':
      return setDuty(state, input.job, input.duty);
    case 'evict':
      return evict(state);
    case 'said':
      return hear(state, input.event, times);
    case 'babbled':
      return kill(state, { detail: said('runnerUnreadable', { why: input.detail }) });
    case 'alarm':
      return ring(state);
    case 'gone':
      // A process we killed owes us no last words: it is over when it is gone.
      return state.kind === 'dying' ? end(state, said('runnerKilled'), times) : [state, []];
    case 'exited':
      return end(state, input.detail, times);
  }
}

function start(state: HostState, command: StartCommand, times: HostTimes): Step {
  const waiting = { command, duty: command.duty };
  switch (state.kind) {
    case 'none':
      return launch(waiting, times);
    case 'idle':
      if (state.program === programOf(command)) return give(waiting, times);
      return [
        { kind: 'dying', because: 'ours', command: null, next: waiting },
        [{ kind: 'kill' }, NO_ALARM],
      ];
    case 'dying':
      if (state.next === null) return [{ ...state, next: waiting }, []];
      throw unfinished();
    case 'starting':
    case 'busy':
    case 'yielding':
      throw unfinished();
  }
}
const unfinished = () => new Error('a job was started while another is unfinished');

const launch = (waiting: Waiting, { readyWithin }: HostTimes): Step => [
  { kind: 'starting', waiting },
  [
    { kind: 'launch', program: programOf(waiting.command) },
    { kind: 'alarm', after: readyWithin },
  ],
];

const give = ({ command, duty }: Waiting, { silentFor }: HostTimes): Step => [
  { kind: 'busy', command },
  [
    { kind: 'post', message: { ...command, duty } },
    { kind: 'alarm', after: silentFor },
  ],
];

function hear(state: HostState, event: RunnerEvent, times: HostTimes): Step {
  // The last words of a process we killed come too late.
  if (state.kind === 'none' || state.kind === 'dying') return [state, []];
  if (event.kind === 'ready') {
    const [next, effects] = state.kind === 'starting' ? give(state.waiting, times) : [state, []];
    return [next, [...effects, { kind: 'tell', event, start: null }]];
  }
  if (state.kind !== 'busy' && state.kind !== 'yielding') return [state, []];
  const { command } = state;
  if (command.job.id !== event.job) return [state, []];
  const told: HostEffect = { kind: 'tell', event, start: command };
  switch (event.kind) {
    case 'done':
    case 'failed':
    case 'yielded':
      return [
        { kind: 'idle', program: programOf(command) },
        [{ kind: 'alarm', after: times.warmFor }, told],
      ];
    case 'progress':
    case 'slow':
    case 'checkpoint':
      // One that was asked to yield has its own limit.
      if (state.kind === 'yielding') return [state, [told]];
      return [state, [{ kind: 'alarm', after: times.silentFor }, told]];
  }
}

function yieldJob(state: HostState, job: JobId, grace: Millis): Step {
  switch (state.kind) {
    case 'dying':
      return state.next?.command.job.id === job ? callOff(state) : [state, []];
    case 'starting':
      // It has not even begun, so there is nothing to wait for.
      return state.waiting.command.job.id === job ? kill(state, 'ours') : [state, []];
    case 'busy':
      if (state.command.job.id !== job) return [state, []];
      return [
        { kind: 'yielding', command: state.command },
        [
          { kind: 'post', message: { kind: 'yield', job } },
          { kind: 'alarm', after: grace },
        ],
      ];
    case 'none':
    case 'idle':
    case 'yielding':
      return [state, []];
  }
}

function setDuty(state: HostState, job: JobId, duty: number): Step {
  switch (state.kind) {
    case 'dying':
      if (state.next?.command.job.id !== job) return [state, []];
      return [{ ...state, next: { ...state.next, duty } }, []];
    case 'starting':
      if (state.waiting.command.job.id !== job) return [state, []];
      return [{ ...state, waiting: { ...state.waiting, duty } }, []];
    case 'busy':
      if (state.command.job.id !== job) return [state, []];
      return [state, [{ kind: 'post', message: { kind: 'duty', job, duty } }]];
    case 'none':
    case 'idle':
    case 'yielding':
      return [state, []];
  }
}

/** SIGKILL, whatever it does, and no process after it. */
function evict(state: HostState): Step {
  const [dying, effects] = kill(state, 'ours');
  if (dying.kind !== 'dying') return [dying, effects];
  const [last, calledOff] = callOff(dying);
  return [last, [...effects, ...calledOff]];
}

function ring(state: HostState): Step {
  switch (state.kind) {
    case 'starting':
      return kill(state, { detail: said('runnerLate') });
    case 'busy':
      return kill(state, { detail: said('runnerSilent') });
    case 'yielding':
    case 'idle':
      return kill(state, 'ours');
    case 'none':
    case 'dying':
      return [state, []];
  }
}

/** The first reason stays: a runner that went wrong did so, whatever the owner begins in the same moment. */
function kill(state: HostState, because: Because): Step {
  if (state.kind === 'none') return [state, []];
  const effects: HostEffect[] = [{ kind: 'kill' }, NO_ALARM];
  if (state.kind === 'dying') return [state, effects];
  return [{ kind: 'dying', because, command: commandOf(state), next: null }, effects];
}

const NO_ALARM: HostEffect = { kind: 'alarm', after: null };

/** The job that waits for a process is not to be run. */
function callOff(state: Extract<HostState, { kind: 'dying' }>): Step {
  const { next } = state;
  if (next === null) return [state, []];
  return [{ ...state, next: null }, [killed(next.command)]];
}

/** The process is over; the next may begin. */
function end(state: HostState, detail: Said, times: HostTimes): Step {
  if (state.kind === 'none') return [state, []];
  const next = state.kind === 'dying' ? state.next : null;
  const [after, effects]: Step = next ? launch(next, times) : [{ kind: 'none' }, [NO_ALARM]];
  const command = commandOf(state);
  if (command === null) return [after, effects];
  if (state.kind !== 'dying') return [after, [...effects, lost(command, detail)]];
  const { because } = state;
  return [
    after,
    [...effects, because === 'ours' ? killed(command) : lost(command, because.detail)],
  ];
}

const killed = (start: StartCommand): HostEffect => ({
  kind: 'tell',
  event: { kind: 'killed', job: start.job.id },
  start,
});

const lost = (start: StartCommand, detail: Said): HostEffect => ({
  kind: 'tell',
  event: { kind: 'lost', job: start.job.id, detail },
  start,
});

/** The job of the process there is. */
function commandOf(state: HostState): StartCommand | null {
  switch (state.kind) {
    case 'none':
    case 'idle':
      return null;
    case 'starting':
      return state.waiting.command;
    case 'busy':
    case 'yielding':
    case 'dying':
      return state.command;
  }
}
