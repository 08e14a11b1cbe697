import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { openControls, watchGamepads } from '../../../../src-main/activity/owner/gamepads.ts';
import { onLinux } from '../../../worlds/not-tried.ts';
import { PATIENTLY } from '../../../worlds/patience.ts';
import { tempFolder } from '../../../worlds/temp-folder.ts';

const BUTTON = 1;
const AXIS = 2;
const INIT = 0x80;

/** A folder in place of /dev/input, and pipes in place of gamepads: they give the kernel's bytes, and an end. */
let folder: string;
beforeEach(() => {
  folder = join(tempFolder(), 'input');
  mkdirSync(folder);
});

type Press = readonly [kind: number, control: number, value: number];

/** As `struct js_event` of linux/joystick.h has it. */
function bytesOf(presses: readonly Press[]): Buffer {
  const events = Buffer.alloc(presses.length * 8);
  presses.forEach(([kind, control, value], n) => {
    events.writeInt16LE(value, n * 8 + 4);
    events.writeUInt8(kind, n * 8 + 6);
    events.writeUInt8(control, n * 8 + 7);
  });
  return events;
}

function plugIn(name: string) {
  const path = join(folder, name);
  execFileSync('mkfifo', [path]);
  // Both ends: the other side may come and go.
  const pipe = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  let open = true;
  const unplug = () => {
    if (open) closeSync(pipe);
    open = false;
    rmSync(path, { force: true });
  };
  onTestFinished(unplug);
  return {
    unplug,
    say: (...presses: readonly Press[]) => writeSync(pipe, bytesOf(presses)),
  };
}

function watch() {
  const life = new AbortController();
  onTestFinished(() => life.abort());
  return watchGamepads(folder, life.signal);
}

/** How things are when a gamepad is plugged in: one button up, two sticks, one of them worn. */
const AT_FIRST: readonly Press[] = [
  [BUTTON | INIT, 0, 0],
  [AXIS | INIT, 0, 0],
  [AXIS | INIT, 1, 5000],
];

test.runIf(onLinux('gamepads'))('a button of a gamepad shows that its owner is there', async () => {
  const pad = plugIn('js0');
  pad.say(...AT_FIRST);
  const idle = watch();
  expect(idle()).toBeNull();
  pad.say([BUTTON, 0, 1]);
  await expect.poll(idle, PATIENTLY).not.toBeNull();
});

test('a worn stick that trembles shows nothing, and a thumb on it does', () => {
  const isUsed = openControls();
  expect(isUsed(bytesOf(AT_FIRST))).toBe(false);
  expect(
    isUsed(
      bytesOf([
        [AXIS, 1, 6000],
        [AXIS, 1, -2000],
        [AXIS, 0, 8000],
        [AXIS, 0, -8000],
      ]),
    ),
  ).toBe(false);
  expect(isUsed(bytesOf([[AXIS, 0, 20_000]]))).toBe(true);
  // Held there, and trembling there.
  expect(isUsed(bytesOf([[AXIS, 0, 26_000]]))).toBe(false);
  expect(isUsed(bytesOf([[AXIS, 0, 0]]))).toBe(true);
});

test('a trigger that rests at one end of its way shows nothing until it is pulled', () => {
  const isUsed = openControls();
  expect(isUsed(bytesOf([[AXIS | INIT, 2, -32_767]]))).toBe(false);
  expect(isUsed(bytesOf([[AXIS, 2, -31_000]]))).toBe(false);
  expect(isUsed(bytesOf([[AXIS, 2, 32_767]]))).toBe(true);
});

test('what the kernel had no room for counts, where a control is not as it was', () => {
  const isUsed = openControls();
  isUsed(bytesOf(AT_FIRST));
  expect(isUsed(bytesOf(AT_FIRST))).toBe(false);
  expect(isUsed(bytesOf([[BUTTON | INIT, 0, 1]]))).toBe(true);
});

test.runIf(onLinux('gamepads'))(
  'a gamepad that is plugged in later, and again, is heard',
  async () => {
    const idle = watch();
    const pad = plugIn('js0');
    pad.say(...AT_FIRST, [BUTTON, 0, 1]);
    await expect.poll(idle, PATIENTLY).not.toBeNull();
    pad.unplug();

    const again = plugIn('js0');
    const before = performance.now();
    again.say(...AT_FIRST, [BUTTON, 0, 1]);
    await expect.poll(() => (idle() ?? 0) <= performance.now() - before, PATIENTLY).toBe(true);
  },
);
