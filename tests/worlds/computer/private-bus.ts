import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import dbus from 'dbus-next';
import { onTestFinished } from 'vitest';
import { findProgram } from '../../fakes/find-program.ts';

const { Interface } = dbus.interface;

/** Whether this machine can have a bus: where it cannot, what is told over one is not tested. */
export const hasBus = process.platform === 'linux' && findProgram('dbus-daemon') !== null;

/** A D-Bus of a test's own, with the services that a desktop's system would have. */
export type PrivateBus = {
  readonly address: string;
  /** Puts a service on the bus. `objects`: interfaces by path. */
  readonly offer: (name: string, objects: readonly BusObject[]) => Promise<void>;
};

export type BusObject = readonly [path: string, object: dbus.interface.Interface];

/** A real bus, at the place where a system below `root` has it. Gone when the test is over. */
export async function startBus(root: string): Promise<PrivateBus> {
  mkdirSync(join(root, 'run', 'dbus'), { recursive: true });
  const address = `unix:path=${join(root, 'run', 'dbus', 'system_bus_socket')}`;
  const words = ['--session', '--nofork', '--nopidfile', '--print-address', '--address', address];
  const daemon = spawn('dbus-daemon', words, { stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => {
    daemon.kill('SIGKILL');
  });
  await new Promise<void>((ready, broken) => {
    daemon.once('error', broken);
    daemon.once('exit', (code) => broken(new Error(`dbus-daemon ended with ${code}`)));
    createInterface(daemon.stdout).once('line', () => ready());
  });
  return {
    address,
    async offer(name, objects) {
      const bus = dbus.sessionBus({ busAddress: address });
      onTestFinished(() => bus.disconnect());
      for (const [path, object] of objects) bus.export(path, object);
      await bus.requestName(name, 0);
    },
  };
}

const LOGIND = 'org.freedesktop.login1';

/** A login session as logind shows it, with somebody at a desktop. */
export class Session extends Interface {
  Class = 'user';
  Type = 'wayland';
  Active = true;
  LockedHint = false;
  IdleHint = false;
  IdleSinceHintMonotonic = 0n;
  readonly Name = 'ann';
  readonly User = [1000, '/org/freedesktop/login1/user/_1000'];

  constructor() {
    super(`${LOGIND}.Session`);
  }
  /** Changes it, and says so. */
  become(change: Partial<Pick<Session, 'Active' | 'LockedHint' | 'IdleHint'>>): void {
    Object.assign(this, change);
    Interface.emitPropertiesChanged(this, change, []);
  }
}
Session.configureMembers({
  properties: {
    Class: { signature: 's', access: 'read' },
    Type: { signature: 's', access: 'read' },
    Active: { signature: 'b', access: 'read' },
    LockedHint: { signature: 'b', access: 'read' },
    IdleHint: { signature: 'b', access: 'read' },
    IdleSinceHintMonotonic: { signature: 't', access: 'read' },
    Name: { signature: 's', access: 'read' },
    User: { signature: '(uo)', access: 'read' },
  },
});

/** The login manager itself. */
export class Logind extends Interface {
  PreparingForSleep = false;
  private readonly sessions: number;

  constructor(sessions: number) {
    super(`${LOGIND}.Manager`);
    this.sessions = sessions;
  }
  ListSessions(): unknown {
    return Array.from({ length: this.sessions }, (_, n) => [
      `c${n}`,
      1000,
      'ann',
      'seat0',
      sessionPath(n),
    ]);
  }
  PrepareForSleep(asleep: boolean): boolean {
    return asleep;
  }
  /** Goes to sleep, or wakes. */
  sleep(asleep: boolean): void {
    this.PreparingForSleep = asleep;
    this.PrepareForSleep(asleep);
  }
}
Logind.configureMembers({
  properties: { PreparingForSleep: { signature: 'b', access: 'read' } },
  methods: { ListSessions: { outSignature: 'a(susso)' } },
  signals: { PrepareForSleep: { signature: 'b' } },
});

const sessionPath = (n: number) => `/org/freedesktop/login1/session/c${n}`;

/** All that logind has on the bus. */
export const logindObjects = (
  logind: Logind,
  sessions: readonly Session[],
): readonly BusObject[] => [
  ['/org/freedesktop/login1', logind],
  ...sessions.map((session, n): BusObject => [sessionPath(n), session]),
];

/** NetworkManager, as far as money goes. */
export class NetworkManager extends Interface {
  Metered = 0;
  constructor() {
    super('org.freedesktop.NetworkManager');
  }
  become(metered: number): void {
    this.Metered = metered;
    Interface.emitPropertiesChanged(this, { Metered: metered }, []);
  }
}
NetworkManager.configureMembers({ properties: { Metered: { signature: 'u', access: 'read' } } });

/** UPower, which knows a UPS on a USB cable. */
export class UPower extends Interface {
  OnBattery = false;
  constructor() {
    super('org.freedesktop.UPower');
  }
  become(onBattery: boolean): void {
    this.OnBattery = onBattery;
    Interface.emitPropertiesChanged(this, { OnBattery: onBattery }, []);
  }
}
UPower.configureMembers({ properties: { OnBattery: { signature: 'b', access: 'read' } } });

/** GNOME's own count of how long nobody has touched the desktop, in milliseconds. */
export class Mutter extends Interface {
  idle = 0n;
  /** How many asked to be told of the next touch. */
  watches = 0;
  constructor() {
    super('org.gnome.Mutter.IdleMonitor');
  }
  GetIdletime(): bigint {
    return this.idle;
  }
  AddUserActiveWatch(): number {
    this.watches += 1;
    return this.watches;
  }
  WatchFired(watch: number): number {
    return watch;
  }
  /** Somebody touches the desktop. */
  touch(): void {
    this.idle = 0n;
    this.WatchFired(this.watches);
  }
}
Mutter.configureMembers({
  methods: { GetIdletime: { outSignature: 't' }, AddUserActiveWatch: { outSignature: 'u' } },
  signals: { WatchFired: { signature: 'u' } },
});
