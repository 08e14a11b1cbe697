/** From linux/prctl.h and signal.h. */
const PR_SET_PDEATHSIG = 1;
const SIGKILL = 9;

/** Ends this process now. `exit` would run the drivers' own clean-up, which waits for a kernel that may never end. */
export function vanish(): never {
  process.kill(process.pid, 'SIGKILL');
  // Windows ends a process a moment after it was asked to.
  process.exit(1);
}

/**
 * Ties this process to the one that started it. A closed channel is noticed by the event loop only, and a call into a
 * driver may hold that for long; so on Linux the kernel is asked to kill us when `parent` ends. (Precisely: when the
 * thread that started us ends. Node starts children from its main thread and Electron from a thread it keeps.)
 *
 * Elsewhere the closed channel is all there is. Returns why the kernel's help could not be had, or null.
 */
export async function holdLifeline(parent: number): Promise<string | null> {
  if (process.platform !== 'linux') return null;
  try {
    const { default: koffi } = await import('koffi');
    const prctl = koffi.load(null).func('int prctl(int, unsigned long, ...)');
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) !== 0) return 'prctl(PR_SET_PDEATHSIG) was refused';
  } catch (error) {
    return `prctl cannot be called: ${String(error)}`;
  }
  // It died while we asked: the signal will not come any more.
  if (process.ppid !== parent) vanish();
  return null;
}
