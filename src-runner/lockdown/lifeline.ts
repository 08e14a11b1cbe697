import { type Libc, PR_SET_PDEATHSIG, refusal } from './libc.ts';

/** From signal.h. */
const SIGKILL = 9;

/** Ends this process now. `exit` would run the drivers' own clean-up, which waits for a kernel that may never end. */
export function vanish(): never {
  process.kill(process.pid, 'SIGKILL');
  // Windows ends a process a moment after it was asked to.
  process.exit(1);
}

/**
 * Ties this process to the one that started it, on Linux. A closed channel is noticed by the event loop only, and a call
 * into a driver may hold that for long; so the kernel is asked to kill us when `parent` ends. (Precisely: when the thread
 * that started us ends. Node starts children from its main thread.)
 *
 * Returns why the kernel's help could not be had, or null.
 */
export function holdLifeline(libc: Libc, parent: number): string | null {
  const refused = refusal(libc, 'prctl(PR_SET_PDEATHSIG)', libc.prctl(PR_SET_PDEATHSIG, SIGKILL));
  // It died while we asked: the signal will not come any more.
  if (process.ppid !== parent) vanish();
  return refused;
}
