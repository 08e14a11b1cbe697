import type { JobId } from '../../src-shared/job.ts';
import { type RunnerCommand, RunnerEvent } from '../../src-shared/runner-protocol.ts';
import { type Millis, seconds } from '../../src-shared/units.ts';
import type { Child, Spawn } from '../children/child.ts';

/** A runner loads one small file before it says `ready`; slower than this on any machine means it hangs. */
export const READY_WITHIN = seconds(30);

/**
 * Longer than the longest step and the compiling of any program: a runner that says nothing for this long hangs in the
 * driver, where its own limits cannot fire.
 */
export const SILENT_FOR = seconds(120);

/** Warm between the jobs of a busy hour; after this long without one its memory, on the card too, is the owner's again. */
export const WARM_FOR = seconds(60);

export type StartCommand = Extract<RunnerCommand, { kind: 'start' }>;

/**
 * What the host says. Every `start` ends in exactly one of `done`, `failed`, `yielded` (the runner's words), `lost`
 * or `killed` (ours). The last two come when the process is gone, so the card's memory is free by then.
 */
export type HostEvent =
  | RunnerEvent
  /** The process ended, or had to be ended, with this job unfinished. */
  | { readonly kind: 'lost'; readonly job: JobId; readonly detail: string }
  /** We ended it with this job unfinished: go on from the last checkpoint. */
  | { readonly kind: 'killed'; readonly job: JobId };

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

type Work = {
  readonly command: StartCommand;
  /** What is asked now; `command` says what was asked first. */
  duty: number;
  posted: boolean;
  yielding: boolean;
  timer: NodeJS.Timeout | null;
};

/** Kernels and models have programs of their own: one's warm memory is not in the other's way. */
type Program = 'kernels' | 'models';
const programOf = ({ model }: StartCommand): Program => (model ? 'models' : 'kernels');

type Runner = {
  readonly child: Child;
  readonly program: Program;
  ready: boolean;
  work: Work | null;
  /** Ends it where no job comes. */
  idle: NodeJS.Timeout | null;
  /** Why we killed it: 'ours' for the owner's sake, or a sentence on what the runner did wrong. Null: it lives. */
  dying: null | 'ours' | { readonly because: string };
};

/** Keeps at most one runner process, warm between jobs for `warmFor`. `signal` kills it. */
export function openRunnerHost(options: {
  readonly spawn: Spawn;
  /** Starts the program for models; the same one unless given. */
  readonly spawnModel?: Spawn | null;
  /** `start`: the command the event is about, the very value that was given; null for `ready`. */
  readonly heard: (event: HostEvent, start: StartCommand | null) => void;
  readonly signal?: AbortSignal;
  readonly warmFor?: Millis;
}): RunnerHost {
  const { spawn, heard, warmFor = WARM_FOR } = options;
  let runner: Runner | null = null;
  /** A start that waits for the old process to be gone. */
  let next: { readonly command: StartCommand; duty: number } | null = null;

  function launch(command: StartCommand, duty: number): void {
    const program = programOf(command);
    const child = (program === 'models' ? (options.spawnModel ?? spawn) : spawn)({
      message: (message) => runner === launched && listen(launched, message),
      exit: (detail) => ended(launched, detail),
    });
    const launched: Runner = {
      child,
      program,
      ready: false,
      work: null,
      idle: null,
      dying: null,
    };
    runner = launched;
    launched.work = {
      command,
      duty,
      posted: false,
      yielding: false,
      timer: setTimeout(
        () => end(launched, { because: 'The runner did not come up in time.' }),
        READY_WITHIN,
      ),
    };
    // A process we killed owes us no last words: it is over when it is gone.
    void child.gone.then(() => launched.dying !== null && ended(launched, 'It was killed.'));
  }

  function give(to: Runner, work: Work): void {
    settle(work);
    work.posted = true;
    to.child.post({ ...work.command, duty: work.duty } satisfies RunnerCommand);
    watch(to, work);
  }

  /** From its last word on, a runner may be silent for so long; one that was asked to yield has its own limit. */
  function watch(whom: Runner, work: Work): void {
    if (work.yielding) return;
    settle(work);
    work.timer = setTimeout(() => end(whom, { because: 'The runner fell silent.' }), SILENT_FOR);
  }

  function listen(from: Runner, message: unknown): void {
    if (from.dying !== null) return;
    const read = RunnerEvent.safeParse(message);
    if (!read.success) {
      // It no longer speaks our language, so it may no longer be ours.
      const issue = read.error.issues[0];
      end(from, {
        because: `The runner said something unreadable: ${issue?.message ?? 'unknown'}.`,
      });
      return;
    }
    const event = read.data;
    if (event.kind === 'ready') {
      from.ready = true;
      if (from.work && !from.work.posted) give(from, from.work);
      heard(event, null);
      return;
    }
    const { work } = from;
    if (!work?.posted || work.command.job.id !== event.job) return;
    if (event.kind === 'done' || event.kind === 'failed' || event.kind === 'yielded') {
      settle(work);
      from.work = null;
      from.idle = setTimeout(() => end(from, 'ours'), warmFor);
    } else watch(from, work);
    heard(event, work.command);
  }

  function end(whom: Runner, because: 'ours' | { readonly because: string }): void {
    whom.dying ??= because;
    if (whom.work) settle(whom.work);
    rouse(whom);
    whom.child.kill();
  }

  function ended(whom: Runner, detail: string): void {
    if (runner !== whom) return;
    runner = null;
    rouse(whom);
    const { work, dying } = whom;
    const waiting = next;
    next = null;
    if (waiting) launch(waiting.command, waiting.duty);
    if (work) {
      settle(work);
      const job = work.command.job.id;
      if (dying === 'ours') heard({ kind: 'killed', job }, work.command);
      else heard({ kind: 'lost', job, detail: dying ? dying.because : detail }, work.command);
    }
  }

  function kill(): Promise<void> {
    const waiting = next;
    next = null;
    if (waiting) heard({ kind: 'killed', job: waiting.command.job.id }, waiting.command);
    if (!runner) return Promise.resolve();
    const whom = runner;
    end(whom, 'ours');
    return whom.child.gone;
  }

  if (options.signal?.aborted) throw new Error('a runner host was opened after its end');
  options.signal?.addEventListener('abort', () => void kill(), { once: true });

  return {
    start: (command) => {
      if (options.signal?.aborted) throw new Error('a job was started after the end');
      if (next || (runner?.work && runner.dying === null)) {
        throw new Error('a job was started while another is unfinished');
      }
      const { duty } = command;
      if (!runner) launch(command, duty);
      else if (runner.dying !== null) next = { command, duty };
      else if (runner.program !== programOf(command)) {
        next = { command, duty };
        end(runner, 'ours');
      } else {
        rouse(runner);
        const work: Work = { command, duty, posted: false, yielding: false, timer: null };
        runner.work = work;
        give(runner, work);
      }
    },
    yieldJob: (job, grace) => {
      if (next?.command.job.id === job) {
        const waiting = next;
        next = null;
        heard({ kind: 'killed', job }, waiting.command);
        return;
      }
      const whom = runner;
      const work = whom?.work;
      if (!whom || !work || whom.dying !== null || work.command.job.id !== job) return;
      // It has not even begun, so there is nothing to wait for.
      if (!work.posted) end(whom, 'ours');
      else if (!work.yielding) {
        settle(work);
        work.yielding = true;
        work.timer = setTimeout(() => end(whom, 'ours'), grace);
        whom.child.post({ kind: 'yield', job } satisfies RunnerCommand);
      }
    },
    setDuty: (job, duty) => {
      if (next?.command.job.id === job) {
        next.duty = duty;
        return;
      }
      const work = runner?.work;
      if (!runner || !work || runner.dying !== null || work.command.job.id !== job) return;
      work.duty = duty;
      if (work.posted && !work.yielding)
        runner.child.post({ kind: 'duty', job, duty } satisfies RunnerCommand);
    },
    kill,
    pid: () => runner?.child.pid() ?? null,
  };
}

function settle(work: Work): void {
  if (work.timer !== null) clearTimeout(work.timer);
  work.timer = null;
}

function rouse(runner: Runner): void {
  if (runner.idle !== null) clearTimeout(runner.idle);
  runner.idle = null;
}
