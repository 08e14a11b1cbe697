import { expect, test } from 'vitest';
import type { Effect, Event } from '../../../src-main/agent/event.ts';
import { phaseOf } from '../../../src-main/agent/lane.ts';
import type { Agent } from '../../../src-main/agent/state.ts';
import { openDispatch } from '../../../src-main/dispatch.ts';
import { obey } from '../../../src-main/owner/commands.ts';
import { openControls } from '../../../src-main/owner/controls.ts';
import { openNotices } from '../../../src-main/owner/notices.ts';
import { openSettings } from '../../../src-main/settings/store.ts';
import { said } from '../../../src-shared/said.ts';
import type { Settings } from '../../../src-shared/settings.ts';
import { hours, type Millis, millis } from '../../../src-shared/units.ts';
import { Command, type Reply } from '../../../src-shared/window-protocol.ts';
import { away, card, empty, found, live, sharing, T0, working } from '../../worlds/machine.ts';

const { lane } = card;
const ok: Reply = { kind: 'ok' };
const seeking = (): Agent => live(empty, [found, away]).agent;

/** An agent whose owner gives orders, and everything that comes of them, in order. */
function openOwner({ first = working(), full = false }: { first?: Agent; full?: boolean } = {}) {
  const deeds: string[] = [];
  const effects: Effect[] = [];
  const heard: Event[] = [];
  const files: Settings[] = [];
  let now: Millis = millis(T0 + 1000);
  const heart = openDispatch(first, () => ({
    performAll: (all) => {
      effects.push(...all);
      deeds.push(...all.map(({ kind }) => kind));
    },
    log: () => {},
    show: () => {},
    stir: () => {},
    keepPace: () => {},
  }));
  const { settings } = openSettings({
    read: () => first.settings,
    write: (next) => {
      deeds.push('write');
      if (full) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
      files.push(next);
    },
    keepAside: () => 'settings.corrupt.json',
  });
  const notices = openNotices(() => {});
  const controls = openControls({
    ...heart,
    dispatch: (event) => {
      heard.push(event);
      heart.dispatch(event);
    },
    settings,
    clock: () => now,
    session: { retryNow: () => deeds.push('line') },
    examples: { run: (id) => deeds.push(`run ${id}`), show: () => said('noResults') },
    notices,
    senses: {
      // What is looked at anew is looked at under the rules of that moment.
      recheck: () => deeds.push(`recheck under ${heart.agent().settings.games.length} rules`),
      rescan: () => deeds.push('rescan'),
    },
    startAtLogin: (on) => (on ? said('loginNotHere') : null),
    show: () => deeds.push('show'),
    watchEarnings: (range) => deeds.push(`watch ${range}`),
  });
  return {
    ...heart,
    deeds,
    effects,
    heard,
    notices,
    order: (command: object) => obey(Command.parse(command), controls),
    /** What a start after a kill would find. */
    disk: () => files.at(-1),
    pass: (time: Millis) => {
      now = millis(now + time);
    },
  };
}

test('a card is given back before the disk is told that its owner shares no more', () => {
  const { order, deeds, disk } = openOwner();
  expect(order({ kind: 'set-sharing', on: false })).toEqual(ok);
  expect(deeds.slice(0, 2)).toEqual(['evict', 'release']);
  expect(deeds.at(-1)).toBe('write');
  expect(disk()).toMatchObject({ sharing: false });
});

test('what the owner wants holds even where the disk takes nothing, and they are told so', () => {
  const { order, agent, effects } = openOwner({ full: true });
  expect(order({ kind: 'set-sharing', on: false })).toMatchObject({ kind: 'refused' });
  expect(agent().settings.sharing).toBe(false);
  expect(effects.map(({ kind }) => kind)).toContain('evict');
});

test('sharing that only a speed test borrowed is never written down, whatever else the owner changes meanwhile', () => {
  const first = live(empty, [found, away]).agent;
  const off = { ...first, settings: { ...sharing, sharing: false } };
  const { order, agent, disk } = openOwner({ first: off });
  expect(order({ kind: 'run-speed-test', lane, lend: true })).toEqual(ok);
  expect(agent().settings.sharing).toBe(true);
  order({ kind: 'change-settings', patch: { theme: 'dark' } });
  expect(disk()).toMatchObject({ sharing: false, theme: 'dark' });
  expect(agent().settings).toMatchObject({ sharing: true, theme: 'dark' });
  // Their own word makes it theirs.
  order({ kind: 'set-sharing', on: true });
  expect(disk()).toMatchObject({ sharing: true, theme: 'dark' });
  order({ kind: 'stop-speed-test' });
  expect(agent().settings.sharing).toBe(true);
});

test('a rule about a program is applied at once to what runs, and no other change has every program looked at', () => {
  const { order, deeds } = openOwner();
  order({ kind: 'change-settings', patch: { theme: 'dark' } });
  expect(deeds.filter((deed) => deed.startsWith('recheck'))).toEqual([]);
  order({ kind: 'always-pause', path: '/opt/render', title: 'Render' });
  expect(deeds.filter((deed) => deed.startsWith('recheck'))).toEqual(['recheck under 1 rules']);
});

test('a pause of an hour ends an hour after it was ordered, and the card works again then', () => {
  const { order, agent, disk, dispatch, pass } = openOwner();
  order({ kind: 'pause', for: hours(1) });
  const until = T0 + 1000 + hours(1);
  expect(disk()).toMatchObject({ pausedUntil: until });
  expect(agent().lanes.map(phaseOf)).toMatchObject([{ kind: 'held' }]);
  pass(hours(1));
  dispatch({ ...away, at: millis(until) });
  expect(agent().lanes.map(phaseOf)).toMatchObject([{ kind: 'seeking' }]);
});

test('"try again" tries both what rests after crashes and the line', () => {
  const gaveUp = seeking();
  const trouble = { kind: 'gave-up', detail: said('booksFull') } as const;
  const lanes = gaveUp.lanes.map((one) => ({ ...one, trouble }));
  const first = live({ ...gaveUp, lanes }, [away]).agent;
  const { order, agent, deeds } = openOwner({ first });
  expect(agent().lanes.map(phaseOf)).toMatchObject([{ kind: 'given-up' }]);
  expect(order({ kind: 'try-again' })).toEqual(ok);
  expect(deeds[0]).toBe('line');
  expect(agent().lanes.map(phaseOf)).toMatchObject([{ kind: 'seeking' }]);
});

test('an order for one card reaches that card, at the moment it is given', () => {
  const { order, effects, heard, agent } = openOwner();
  order({ kind: 'skip-job', lane });
  expect(effects).toEqual([{ kind: 'yield', lane, lease: 'L1' }]);
  order({ kind: 'run-speed-test', lane });
  expect(agent().speedTest).toMatchObject({ kind: 'running', test: { gpu: card } });
  expect(order({ kind: 'run-speed-test', lane })).toMatchObject({
    kind: 'refused',
    detail: said('speedRunning'),
  });
  order({ kind: 'stop-speed-test' });
  expect(agent().speedTest.kind).toBe('idle');
  expect(heard.map(({ kind }) => kind)).toEqual([
    'skipped',
    'settings-changed',
    'start-now',
    'measure',
    'stop-measuring',
  ]);
  expect(new Set(heard.map(({ at }) => at))).toEqual(new Set([T0 + 1000]));
});

test('"start now" does not wait until the owner is away', () => {
  const at = { ...away, idleFor: millis(0) };
  const { order, agent } = openOwner({ first: live(empty, [found, at]).agent });
  expect(agent().lanes.map(phaseOf)).toMatchObject([{ because: { kind: 'owner-active' } }]);
  order({ kind: 'start-now' });
  expect(agent().lanes.map(phaseOf)).toMatchObject([{ kind: 'seeking' }]);
});

test('an example is handed in once sharing is on, and what cannot be shown or arranged is said', () => {
  const { order, deeds, agent } = openOwner({ first: seeking() });
  order({ kind: 'set-sharing', on: false });
  deeds.length = 0;
  expect(order({ kind: 'run-example', example: 'scene' })).toEqual(ok);
  expect(agent().settings.sharing).toBe(true);
  expect(deeds.at(-1)).toBe('run scene');
  expect(order({ kind: 'show-results', example: 'scene' })).toEqual({
    kind: 'refused',
    detail: said('noResults'),
  });
  expect(order({ kind: 'start-at-login', on: true })).toMatchObject({ kind: 'refused' });
  expect(order({ kind: 'start-at-login', on: false })).toEqual(ok);
});

test('a notice that was read is gone; a look for games is drawn when it is done', () => {
  const { order, notices, deeds } = openOwner();
  notices.add(said('booksFull'));
  order({ kind: 'dismiss-notice', notice: notices.all()[0]?.id });
  expect(notices.all()).toEqual([]);
  order({ kind: 'scan-games' });
  order({ kind: 'watch-earnings', range: '7d' });
  expect(deeds).toEqual(['rescan', 'show', 'watch 7d']);
});
