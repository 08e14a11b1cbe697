import type { Backend } from '../src-shared/gpu.ts';
import { JobId } from '../src-shared/job.ts';
import { RunnerCommand, type RunnerEvent } from '../src-shared/runner-protocol.ts';
import type { StartCommand } from './contents.ts';
import { type Device, type Failure, failure, isPoison, type Slot } from './device.ts';
import { execute, type Host } from './execution.ts';
import { openPace } from './pace.ts';

/** What a workbench needs beyond the loop: its cards, and a way to end the whole process or page. */
export type WorkbenchHost = Host & {
  readonly open: (backend: Backend, slot: Slot) => Promise<Device | Failure>;
  /** Ends the process, after what was said has left it. `complaint` is for a log, or null. */
  readonly vanish: (complaint: string | null) => void;
};

/**
 * Hears one command at a time and runs one job at a time. The process that holds it is as trusted as the job it runs,
 * and no more: a command that cannot be read is refused, never guessed at.
 */
export function createWorkbench(host: WorkbenchHost): {
  readonly hear: (message: unknown) => void;
} {
  let current: { readonly job: JobId; readonly stop: AbortController } | null = null;
  const pace = openPace(host.clock);
  const refuse = (job: JobId, { because, detail }: Failure) =>
    host.say({ kind: 'failed', job, because, detail: detail.slice(0, 4000) });

  const run = async (start: StartCommand): Promise<void> => {
    const stop = new AbortController();
    current = { job: start.job.id, stop };
    pace.setDuty(start.duty);
    const { device: index, pci = null, chip = null } = start;
    const open = () => host.open(start.backend, { index, pci, chip });
    const end: RunnerEvent = await execute(start, open, host, stop.signal, pace);
    current = null;
    host.say(end);
    if (end.kind === 'failed' && isPoison(end.because)) host.vanish(null);
  };

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
          if (current) refuse(id, failure('runner-lost', `this runner works on ${current.job}`));
          // A bug throws, and a process with a bug in it is not one to go on with.
          else run(command.data).catch((bug: unknown) => host.vanish(String(bug)));
          return;
        }
        case 'duty':
          if (current?.job === command.data.job) pace.setDuty(command.data.duty);
          return;
        case 'yield':
          // A yield for another job crossed the end of that job on its way here.
          if (current?.job === command.data.job) current.stop.abort();
          return;
      }
    },
  };
}

/** What stands where a start command has its job's id: enough to say which job is refused. */
const jobOf = (message: unknown): unknown => field(field(message, 'job'), 'id');

const field = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
