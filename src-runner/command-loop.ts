import type { Backend } from '../src-shared/gpu.ts';
import { JobId, modelOf } from '../src-shared/job.ts';
import { RunnerCommand, type RunnerEvent } from '../src-shared/runner-protocol.ts';
import { quote } from '../src-shared/said.ts';
import type { ModelRoom } from './llm/llama.ts';
import type { StartCommand } from './work/contents.ts';
import { type Device, type Failure, failure, isPoison, type Slot } from './work/device.ts';
import { type DutyCycle, openDutyCycle } from './work/duty-cycle.ts';
import { execute, type Host } from './work/execution.ts';

/** What the loop needs around it: its cards, and a way to end the whole process or page. */
export type CommandLoopHost = Host & {
  readonly open: (backend: Backend, slot: Slot) => Promise<Device | Failure>;
  /** Opens the room for language models; absent where there is none, as in a page. */
  readonly openModels?: (dutyCycle: DutyCycle) => Promise<ModelRoom>;
  /** Ends the process, after what was said has left it. `complaint` is for a log, or null. */
  readonly vanish: (complaint: string | null) => void;
};

/** A job that is worked on. */
type Running = { readonly start: StartCommand; readonly stop: AbortController };

/**
 * Hears one command at a time and runs one kernel job, or several jobs on one model, at a time. The process that holds
 * it is as trusted as the job it runs, and no more: a command that cannot be read is refused, never guessed at.
 */
export function openCommandLoop(host: CommandLoopHost): {
  readonly hear: (message: unknown) => void;
} {
  const running = new Map<JobId, Running>();
  let models: Promise<ModelRoom> | null = null;
  const dutyCycle = openDutyCycle(host.clock);
  const refuse = (job: JobId, { because, detail }: Failure) =>
    host.say({ kind: 'failed', job, because, detail });

  const run = async (start: StartCommand): Promise<void> => {
    const stop = new AbortController();
    const { id } = start.job;
    running.set(id, { start, stop });
    dutyCycle.setDuty(start.duty);
    const end = await work(start, stop.signal);
    running.delete(id);
    host.say(end);
    if (end.kind === 'failed' && isPoison(end.because)) host.vanish(null);
  };

  async function work(start: StartCommand, yielding: AbortSignal): Promise<RunnerEvent> {
    const { job } = start;
    switch (job.kind) {
      case 'kernel': {
        const { device: index, pci = null, chip = null } = start;
        const open = () => host.open(start.backend, { index, pci, chip });
        return execute({ ...start, job }, open, host, yielding, dutyCycle);
      }
      case 'llm':
      case 'embed': {
        if (!host.openModels) {
          const detail = quote('a window runs no language models');
          return { kind: 'failed', job: job.id, because: 'no-device', detail };
        }
        models ??= host.openModels(dutyCycle);
        return (await models).run(start, job, yielding);
      }
    }
  }

  /** The job that this one would have to wait for: only jobs of one model go together, as many as it has seats for. */
  function inTheWay({ job, model }: StartCommand): JobId | null {
    const [first] = running.values();
    if (!first) return null;
    const wanted = modelOf(job)?.model.sha256;
    const together =
      wanted !== undefined &&
      wanted === modelOf(first.start.job)?.model.sha256 &&
      running.size < (model?.seats ?? 0) &&
      !running.has(job.id);
    return together ? null : first.start.job.id;
  }

  return {
    hear(message) {
      const command = RunnerCommand.safeParse(message);
      if (!command.success) {
        const wrong = command.error.issues.map(
          ({ path, message }) => `${path.join('.')}: ${message}`,
        );
        const detail = `the command cannot be read: ${wrong.join('; ')}`;
        const named = JobId.safeParse(jobOf(message));
        if (named.success) refuse(named.data, failure('bad-spec', detail));
        else host.vanish(detail);
        return;
      }
      switch (command.data.kind) {
        case 'start': {
          const { id } = command.data.job;
          const other = inTheWay(command.data);
          if (other) refuse(id, failure('runner-lost', `this runner works on ${other}`));
          // A bug throws, and a process with a bug in it is not one to go on with.
          else run(command.data).catch((bug: unknown) => host.vanish(String(bug)));
          return;
        }
        case 'duty':
          if (running.has(command.data.job)) dutyCycle.setDuty(command.data.duty);
          return;
        case 'yield':
          // A yield for another job crossed the end of that job on its way here.
          running.get(command.data.job)?.stop.abort();
          return;
      }
    },
  };
}

/** What stands where a start command has its job's id: enough to say which job is refused. */
const jobOf = (message: unknown): unknown => field(field(message, 'job'), 'id');

const field = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
