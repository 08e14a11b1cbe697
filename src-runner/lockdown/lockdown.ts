import { createRequire } from 'node:module';
import type Koffi from 'koffi';
import { type Lockdown, Protection } from '../../src-shared/lockdown.ts';
import { quote } from '../../src-shared/said.ts';
import { bindLibc } from './libc.ts';
import { lockDownLinux } from './linux.ts';
import { lockDownMac } from './mac.ts';
import { lockDownWindows } from './windows.ts';

/**
 * Takes from this process everything that a job does not need, for good. `entry`: the program of the runner, argv[1].
 * What cannot be had is said, and the runner goes on without it: an owner decides by what is said, not we.
 *
 * To be called before anything else, and without a turn of the event loop before: on Linux the program starts once more.
 */
export function lockDown(entry: string): Lockdown {
  try {
    return lockDownSystem(createRequire(entry)('koffi'), entry);
  } catch (error) {
    // No native calls, no /proc: what was taken before is not counted on.
    return without(String(error));
  }
}

function lockDownSystem(koffi: typeof Koffi, entry: string): Lockdown {
  switch (process.platform) {
    case 'linux':
      return lockDownLinux(bindLibc(koffi), entry);
    case 'win32':
      return lockDownWindows(koffi);
    case 'darwin':
      return lockDownMac(koffi, entry);
    default:
      return without(`nothing is written for ${process.platform}`);
  }
}

const without = (why: string): Lockdown => ({
  held: [],
  missing: Protection.options.map((what) => ({ what, why: quote(why.slice(0, 400)) })),
});
