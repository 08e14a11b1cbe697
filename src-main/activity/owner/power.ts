import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Millis, minutes, seconds } from '../../../src-shared/units.ts';
import { askAgain } from '../bus/asked-again.ts';
import { listNames } from '../small-file.ts';

/** A battery answers through firmware, which takes milliseconds: asked this often, and never waited for. */
const ASK_EVERY: Millis = seconds(5);
/** A machine without a battery does not get one soon. */
const LOOK_AGAIN: Millis = minutes(1);

/** Where the machine's power comes from. */
export type PowerSource = 'mains' | 'battery' | 'no-battery';

/** Whether the machine runs from its battery, by what the Linux kernel says in `folder` (/sys/class/power_supply). */
export function watchBattery(folder: string, signal: AbortSignal): () => boolean {
  const kinds: KindsOfSupply = new Map();
  const source = askAgain({
    ask: () => powerSource(folder, kinds),
    every: (now) => (now === 'no-battery' ? LOOK_AGAIN : ASK_EVERY),
    signal,
  });
  return () => source() === 'battery';
}

/**
 * On battery: no charger is online, and a battery of the machine itself, or a UPS, is not being charged
 * (https://www.kernel.org/doc/Documentation/ABI/testing/sysfs-class-power). Just unplugged, firmware goes on saying
 * "Full" or "Not charging" for a while, so where chargers are known their word counts more.
 */
export async function powerSource(
  folder: string,
  kinds: KindsOfSupply = new Map(),
): Promise<PowerSource> {
  const names = listNames(folder);
  const read = (name: string, file: string) => readWord(join(folder, name, file));
  for (const name of names) {
    if (kinds.has(name)) continue;
    // A mouse or a pad has a battery too, of scope Device.
    const ours = (await read(name, 'scope')) !== 'Device';
    kinds.set(name, ours ? ((await read(name, 'type')) ?? '') : 'Device');
  }
  const isBattery = (name: string) => /^(?:Battery|UPS)$/.test(kinds.get(name) ?? '');
  const batteries = names.filter(isBattery);
  if (batteries.length === 0) return 'no-battery';
  const chargers = names.filter((name) => !isBattery(name) && kinds.get(name) !== 'Device');
  const online = await Promise.all(chargers.map((name) => read(name, 'online')));
  // 1 or, for USB, 2; null where a charger does not say.
  if (online.some((word) => word !== '0' && word !== null)) return 'mains';
  const states = await Promise.all(batteries.map((name) => read(name, 'status')));
  if (states.includes('Discharging')) return 'battery';
  const unplugged = online.includes('0') && !states.includes('Charging');
  // A UPS that is not draining has its own mains, which no charger stands for.
  const laptop = batteries.some((name) => kinds.get(name) === 'Battery');
  return unplugged && laptop ? 'battery' : 'mains';
}

/** What each supply is, which does not change: asked once. */
type KindsOfSupply = Map<string, string>;

async function readWord(path: string): Promise<string | null> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch {
    // Not every supply has every file, and a battery can be taken out.
    return null;
  }
}
