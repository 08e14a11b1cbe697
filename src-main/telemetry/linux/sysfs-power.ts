import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { type Said, said } from '../../../src-shared/said.ts';
import { type Watts, watts } from '../../../src-shared/units.ts';
import type { CardPower } from '../card/power.ts';
import { readNumber } from './kernel-file.ts';
import type { SysfsCard } from './sysfs-card.ts';

const MICRO = 1_000_000;

/** The power limit of a card, through hwmon (https://docs.kernel.org/hwmon/sysfs-interface.html). */
export const sysfsPower = ({ gpu, sensors }: SysfsCard): CardPower => ({
  min: gpu.powerMin,
  max: gpu.powerMax,
  read() {
    // i915 says 0 where its limit is switched off.
    const limit = readNumber(sensors.limit);
    return limit ? watts(limit / MICRO) : null;
  },
  set: (limit) => write(sensors.limit, limit),
});

function write(path: string, limit: Watts): Said | null {
  try {
    // Never created: what is not there now is a card that is gone.
    const file = openSync(path, constants.O_WRONLY | constants.O_TRUNC);
    try {
      writeSync(file, `${Math.round(limit * MICRO)}`);
    } finally {
      closeSync(file);
    }
    return null;
  } catch (error) {
    return explain(error, limit);
  }
}

function explain(error: unknown, limit: Watts): Said {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  switch (code) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return said('powerForRoot');
    case 'ENOENT':
    case 'ENODEV':
      return said('cardGone');
    case 'EINVAL':
      return said('powerRefused', { limit });
    case 'EOPNOTSUPP':
    case 'ENOTSUP':
      return said('powerUnchangeable');
  }
  if (code === null) throw error;
  return said('powerUnchanged', { why: String(code) });
}
