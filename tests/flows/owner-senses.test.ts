import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Snapshot } from '../../src-shared/snapshot.ts';
import { type Millis, minutes, seconds } from '../../src-shared/units.ts';
import {
  hasBus,
  Logind,
  logindObjects,
  Session,
  startBus,
} from '../worlds/computer/private-bus.ts';
import { NO_BUS, notTriedHere } from '../worlds/not-tried.ts';
import {
  type AgentProcess,
  endAll,
  type Machine,
  newMachine,
  startAgent,
} from './agent-process.ts';
import { softwareLane } from './software-lane.ts';
import type { WindowClient } from './window-client.ts';

// An agent without a display on a machine whose terminals, battery and login manager the test holds. The chapters run in
// this order.

/** Twice as long as the agent may take to see what was typed. */
const AFTER = seconds(8);

let machine: Machine;
let agent: AgentProcess;
let window: WindowClient;
let system: string;

const terminal = () => join(system, 'dev', 'pts', '0');
/** Somebody typed there so long ago. */
function typed(ago: Millis): void {
  const then = (Date.now() - ago) / 1000;
  utimesSync(terminal(), then, then);
}
function supply(file: string, text: string): void {
  const path = join(system, 'sys', 'class', 'power_supply', file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${text}\n`);
}
const heldBy = (snapshot: Snapshot) => {
  const phase = snapshot.lanes[0]?.phase;
  return phase?.kind === 'held' ? phase.because.kind : null;
};

beforeAll(async () => {
  machine = newMachine({ sharing: true, when: { kind: 'away', after: AFTER } });
  system = join(machine.home, 'system');
  mkdirSync(dirname(terminal()), { recursive: true });
  writeFileSync(terminal(), '');
  typed(minutes(10));
  supply('AC/type', 'Mains');
  supply('AC/online', '1');
  supply('BAT0/type', 'Battery');
  supply('BAT0/status', 'Charging');
  agent = startAgent(machine, { ...(await softwareLane()), OFFPEAK_SYSTEM_ROOT: system });
  window = await agent.window();
});
afterAll(() => endAll(machine));

test('whoever types in a terminal is there, until they have not typed for as long as they chose', async () => {
  const free = await window.until('nobody there', (s) => s.lanes.length > 0 && heldBy(s) === null);
  expect(free.idleFor).toBeGreaterThanOrEqual(minutes(10));
  typed(seconds(0));
  await window.until('somebody there', (s) => heldBy(s) === 'owner-active');
  const left = await window.until('nobody there', (s) => heldBy(s) === null);
  expect(left.idleFor).toBeGreaterThanOrEqual(AFTER);
});

test('a laptop that is unplugged stops at once, and goes on when it is plugged in', async () => {
  supply('AC/online', '0');
  supply('BAT0/status', 'Discharging');
  await window.until('battery', (s) => heldBy(s) === 'on-battery', seconds(20));
  supply('AC/online', '1');
  supply('BAT0/status', 'Charging');
  await window.until('mains', (s) => heldBy(s) === null, seconds(30));
});

test.runIf(hasBus || notTriedHere(NO_BUS))(
  'a machine that goes to sleep lets go of the card first, and takes it up again after',
  async () => {
    const session = new Session();
    session.LockedHint = true;
    const logind = new Logind(1);
    const bus = await startBus(join(machine.home, 'later'));
    await bus.offer('org.freedesktop.login1', logindObjects(logind, [session]));
    expect(await agent.stop()).toBe(0);

    mkdirSync(join(system, 'run'));
    symlinkSync(join(machine.home, 'later', 'run', 'dbus'), join(system, 'run', 'dbus'));
    agent = startAgent(machine, { ...(await softwareLane()), OFFPEAK_SYSTEM_ROOT: system });
    window = await agent.window();
    await window.until('nobody there', (s) => s.lanes.length > 0 && heldBy(s) === null);
    logind.sleep(true);
    await window.until('sleep', (s) => heldBy(s) === 'leaving');
    logind.sleep(false);
    await window.until('awake', (s) => heldBy(s) === null);
  },
);
