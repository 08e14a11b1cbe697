import { closeSync, constants, fstatSync, openSync, readSync, watch } from 'node:fs';
import { join } from 'node:path';
import koffi from 'koffi';
import { type Millis, millis, seconds } from '../../../src-shared/units.ts';
import { listNames } from '../small-file.ts';

/** A gamepad as Linux shows it: `struct js_event` of linux/joystick.h, { u32 time, s16 value, u8 type, u8 number }. */
const EVENT = { size: 8, value: 4, type: 6, number: 7 } as const;
const BUTTON = 0x01;
const AXIS = 0x02;
/** Not an event but how things are: sent at first, and after more has happened than the kernel holds for us. */
const INIT = 0x80;
/** A stick at its end. */
const FULL = 32_767;
/** A worn stick trembles and wanders; a thumb moves it further than this from where it was. */
const DEAD_ZONE = FULL / 4;
/** A stick in use says so hundreds of times a second; hearing it this often is enough. */
const REST: Millis = millis(500);
/** The kernel holds 64 events for us. */
const AT_ONCE = 64;
/** A folder that tells of new gamepads is not everywhere. */
const LOOK_EVERY: Millis = seconds(30);

/**
 * How long ago a gamepad was used, since we look; null: not at all. Neither X nor Wayland counts gamepads as somebody
 * being there. `folder`: /dev/input. Costs nothing while nobody plays.
 */
export function watchGamepads(folder: string, signal: AbortSignal): () => Millis | null {
  const open = new Map<string, () => void>();
  let usedAt: number | null = null;
  let told = false;
  const used = () => {
    usedAt = performance.now();
  };

  const look = () => {
    listen();
    for (const name of listNames(folder)) {
      if (!/^js\d+$/.test(name) || open.has(name)) continue;
      const close = openGamepad(join(folder, name), used, () => {
        open.delete(name);
        // One plugged in again at once has the same name.
        if (!signal.aborted) setTimeout(look, REST).unref();
      });
      // Not ours to read, or not yet: the system gives rights a moment after the device is there.
      if (close) open.set(name, close);
    }
  };
  /** Asks the folder to tell when it changes. */
  const listen = () => {
    if (told || signal.aborted) return;
    try {
      const deaf = () => {
        told = false;
      };
      watch(folder, { persistent: false, signal }, look).on('error', deaf).on('close', deaf);
      told = true;
    } catch {
      // No such folder yet.
    }
  };
  look();
  // Somebody watching is no reason to keep a process alive.
  const timer = setInterval(look, LOOK_EVERY).unref();
  signal.addEventListener(
    'abort',
    () => {
      clearInterval(timer);
      for (const close of [...open.values()]) close();
    },
    { once: true },
  );
  return () => (usedAt === null ? null : millis(Math.round(performance.now() - usedAt)));
}

/** Listens to one gamepad; null where it cannot be read. `gone` is called once, when it is closed or unplugged. */
function openGamepad(path: string, used: () => void, gone: () => void): (() => void) | null {
  let device: number;
  try {
    device = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    if (fstatSync(device).isFile()) {
      closeSync(device);
      return null;
    }
  } catch {
    return null;
  }
  const isUsed = openControls();
  const events = Buffer.alloc(AT_ONCE * EVENT.size);
  const poll = koffi.node.poll(device, { readable: true }, () => hear());
  poll.unref();
  let resting: NodeJS.Timeout | undefined;
  let closed = false;

  const close = () => {
    if (closed) return;
    closed = true;
    clearTimeout(resting);
    poll.stop();
    poll.close();
    closeSync(device);
    gone();
  };
  const hear = () => {
    poll.stop();
    const length = readAvailable(device, events);
    if (length === null) return close();
    if (isUsed(events.subarray(0, length))) used();
    resting = setTimeout(() => poll.start({ readable: true }, hear), REST).unref();
  };
  return close;
}

/** How many bytes there were; null where the device is gone. */
function readAvailable(device: number, into: Buffer): number | null {
  try {
    // Nothing at all, without EAGAIN, is the end.
    return readSync(device, into) || null;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EAGAIN' ? 0 : null;
  }
}

/** Remembers how buttons and sticks are, and says whether events show a hand on them. */
export function openControls(): (events: Buffer) => boolean {
  const known = new Map<number, number>();
  return (events) => {
    let used = false;
    for (let at = 0; at + EVENT.size <= events.length; at += EVENT.size) {
      const kind = events.readUInt8(at + EVENT.type);
      const value = events.readInt16LE(at + EVENT.value);
      const control = (kind & ~INIT) * 256 + events.readUInt8(at + EVENT.number);
      const before = known.get(control);
      const moved = movement(kind & ~INIT, value - (before ?? 0));
      if (before !== undefined && !moved) continue;
      known.set(control, value);
      // How a control is at first says nothing, unless it is an event.
      if (moved && (before !== undefined || (kind & INIT) === 0)) used = true;
    }
    return used;
  };
}

function movement(kind: number, by: number): boolean {
  if (kind === BUTTON) return by !== 0;
  return kind === AXIS && Math.abs(by) > DEAD_ZONE;
}
