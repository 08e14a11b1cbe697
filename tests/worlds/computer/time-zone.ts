import { afterEach } from 'vitest';

const home = process.env.TZ;

/** Moves this process to another zone until the test is over. Node reads the variable anew whenever it is set. */
export function liveIn(zone: string): void {
  process.env.TZ = zone;
}

afterEach(() => {
  if (home === undefined) delete process.env.TZ;
  else process.env.TZ = home;
});
