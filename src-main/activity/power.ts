import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Millis } from '../../src-shared/units.ts';

const POWER_SUPPLIES = '/sys/class/power_supply';

/** What plain Node can know of the owner. `idleFor`: null, because only a desktop's session knows. */
export const headlessOwner = (): {
  readonly idleFor: Millis | null;
  readonly onBattery: boolean;
} => ({
  idleFor: null,
  onBattery: isOnBattery(),
});

/**
 * Whether the machine runs from its battery: no charger is online, and a battery of the machine itself discharges
 * (https://www.kernel.org/doc/Documentation/ABI/testing/sysfs-class-power). False where the system does not say, as a
 * desktop PC has nothing to say.
 */
export function isOnBattery(folder: string = POWER_SUPPLIES): boolean {
  const supplies = listFolder(folder).map((name) => {
    const read = (file: string) => readWord(join(folder, name, file));
    return {
      type: read('type'),
      online: read('online'),
      status: read('status'),
      scope: read('scope'),
    };
  });
  const charger = supplies.some(({ type, online }) => type !== 'Battery' && online === '1');
  // A mouse or a pad has a battery too, of scope Device.
  const draining = supplies.some(
    ({ type, status, scope }) =>
      type === 'Battery' && status === 'Discharging' && scope !== 'Device',
  );
  return draining && !charger;
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function readWord(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
}
