import type koffi from 'koffi';
import { afterEach, expect, it, vi } from 'vitest';
import { lockDownWindows } from '../../../src-runner/lockdown/windows.ts';

/** JobObjectBasicUIRestrictions, JobObjectExtendedLimitInformation (winnt.h). */
const [UI_RESTRICTIONS, EXTENDED_LIMITS] = [4, 9];
const ACTIVE_PROCESSES = 40;

/**
 * Stands for Windows where a process is in a job object already, at the interface of its functions, as Microsoft describes
 * them: there a job object with limits for the desktop is not taken. NOT SEEN on Windows itself.
 */
function nestedWindows() {
  const job = { desktop: false, processes: 0, assigned: false };
  const calls: Readonly<Record<string, (...args: unknown[]) => number>> = {
    CreateJobObjectW: () => 7,
    SetInformationJobObject(_job, kind, bytes) {
      if (kind === UI_RESTRICTIONS) job.desktop = true;
      if (kind === EXTENDED_LIMITS && Buffer.isBuffer(bytes))
        job.processes = bytes.readUInt32LE(ACTIVE_PROCESSES);
      return 1;
    },
    AssignProcessToJobObject() {
      job.assigned = !job.desktop;
      return job.assigned ? 1 : 0;
    },
  };
  const system = {
    load: () => ({
      func: (signature: string) => calls[/(\w+)\(/.exec(signature)?.[1] ?? ''] ?? (() => 1),
    }),
  };
  return { job, system };
}

afterEach(() => vi.unstubAllEnvs());

it('a runner of Windows starts no second process, in the job object that it is in already', () => {
  // The priority would be that of whoever runs the tests.
  vi.stubEnv('OFFPEAK_RUNNER_SKIPS', 'priority');
  const { job, system } = nestedWindows();
  const { held } = lockDownWindows(system as unknown as typeof koffi);
  expect(held).toContain('programs');
  expect(job).toEqual({ desktop: false, processes: 1, assigned: true });
});
