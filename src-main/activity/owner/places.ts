import { join } from 'node:path';
import { z } from 'zod';
import type { TerminalPlaces } from './terminal-idle.ts';

/** Where Linux shows what its owner does. */
export type OwnerPlaces = {
  /** The folder below which all of that lies. */
  readonly root: string;
  readonly input: string;
  readonly terminals: TerminalPlaces;
  readonly powerSupplies: string;
  readonly systemBus: string;
  /** Null where there is none. */
  readonly sessionBus: string | null;
};

const Environment = z.object({
  /** For trials: another machine's /dev, /proc, /sys and system bus, below this folder. Absolute. */
  OFFPEAK_SYSTEM_ROOT: z.string().startsWith('/').optional().catch(undefined),
  DBUS_SYSTEM_BUS_ADDRESS: z.string().optional(),
  DBUS_SESSION_BUS_ADDRESS: z.string().optional(),
  XDG_RUNTIME_DIR: z.string().optional(),
});

/** The usual places, or those of a trial. */
export function ownerPlaces(env: Readonly<Record<string, string | undefined>>): OwnerPlaces {
  const {
    OFFPEAK_SYSTEM_ROOT: root = '/',
    DBUS_SYSTEM_BUS_ADDRESS,
    DBUS_SESSION_BUS_ADDRESS,
    XDG_RUNTIME_DIR,
  } = Environment.parse(env);
  const trial = root !== '/';
  const ownBus = XDG_RUNTIME_DIR === undefined ? null : `unix:path=${XDG_RUNTIME_DIR}/bus`;
  const usual = `unix:path=${join(root, 'run/dbus/system_bus_socket')}`;
  return {
    root,
    input: join(root, 'dev/input'),
    terminals: { ptys: join(root, 'dev/pts'), consoles: join(root, 'dev') },
    powerSupplies: join(root, 'sys/class/power_supply'),
    // On a trial's machine nobody of this one is to be seen.
    systemBus: trial ? usual : (DBUS_SYSTEM_BUS_ADDRESS ?? usual),
    sessionBus: trial ? null : (DBUS_SESSION_BUS_ADDRESS ?? ownBus),
  };
}
