import { expect, test } from 'vitest';
import { openStateLog } from '../../../src-main/books/state-log.ts';
import { hero } from '../../../src-shared/moment/sentence.ts';
import { quote, type Said } from '../../../src-shared/said.ts';
import { millis, minutes } from '../../../src-shared/units.ts';
import { inEnglish } from '../../../src-shared/wording.ts';
import { snapshots } from '../../worlds/window/snapshots.ts';

const { earningTest: working, waiting, otherApp: gaming } = snapshots;
const START = 1_800_000_000_000;

/** A log over books that take a row, or refuse it. */
function openLog() {
  const rows: (readonly [minute: number, state: string, label: string])[] = [];
  const notices: string[] = [];
  let trouble: Said | null = null;
  const log = openStateLog(
    {
      recordState: (at, state, label) => {
        rows.push([(at - START) / minutes(1), state, label]);
        return trouble === null ? { kind: 'ok' } : { kind: 'unwritten', detail: trouble };
      },
    },
    (what) => notices.push(inEnglish(what)),
    () => ({}),
  );
  return {
    rows,
    notices,
    refuse: (detail: string | null) => {
      trouble = detail === null ? null : quote(detail);
    },
    at: (minute: number, snapshot: typeof working) =>
      log.write({ ...snapshot, takenAt: millis(START + minute * minutes(1)) }),
  };
}

test('a state that lasts is said again each minute, so that a kill leaves no more than one uncounted', () => {
  const { rows, at } = openLog();
  for (let second = 0; second <= 150; second++) at(second / 60, waiting);
  expect(rows.map(([minute]) => minute)).toEqual([0, 1, 2]);
});

test('a change is written at once, and so is the change back', () => {
  const { rows, at } = openLog();
  at(0, waiting);
  at(0.1, working);
  at(0.2, waiting);
  expect(rows.map(([minute, state]) => [minute, state])).toEqual([
    [0, hero(waiting).state],
    [0.1, hero(working).state],
    [0.2, hero(waiting).state],
  ]);
  expect(hero(working).state).not.toBe(hero(waiting).state);
});

test('only a pause keeps a name: which program it was', () => {
  const { rows, at } = openLog();
  at(0, gaming);
  at(0.1, working);
  expect(hero(gaming).state).toBe('paused');
  expect(rows).toEqual([
    [0, 'paused', hero(gaming).short],
    [0.1, hero(working).state, ''],
  ]);
});

test('a clock that is set back loses nothing of what is then', () => {
  const { rows, at } = openLog();
  at(60, waiting);
  at(0, waiting);
  expect(rows.map(([minute]) => minute)).toEqual([60, 0]);
});

test('a disk that takes no row is told to the owner, and not again before the next row is due', () => {
  const { notices, refuse, at } = openLog();
  refuse('The disk is full.');
  at(0, waiting);
  at(0.5, waiting);
  expect(notices).toEqual(['The disk is full.']);
  refuse(null);
  at(1, waiting);
  expect(notices).toHaveLength(1);
});
