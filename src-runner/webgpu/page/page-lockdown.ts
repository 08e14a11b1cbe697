import { type Lockdown, Protection } from '../../../src-shared/lockdown.ts';
import { said } from '../../../src-shared/said.ts';

/** What Chromium's sandbox gives the processes of a page, by its own account; we only ask whether it is on. */
const BY_CHROMIUM: readonly Protection[] = [
  'files',
  'network',
  'programs',
  'processes',
  'kernel',
  'rights',
];

/** What holds around the hidden page: Chromium's doing, not ours. */
export const pageLockdown = (sandboxed: boolean): Lockdown => ({
  held: sandboxed ? [...BY_CHROMIUM] : [],
  missing: Protection.options
    .filter((what) => !sandboxed || !BY_CHROMIUM.includes(what))
    .map((what) => ({
      what,
      why: said(BY_CHROMIUM.includes(what) ? 'noChromiumSandbox' : 'chromiumStarts'),
    })),
});
