import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CardPower } from '../../../src-main/telemetry/card/power.ts';
import { openPowerJournal, type PowerJournal } from '../../../src-main/telemetry/power-journal.ts';
import { openPowerKeeper } from '../../../src-main/telemetry/power-keeper.ts';
import { LaneId } from '../../../src-shared/gpu.ts';
import { millis, type Watts, watts } from '../../../src-shared/units.ts';

const lane = LaneId.parse('GPU-0');
const change = { was: watts(170), set: watts(120), at: millis(1_800_000_000_000) };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'offpeak-journal-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const open = () => openPowerJournal(folder, () => change.at);
const hostile = (text: string) => writeFileSync(join(folder, 'power-limits.json'), text);

test('what is noted down is there for whoever comes next, until it is struck out', () => {
  open().add(lane, change);
  const next = open();
  expect([...next.changed()]).toEqual([[lane, change]]);
  next.remove(lane);
  expect(open().changed().size).toBe(0);
});

test.each([
  ['no JSON', 'was: 170'],
  ['nothing', ''],
  ['another shape', '[170, 120]'],
  ['limits that are no numbers', `{"GPU-0":{"was":"all","set":120,"at":1}}`],
  ['a limit below zero', `{"GPU-0":{"was":-170,"set":120,"at":1}}`],
  ['a limit that no card takes', `{"GPU-0":{"was":1e9,"set":120,"at":1}}`],
  ['a lane without a name', `{"":{"was":170,"set":120,"at":1}}`],
  ['a name without end', `{"${'G'.repeat(5000)}":{"was":170,"set":120,"at":1}}`],
  ['too much', `{"GPU-0":{"was":170,"set":120,"at":1},"x":"${'x'.repeat(100_000)}"}`],
])('a journal with %s says nothing about any card, and is kept aside', (_what, text) => {
  hostile(text);
  const journal = open();
  expect(journal.changed().size).toBe(0);
  expect(readdirSync(folder)).toEqual([expect.stringMatching(/^power-limits\.corrupt-.*\.json$/)]);
  journal.add(lane, change);
  expect(open().changed().get(lane)).toEqual(change);
});

test('names that mean something to JavaScript are lanes that nobody has', () => {
  hostile(`{"__proto__":{"was":170,"set":120,"at":1},"constructor":{"was":170,"set":120,"at":1}}`);
  const keeper = openPowerKeeper(open(), () => null);
  keeper.tidy();
  keeper.leave();
  expect(open().changed().has(lane)).toBe(false);
});

/** A card between 100 and 200 W whose owner has set 170 W. */
function ownersCard(before: () => void = () => {}) {
  let limit = watts(170);
  const power: CardPower = {
    min: watts(100),
    max: watts(200),
    read: () => limit,
    set: (wish) => {
      before();
      limit = wish;
      before();
      return null;
    },
  };
  return { power, now: (): Watts => limit };
}

test('a journal cannot make us touch a limit that is not the one it says we set', () => {
  hostile(`{"GPU-0":{"was":199,"set":120,"at":1},"GPU-9":{"was":199,"set":170,"at":1}}`);
  const card = ownersCard();
  openPowerKeeper(open(), (which) => (which === lane ? card.power : null)).tidy();
  expect(card.now()).toBe(170);
  // The other card may come back one day.
  expect([...open().changed().keys()]).toEqual(['GPU-9']);
});

class Killed extends Error {}

test('killed at any moment, the next start leaves the card as its owner had it', () => {
  /** One life that ends at its nth step; true where it was killed. */
  const live = (steps: number): boolean => {
    rmSync(join(folder, 'power-limits.json'), { force: true });
    let left = steps;
    const step = () => {
      if (left-- === 0) throw new Killed();
    };
    const card = ownersCard(step);
    const journal = open();
    const mortal: PowerJournal = {
      changed: journal.changed,
      add: (...words) => {
        step();
        journal.add(...words);
        step();
      },
      remove: (which) => {
        step();
        journal.remove(which);
        step();
      },
    };
    const keeper = openPowerKeeper(mortal, () => card.power);
    let killed = false;
    try {
      for (const wish of [120, 150, 110, null, 130])
        expect(keeper.limit(lane, wish === null ? null : watts(wish))).toBeNull();
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      killed = true;
    }
    left = Number.POSITIVE_INFINITY;
    openPowerKeeper(open(), () => card.power).tidy();
    expect(card.now(), `after ${steps} steps`).toBe(170);
    expect(open().changed().size).toBe(0);
    return killed;
  };
  let steps = 0;
  while (live(steps)) steps++;
  expect(steps).toBeGreaterThan(20);
});
