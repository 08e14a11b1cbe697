import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import {
  type OwnerSense,
  type OwnerShell,
  watchOwner,
} from '../../../../src-main/activity/owner/owner.ts';
import { ownerPlaces } from '../../../../src-main/activity/owner/places.ts';
import { hours, type Millis, millis, minutes, seconds } from '../../../../src-shared/units.ts';
import {
  hasBus,
  Logind,
  logindObjects,
  Mutter,
  NetworkManager,
  type PrivateBus,
  Session,
  startBus,
  UPower,
} from '../../../worlds/computer/private-bus.ts';
import { NO_BUS, notTriedHere, onLinux } from '../../../worlds/not-tried.ts';
import { PATIENTLY } from '../../../worlds/patience.ts';
import { tempFolder } from '../../../worlds/temp-folder.ts';

/** A machine of its own: folders in place of /dev and /sys, and a real bus with services that a desktop has. */
let root: string;
beforeEach(() => {
  root = tempFolder();
  mkdirSync(join(root, 'dev', 'pts'), { recursive: true });
});

function watch(
  shell: OwnerShell | null,
  more: Partial<Parameters<typeof watchOwner>[0]> = {},
): OwnerSense {
  const life = new AbortController();
  onTestFinished(() => life.abort());
  const places = ownerPlaces({ OFFPEAK_SYSTEM_ROOT: root });
  return watchOwner({ places, shell, signal: life.signal, ...more });
}

/** A desktop that was touched this long ago. */
const electron = (idle: Millis): OwnerShell => ({
  idleFor: () => idle,
  locked: () => false,
  onBattery: () => false,
});

async function desk(bus: PrivateBus, ...sessions: Session[]): Promise<Logind> {
  const logind = new Logind(sessions.length);
  await bus.offer('org.freedesktop.login1', logindObjects(logind, sessions));
  return logind;
}

/** A terminal that was typed in so long ago. */
function terminal(name: string, idle: Millis): void {
  const path = join(root, 'dev', name);
  writeFileSync(path, '');
  const then = (Date.now() - idle) / 1000;
  utimesSync(path, then, then);
}

test.runIf(onLinux('an owner at a desktop of Linux'))(
  'a machine that tells nothing is not taken for one in use',
  () => {
    const { now } = watch(null);
    expect(now()).toEqual({ idleFor: null, locked: false, onBattery: false, metered: false });
  },
);

test.runIf(hasBus || notTriedHere(NO_BUS))(
  'an owner who locks the screen is away at once, and back at once',
  async () => {
    const session = new Session();
    await desk(await startBus(root), session);
    const { now } = watch(electron(seconds(3)));
    expect(now()).toMatchObject({ idleFor: 3000, locked: false });
    session.LockedHint = true;
    await expect.poll(now, PATIENTLY).toMatchObject({ idleFor: hours(24), locked: true });
    session.become({ LockedHint: false });
    await expect.poll(now, PATIENTLY).toMatchObject({ idleFor: 3000, locked: false });
    session.become({ LockedHint: true });
    await expect.poll(now, PATIENTLY).toMatchObject({ idleFor: hours(24), locked: true });
  },
);

test.runIf(hasBus || notTriedHere(NO_BUS))(
  'a second user in front of a first one’s locked screen is not away',
  async () => {
    const [first, second] = [new Session(), new Session()];
    first.LockedHint = true;
    first.Active = false;
    const bus = await startBus(root);
    await desk(bus, first, second);
    const network = new NetworkManager();
    network.Metered = 1;
    await bus.offer('org.freedesktop.NetworkManager', [
      ['/org/freedesktop/NetworkManager', network],
    ]);
    const { now } = watch(electron(seconds(3)));
    await expect.poll(now, PATIENTLY).toMatchObject({ metered: true });
    expect(now()).toMatchObject({ idleFor: 3000, locked: false });
    // Until they lock it too.
    second.become({ LockedHint: true });
    await expect.poll(now, PATIENTLY).toMatchObject({ idleFor: hours(24), locked: true });
  },
);

test.runIf(hasBus || notTriedHere(NO_BUS))(
  'GNOME’s own count is believed more than what its X server guesses',
  async () => {
    const bus = await startBus(root);
    const mutter = new Mutter();
    mutter.idle = BigInt(hours(2));
    await bus.offer('org.gnome.Mutter.IdleMonitor', [
      ['/org/gnome/Mutter/IdleMonitor/Core', mutter],
    ]);
    const places = { ...ownerPlaces({ OFFPEAK_SYSTEM_ROOT: root }), sessionBus: bus.address };
    const { now } = watch(electron(hours(1)), { places });
    const idle = () => now().idleFor ?? 0;
    await expect.poll(idle, PATIENTLY).toBeGreaterThanOrEqual(hours(2));
    // Each return is told, not only the first.
    for (let time = 1; time <= 2; time++) {
      mutter.idle = BigInt(hours(2));
      await expect.poll(() => mutter.watches, PATIENTLY).toBe(time);
      mutter.touch();
      await expect.poll(idle, PATIENTLY).toBeLessThan(minutes(30));
    }
  },
);

test.runIf(hasBus || notTriedHere(NO_BUS))(
  'without a display, a desktop that somebody else uses is seen',
  async () => {
    const session = new Session();
    await desk(await startBus(root), session);
    terminal('pts/0', hours(3));
    const { now } = watch(null);
    const idle = () => now().idleFor ?? 0;
    await expect.poll(idle, PATIENTLY).toBe(0);
    // The clock that does not jump begins when the machine starts, and nobody left before that.
    const clock = process.hrtime.bigint() / 1000n;
    const away = millis(Math.min(minutes(7), Number(clock / 2n / 1000n)));
    session.IdleSinceHintMonotonic = clock - BigInt(away) * 1000n;
    session.become({ IdleHint: true });
    await expect.poll(idle, PATIENTLY).toBeGreaterThanOrEqual(away);
    expect(idle()).toBeLessThan(hours(1));
    // Nobody is at a locked screen; the terminal is what is left.
    session.become({ LockedHint: true });
    await expect.poll(idle, PATIENTLY).toBeGreaterThanOrEqual(hours(3));
    expect(idle()).toBeLessThan(hours(4));
  },
);

test.runIf(onLinux('an owner at a desktop of Linux'))(
  'without a display, whoever typed last counts, and a fresh console does not',
  () => {
    terminal('pts/0', hours(2));
    terminal('pts/1', minutes(9));
    // Made by the system as it started a moment ago; nobody has typed there.
    writeFileSync(join(root, 'dev', 'tty1'), '');
    const idle = watch(null).now().idleFor ?? 0;
    expect(idle).toBeGreaterThanOrEqual(minutes(9));
    expect(idle).toBeLessThan(minutes(60));
  },
);

test.runIf(onLinux('an owner at a desktop of Linux'))(
  'a terminal that its owner types in does not hide that nobody is at the desktop',
  () => {
    terminal('pts/0', seconds(0));
    expect(watch(electron(minutes(20))).now().idleFor).toBe(minutes(20));
  },
);

test.runIf(hasBus || notTriedHere(NO_BUS))(
  'a network that is paid for by its size is noticed as soon as it is joined',
  async () => {
    const bus = await startBus(root);
    const network = new NetworkManager();
    await bus.offer('org.freedesktop.NetworkManager', [
      ['/org/freedesktop/NetworkManager', network],
    ]);
    const { now } = watch(electron(seconds(0)));
    const metered = () => now().metered;
    network.Metered = 1;
    await expect.poll(metered, PATIENTLY).toBe(true);
    // 4: NetworkManager guesses that it is free; 3: that it is a phone's hotspot; 2: somebody said that it is free.
    network.become(4);
    await expect.poll(metered, PATIENTLY).toBe(false);
    network.become(3);
    await expect.poll(metered, PATIENTLY).toBe(true);
    network.become(2);
    await expect.poll(metered, PATIENTLY).toBe(false);
  },
);

test.runIf(hasBus || notTriedHere(NO_BUS))(
  'a power cut behind a UPS is a battery too',
  async () => {
    const bus = await startBus(root);
    const upower = new UPower();
    await bus.offer('org.freedesktop.UPower', [['/org/freedesktop/UPower', upower]]);
    const { now } = watch(electron(seconds(0)));
    upower.OnBattery = true;
    await expect.poll(() => now().onBattery, PATIENTLY).toBe(true);
    upower.become(false);
    await expect.poll(() => now().onBattery, PATIENTLY).toBe(false);
  },
);

test.runIf(onLinux('an owner at a desktop of Linux'))(
  'a laptop that is unplugged is on battery, whatever Chromium says',
  async () => {
    const supplies = join(root, 'sys', 'class', 'power_supply');
    const write = (name: string, files: Readonly<Record<string, string>>) => {
      mkdirSync(join(supplies, name), { recursive: true });
      for (const [file, text] of Object.entries(files))
        writeFileSync(join(supplies, name, file), `${text}\n`);
    };
    write('BAT0', { type: 'Battery', status: 'Charging' });
    write('AC', { type: 'Mains', online: '1' });
    const { now } = watch(electron(seconds(0)));
    write('AC', { online: '0' });
    write('BAT0', { status: 'Discharging' });
    await expect.poll(() => now().onBattery, PATIENTLY).toBe(true);
  },
);

test.runIf(hasBus || notTriedHere(NO_BUS))(
  'sleep and waking are told, and only when logind itself says so',
  async () => {
    const session = new Session();
    const logind = await desk(await startBus(root), session);
    const told: boolean[] = [];
    const { now } = watch(null, { sleeping: (asleep) => told.push(asleep) });
    await expect.poll(() => now().idleFor, PATIENTLY).toBe(0);
    logind.sleep(true);
    await expect.poll(() => told, PATIENTLY).toEqual([true]);
    // A signal that anybody could have sent: the property is what counts.
    logind.PrepareForSleep(false);
    logind.sleep(false);
    await expect.poll(() => told, PATIENTLY).toEqual([true, false]);
  },
);
