import { z } from 'zod';
import { hours, type Millis, millis } from '../../../src-shared/units.ts';
import { openBus } from '../bus/link.ts';
import { watchProperty } from '../bus/property.ts';
import { watchDesktopIdle } from './desktop-idle.ts';
import { watchGamepads } from './gamepads.ts';
import { watchMetered } from './network-cost.ts';
import type { OwnerPlaces } from './places.ts';
import { watchBattery } from './power.ts';
import { watchDesk, watchSleep } from './session-idle.ts';
import { watchTerminals } from './terminal-idle.ts';
import { openWindowsGamepads } from './windows-gamepads.ts';
import { watchMeteredWindows } from './windows-network-cost.ts';

export type Owner = {
  /** How long nobody has touched the machine; null where the system does not say. Behind a locked screen: see `AWAY`. */
  readonly idleFor: Millis | null;
  /** The screen is locked: nobody is at it, however short ago they were. */
  readonly locked: boolean;
  readonly onBattery: boolean;
  readonly metered: boolean;
};

/** What Electron knows of the owner. */
export type OwnerShell = {
  readonly idleFor: () => Millis;
  /** Never true on Linux, where Electron does not hear of it. */
  readonly locked: () => boolean;
  /** Never true on Linux, where Chromium does not look. */
  readonly onBattery: () => boolean;
};

type Watch = {
  readonly places: OwnerPlaces;
  /** Null: plain Node. */
  readonly shell: OwnerShell | null;
  /** Told when the system goes to sleep and wakes; Linux only, for a shell that does not hear of it by itself. */
  readonly sleeping?: (asleep: boolean) => void;
  readonly signal: AbortSignal;
};

export type OwnerSense = { readonly now: () => Owner };

/** Who locks the screen is away at once, for longer than anybody can choose to wait. */
const AWAY = hours(24);

/** Watches for the owner until `signal`, by every means this system has. */
export function watchOwner(watch: Watch): OwnerSense {
  return process.platform === 'linux' ? watchOnLinux(watch) : watchElsewhere(watch);
}

/** Windows and macOS, where Electron knows nearly everything. macOS tells nobody whether the network is metered. */
function watchElsewhere({ shell, signal }: Watch): OwnerSense {
  const pads = process.platform === 'win32' ? openWindowsGamepads() : null;
  const metered = watchMeteredWindows(signal);
  const padIdle = (now: Millis): Millis | null => {
    const used = pads?.usedAt(now) ?? null;
    return used === null ? null : millis(Math.round(now - used));
  };
  return {
    now: () => {
      const locked = shell?.locked() ?? false;
      const idle = [shell?.idleFor() ?? null, padIdle(millis(performance.now()))];
      return {
        idleFor: leastIdle({ desk: least(idle), locked, terminals: null }),
        locked,
        onBattery: shell?.onBattery() ?? false,
        metered: metered(),
      };
    },
  };
}

function watchOnLinux({ places, shell, sleeping, signal }: Watch): OwnerSense {
  const system = openBus(places.systemBus, signal);
  const desk = watchDesk(system, signal);
  const metered = watchMetered(system, signal);
  const gamepads = watchGamepads(places.input, signal);
  const battery = watchBattery(places.powerSupplies, signal);
  // Knows what the kernel does not: a UPS on a USB cable.
  const upower = watchProperty(
    system,
    { service: 'org.freedesktop.UPower', path: '/org/freedesktop/UPower', name: 'OnBattery' },
    z.boolean(),
    signal,
  );
  const desktop = places.sessionBus
    ? watchDesktopIdle(openBus(places.sessionBus, signal), signal)
    : () => null;
  // A person who works in a terminal from afar does not touch the desktop, and need not: Electron's word is of that.
  const terminals = shell === null ? watchTerminals(places.terminals, signal) : () => null;
  if (sleeping) watchSleep(system, signal, sleeping);

  return {
    now: () => {
      const seat = desk();
      const locked = seat?.locked ?? false;
      const touched = desktop() ?? shell?.idleFor() ?? seat?.idleFor ?? null;
      return {
        idleFor: leastIdle({ desk: least([touched, gamepads()]), locked, terminals: terminals() }),
        locked,
        onBattery: battery() || upower() === true,
        metered: metered(),
      };
    },
  };
}

/** Of all that is known, the most recent sign of life. Nobody plays on a locked screen, whatever a gamepad says. */
function leastIdle(seen: {
  readonly desk: Millis | null;
  readonly locked: boolean;
  readonly terminals: Millis | null;
}): Millis | null {
  const desk = seen.locked ? millis(Math.max(seen.desk ?? 0, AWAY)) : seen.desk;
  return least([desk, seen.terminals]);
}

function least(times: readonly (Millis | null)[]): Millis | null {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : millis(Math.max(0, Math.min(...known)));
}
