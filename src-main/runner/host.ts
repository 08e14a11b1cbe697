import type { JobId } from '../../src-shared/job.ts';
import { RunnerEvent } from '../../src-shared/runner-protocol.ts';
import type { Millis } from '../../src-shared/units.ts';
import type { Child, Spawn } from '../children/child.ts';
import type { HostEvent, StartCommand } from './host-event.ts';
import {
  type HostEffect,
  type HostInput,
  type HostState,
  hostStep,
  hostTimes,
  type Program,
} from './host-state.ts';

export type { HostEvent, StartCommand } from './host-event.ts';

export const SILENT_FOR = hostTimes.silentFor;

export type RunnerHost = {
  /** Runs a job in the warm process, or a new one. Waits for one that is dying. Throws while a job is unfinished. */
  readonly start: (command: StartCommand) => void;
  /** Asks for the last checkpoint; kills the process after `grace`. Nothing happens if that job has ended. */
  readonly yieldJob: (job: JobId, grace: Millis) => void;
  /** Works on that job so much of the time from now on. Nothing happens if it has ended. */
  readonly setDuty: (job: JobId, duty: number) => void;
  /** SIGKILL, now. Resolves when the process is really gone, at once where there is none. */
  readonly kill: () => Promise<void>;
  /** The runner's process, or null where there is none. */
  readonly pid: () => number | null;
};

/**
 * Keeps at most one runner process, warm between jobs for `warmFor`. `signal` kills it. What is to be done is decided in
 * host-state.ts; here are the process and its one timer.
 */
export function openRunnerHost(options: {
  readonly spawn: Spawn;
  /** Starts the program for models; the same one unless given. */
  readonly spawnModel?: Spawn | null;
  /** `start`: the command the event is about, the very value that was given; null for `ready`. */
  readonly heard: (event: HostEvent, start: StartCommand | null) => void;
  readonly signal?: AbortSignal;
  readonly warmFor?: Millis;
}): RunnerHost {
  const { spawn, heard, signal } = options;
  const times = {
    ...hostTimes,
    ...(options.warmFor !== undefined && { warmFor: options.warmFor }),
  };
  let state: HostState = { kind: 'none' };
  /** The process that `state` is about. One before it may still have something to say: it is not heard. */
  let child: Child | null = null;
  let timer: NodeJS.Timeout | null = null;

  function handle(input: HostInput): void {
    const [next, effects] = hostStep(state, input, times);
    state = next;
    if (next.kind === 'none') child = null;
    for (const effect of effects) perform(effect);
  }

  function perform(effect: HostEffect): void {
    switch (effect.kind) {
      case 'kill':
        return child?.kill();
      case 'launch':
        child = launch(effect.program);
        return;
      case 'post':
        return child?.post(effect.message);
      case 'alarm':
        if (timer !== null) clearTimeout(timer);
        timer =
          effect.after === null ? null : setTimeout(() => handle({ kind: 'alarm' }), effect.after);
        return;
      case 'tell':
        return heard(effect.event, effect.start);
    }
  }

  function launch(program: Program): Child {
    const launched = (program === 'models' ? (options.spawnModel ?? spawn) : spawn)({
      message: (message) => {
        // What a runner that is being ended says is not even read.
        if (child === launched && state.kind !== 'dying') handle(inputOf(message));
      },
      exit: (detail) => {
        if (child === launched) handle({ kind: 'exited', detail });
      },
    });
    void launched.gone.then(() => {
      if (child === launched) handle({ kind: 'gone' });
    });
    return launched;
  }

  function kill(): Promise<void> {
    const gone = child?.gone ?? Promise.resolve();
    handle({ kind: 'evict' });
    return gone;
  }

  if (signal?.aborted) throw new Error('a runner host was opened after its end');
  signal?.addEventListener('abort', () => void kill(), { once: true });

  return {
    start: (command) => {
      if (signal?.aborted) throw new Error('a job was started after the end');
      handle({ kind: 'start', command });
    },
    yieldJob: (job, grace) => handle({ kind: 'yield', job, grace }),
    setDuty: (job, duty) => handle({ kind: 'duty', job, duty }),
    kill,
    pid: () => child?.pid() ?? null,
  };
}

/** What the runner's words are to us. One that no longer speaks our language may no longer be ours. */
function inputOf(message: unknown): HostInput {
  const read = RunnerEvent.safeParse(message);
  if (read.success) return { kind: 'said', event: read.data };
  return { kind: 'babbled', detail: read.error.issues[0]?.message ?? 'unknown' };
}
