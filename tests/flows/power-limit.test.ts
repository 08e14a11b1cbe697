import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SETTINGS_VERSION } from '../../src-main/settings/migrations.ts';
import { openPowerJournal } from '../../src-main/telemetry/power-journal.ts';
import { NBSP } from '../../src-shared/amount.ts';
import { LaneId } from '../../src-shared/gpu.ts';
import { hero } from '../../src-shared/moment/sentence.ts';
import { said } from '../../src-shared/said.ts';
import { defaults } from '../../src-shared/settings.ts';
import type { Snapshot } from '../../src-shared/snapshot.ts';
import { watts } from '../../src-shared/units.ts';
import { buildFakes } from '../fakes/build.ts';
import { fakeGpuEnvironment, readPowerLimit, writeGpuState } from '../fakes/gpu-state.ts';
import { openSteamHome } from '../worlds/computer/steam-home.ts';
import { eventually } from '../worlds/seen-processes.ts';
import {
  type AgentProcess,
  endAll,
  type Machine,
  newMachine,
  startAgent,
} from './agent-process.ts';
import { countingJob, openShop } from './shop.ts';
import type { WindowClient } from './window-client.ts';

// An agent whose owner lets the card take 120 W while it earns, on an emulated card of 170 W whose limit outlives every
// process, as that of a real one does.

const lane = LaneId.parse('GPU-00000000-0000-0000-0000-000000000000');
const OWN_MW = 170_000;
const OURS_MW = 120_000;
const wishes = { sharing: true, cards: { [lane]: { powerLimit: watts(120) } } };
/** More steps than any of these stories takes, at 15 ms each. */
const STEPS = 10_000;

let machine: Machine;
let steam: ReturnType<typeof openSteamHome>;
let card: string;
let env: Record<string, string>;
let agent: AgentProcess;
let window: WindowClient;

beforeEach(async () => {
  steam = openSteamHome();
  machine = { ...newMachine(wishes), home: steam.home };
  card = `${machine.folder}-card`;
  env = fakeGpuEnvironment({ fakes: await buildFakes(), folder: card, kernelMillis: 15 });
});
afterEach(async () => {
  window.close();
  steam.remove();
  await endAll(machine);
});

const phaseOf = (s: Snapshot) => s.lanes[0]?.phase.kind;
const heldBy = (s: Snapshot) => {
  const phase = s.lanes[0]?.phase;
  return phase?.kind === 'held' ? phase.because.kind : null;
};
const limitBecomes = (mw: number) =>
  eventually(`a limit of ${mw} mW`, () => readPowerLimit(card) === mw);
const inJournal = () => openPowerJournal(machine.folder, Date.now).changed().get(lane);
const journalIsEmpty = () => eventually('an empty journal', () => inJournal() === undefined);

async function begin(): Promise<void> {
  agent = startAgent(machine, env);
  window = await agent.window();
}
/** The owner's machine earns, and the card takes 120 W. */
async function earn(): Promise<void> {
  await begin();
  await openShop(agent.exchange()).submit(countingJob('a', STEPS));
  await earning();
}
async function earning(): Promise<void> {
  const seen = await window.until(
    'a job on a limited card',
    (s) => phaseOf(s) === 'running' && s.lanes[0]?.reading?.powerLimit === 120,
  );
  expect(seen.lanes[0]?.powerLimitTrouble).toBeNull();
  // The snapshot may show a reading of before a pause.
  await limitBecomes(OURS_MW);
  expect(inJournal()).toMatchObject({ was: 170, set: 120 });
}

test('a pause gives the card its own limit back, and so does quitting', async () => {
  await earn();
  expect(await window.send({ kind: 'pause', for: 'forever' })).toEqual({ kind: 'ok' });
  await limitBecomes(OWN_MW);
  await journalIsEmpty();
  expect(await window.send({ kind: 'resume' })).toEqual({ kind: 'ok' });
  await earning();
  window.close();
  expect(await agent.stop()).toBe(0);
  expect(readPowerLimit(card)).toBe(OWN_MW);
  expect(inJournal()).toBeUndefined();
}, 60_000);

test('a game has the whole card while it runs, and the job has 120 W again after it', async () => {
  const game = steam.install({ folder: 'Nebula', program: 'nebula', title: 'Nebula Drift' });
  await earn();
  const player = steam.run(game);
  await limitBecomes(OWN_MW);
  const playing = await window.until('the game', (s) => heldBy(s) === 'game-running');
  expect(playing.lanes[0]?.phase).toMatchObject({ because: { title: 'Nebula Drift' } });
  await window.until('the card’s own limit', (s) => s.lanes[0]?.reading?.powerLimit === 170);
  expect(player.exitCode).toBeNull();
  await journalIsEmpty();
  player.kill();
  await earning();
  window.close();
  expect(await agent.stop()).toBe(0);
}, 60_000);

test('kill -9 of the agent: its probe puts the limit back before it goes too', async () => {
  await earn();
  window.close();
  await agent.kill('agent');
  expect(readPowerLimit(card)).toBe(OWN_MW);
  expect(inJournal()).toBeUndefined();
}, 60_000);

test('kill -9 of all of it: the next start puts the limit back before it looks at the card', async () => {
  await earn();
  window.close();
  await agent.kill('all');
  // Nobody was left to put it back.
  expect(readPowerLimit(card)).toBe(OURS_MW);
  expect(inJournal()).toMatchObject({ was: 170, set: 120 });

  // An agent that may not work has no other reason to touch the limit.
  const off = { version: SETTINGS_VERSION, ...defaults, ...wishes, sharing: false };
  writeFileSync(join(machine.folder, 'settings.json'), JSON.stringify(off));
  await begin();
  const first = await window.until('a reading', (s) => s.lanes[0]?.reading?.powerLimit != null);
  expect(first.lanes[0]?.reading?.powerLimit).toBe(170);
  expect(readPowerLimit(card)).toBe(OWN_MW);
  await journalIsEmpty();

  // And killed once more while it earns: what was there is not taken for 120 W.
  expect(await window.send({ kind: 'set-sharing', on: true })).toEqual({ kind: 'ok' });
  await earning();
  window.close();
  await agent.kill('all');
  await begin();
  await earning();
  expect(await agent.stop()).toBe(0);
  expect(readPowerLimit(card)).toBe(OWN_MW);
}, 90_000);

test('kill -9 of the probe alone: the card keeps to 120 W, and has its own limit after a pause', async () => {
  await earn();
  const limitedAt = inJournal()?.at ?? 0;
  const probe = agent.processes().find(({ command }) => command.includes('probe.cjs'));
  process.kill(probe?.pid ?? 0, 'SIGKILL');
  await eventually('another probe to limit the card', () => (inJournal()?.at ?? 0) > limitedAt);
  await earning();
  expect(await window.send({ kind: 'pause', for: 'forever' })).toEqual({ kind: 'ok' });
  await limitBecomes(OWN_MW);
  await journalIsEmpty();
  window.close();
  expect(await agent.stop()).toBe(0);
}, 60_000);

test('a driver that lets only administrators set a limit: the owner is told, and work is slowed instead', async () => {
  writeGpuState(card, { cards: [{ deniesLimit: true, busyPower: 165_000 }] });
  await begin();
  await openShop(agent.exchange()).submit(countingJob('a', STEPS));
  const slowed = await window.until('the card to be slowed', ({ lanes: [one] }) => {
    const slowdown = one?.slowdown;
    return slowdown?.because === 'power' && slowdown.duty < 0.9;
  });
  expect(slowed.lanes[0]?.powerLimitTrouble).toEqual(said('powerForAdministrators'));
  expect(hero(slowed).reason.replaceAll(NBSP, ' ')).toMatch(
    /^GPU keeps to your 120 W limit by pauses: work is slowed to \d\d %\. The driver lets only/,
  );
  expect(readPowerLimit(card)).toBeNull();
  expect(inJournal()).toBeUndefined();
  window.close();
  expect(await agent.stop()).toBe(0);
}, 60_000);
