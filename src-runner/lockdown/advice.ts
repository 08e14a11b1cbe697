import type { Lockdown } from '../../src-shared/lockdown.ts';
import { said } from '../../src-shared/said.ts';
import { type Failure, failure } from '../work/device.ts';
import { SKIPS } from './tally.ts';

/**
 * The failure to open a card, with what its owner can do where it may be the lockdown's fault: a driver that nobody has
 * tried in it may want a file or a call of the system that others do without.
 */
export function withAdvice({ because, detail }: Failure, { held }: Lockdown): Failure {
  const guilty = (['files', 'kernel'] as const).filter((what) => held.includes(what));
  const isMachine = because === 'no-device' || because === 'device-lost';
  if (!isMachine || guilty.length === 0) return failure(because, detail);
  return failure(because, said('withAdvice', { detail, name: SKIPS, what: guilty.join(',') }));
}
