import type { Millis } from '../../../src-shared/units.ts';
import {
  DWORD,
  insistOnLayout,
  POINTER,
  systemDll,
  type WindowsCall,
} from '../../win32/binding.ts';

/** What one gamepad says of itself. */
export type Pad = {
  /** Counts every change, the trembling of a worn stick included. */
  readonly packet: number;
  /** One bit for each button. */
  readonly buttons: number;
  /** Left and right trigger, 0 to 255. */
  readonly triggers: readonly [number, number];
  /** Left x and y, right x and y, -32768 to 32767. */
  readonly sticks: readonly [number, number, number, number];
};

/** The four places a gamepad can be plugged in at; null where there is none. */
export type Pads = readonly (Pad | null)[];

export type PadActivity = {
  /** As they were when they were last used, or first seen. */
  readonly pads: Pads;
  /** Null: not since we look. */
  readonly usedAt: Millis | null;
};

export const NO_PADS: PadActivity = { pads: [], usedAt: null };

/** Less than this is noise, as Microsoft's own examples have it (XINPUT_GAMEPAD_..._DEADZONE, ..._THRESHOLD). */
const TRIGGER_MOVES = 30;
const STICK_MOVES = 7849;

/** Takes another look at the gamepads into account. Pure. One that is switched on is used; those there at first are not. */
export function lookAtPads({ pads, usedAt }: PadActivity, seen: Pads, now: Millis): PadActivity {
  const first = pads.length === 0;
  let used = false;
  const next = seen.map((pad, place) => {
    const before = pads[place] ?? null;
    if (pad === null) return null;
    if (before !== null && !isUsed(before, pad)) return before;
    used = true;
    return pad;
  });
  return { pads: next, usedAt: used && !first ? now : usedAt };
}

function isUsed(before: Pad, now: Pad): boolean {
  if (before.packet === now.packet) return false;
  const moved = (was: readonly number[], is: readonly number[], least: number) =>
    is.some((value, i) => Math.abs(value - (was[i] ?? 0)) > least);
  return (
    before.buttons !== now.buttons ||
    moved(before.triggers, now.triggers, TRIGGER_MOVES) ||
    moved(before.sticks, now.sticks, STICK_MOVES)
  );
}

export type WindowsGamepads = {
  /** Looks at all four; to be called every second or so. Null: never used since the first look. */
  readonly usedAt: (now: Millis) => Millis | null;
};

/** XUSER_MAX_COUNT. */
const PLACES = 4;
const SUCCESS = 0;
/** Asking an empty place searches the buses for a gamepad, so it is done seldom. Looks. */
const EMPTY_EVERY = 10;

/** XINPUT_STATE and the XINPUT_GAMEPAD in it. */
const STATE = {
  size: 16,
  dwPacketNumber: 0,
  wButtons: 4,
  bLeftTrigger: 6,
  bRightTrigger: 7,
  sThumbLX: 8,
  sThumbLY: 10,
  sThumbRX: 12,
  sThumbRY: 14,
} as const;

/** Gamepads by XInput, of Windows 8 and later, or of Vista. Null where there is none. */
export function openWindowsGamepads(): WindowsGamepads | null {
  const library = systemDll('xinput1_4.dll') ?? systemDll('xinput9_1_0.dll');
  if (library === null) return null;
  insistOnLayout('XINPUT_STATE', STATE_MEMBERS, STATE);
  const getState: WindowsCall = library.func('XInputGetState', DWORD, [DWORD, POINTER]);
  const state = Buffer.alloc(STATE.size);
  const present: boolean[] = Array(PLACES).fill(false);
  let looks = 0;
  let activity = NO_PADS;

  const padAt = (place: number): Pad | null => {
    if (!present[place] && looks % EMPTY_EVERY !== 0) return null;
    present[place] = getState(place, state) === SUCCESS;
    return present[place] ? padIn(state) : null;
  };
  const usedAt = (now: Millis): Millis | null => {
    const seen = Array.from({ length: PLACES }, (_, place) => padAt(place));
    looks++;
    activity = lookAtPads(activity, seen, now);
    return activity.usedAt;
  };
  return { usedAt };
}

const STATE_MEMBERS = {
  dwPacketNumber: DWORD,
  wButtons: 'uint16_t',
  bLeftTrigger: 'uint8_t',
  bRightTrigger: 'uint8_t',
  sThumbLX: 'int16_t',
  sThumbLY: 'int16_t',
  sThumbRX: 'int16_t',
  sThumbRY: 'int16_t',
};

const padIn = (state: Buffer): Pad => ({
  packet: state.readUInt32LE(STATE.dwPacketNumber),
  buttons: state.readUInt16LE(STATE.wButtons),
  triggers: [state.readUInt8(STATE.bLeftTrigger), state.readUInt8(STATE.bRightTrigger)],
  sticks: [
    state.readInt16LE(STATE.sThumbLX),
    state.readInt16LE(STATE.sThumbLY),
    state.readInt16LE(STATE.sThumbRX),
    state.readInt16LE(STATE.sThumbRY),
  ],
});
