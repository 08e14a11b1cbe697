import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Event } from '../../../src-main/agent/event.ts';
import { runningGames } from '../../../src-main/agent/game-cards.ts';
import { phaseOf } from '../../../src-main/agent/lane.ts';
import { type Gpu, LaneId } from '../../../src-shared/gpu.ts';
import { millis, minutes, seconds } from '../../../src-shared/units.ts';
import {
  away,
  card,
  empty,
  game,
  live,
  reading,
  sharing,
  T0,
  working,
} from '../../worlds/machine.ts';

const film = { pid: 77, path: '/opt/player/player', title: 'player' };
const starts: Event = { kind: 'game-started', at: T0, game };
const ends: Event = { kind: 'game-ended', at: T0, pid: game.pid };
const inFront = (program: typeof game | null, at = T0): Event => ({
  kind: 'screen-changed',
  at,
  program,
});

/** The card is read: the program of this pid keeps it so busy. */
const drawing = (load: number, pid = game.pid) => ({
  ...away,
  readings: [reading({ programs: [{ pid, memory: null, load, name: 'hl2', ours: false }] })],
});

/** The pids of what counts as a game after all that. */
const played = (...events: readonly Event[]) =>
  runningGames(live(working(), events).agent).map(({ pid }) => pid);

test('a game that leaves full screen holds the card as long as its library says that it runs', () => {
  const known = [inFront(game), drawing(0.8), starts];
  expect(played(...known)).toEqual([game.pid]);
  expect(played(...known, inFront(null), drawing(0.8))).toEqual([game.pid]);
  expect(played(...known, inFront(null), ends)).toEqual([]);
});

test('a game whose library forgets it holds the card as long as it has the screen and draws', () => {
  const forgotten = [starts, inFront(game), drawing(0.8), ends];
  expect(played(...forgotten)).toEqual([game.pid]);
  expect(played(...forgotten, inFront(null))).toEqual([]);
  expect(played(...forgotten, drawing(0.01))).toEqual([]);
});

test('a film in full screen is no game', () => {
  expect(played(inFront(film), drawing(0.1, film.pid))).toEqual([]);
});

test('a film on the one screen does not end the game on the other', () => {
  expect(played(starts, inFront(game), drawing(0.8), inFront(film), drawing(0.8))).toEqual([
    game.pid,
  ]);
});

test('another program under the number of the game that was is judged for itself', () => {
  const reused = { ...film, pid: game.pid };
  const { agent } = live(working(), [
    inFront(game),
    drawing(0.8),
    inFront(reused, millis(T0 + seconds(5))),
    drawing(0.01),
  ]);
  expect(runningGames(agent)).toEqual([]);
  expect(agent.inFront).toEqual({ ...reused, since: T0 + seconds(5) });
});

test('a program that is told once more is in front since it first was', () => {
  const again = inFront(game, millis(T0 + minutes(1)));
  expect(live(working(), [inFront(game), again]).agent.inFront?.since).toBe(T0);
});

test('a job ends in the same breath in which the program that draws takes the whole screen', () => {
  const { effects } = live(working(), [drawing(0.2), inFront(game)]);
  expect(effects.slice(-2)).toEqual([
    { kind: 'evict', lane: card.lane },
    {
      kind: 'release',
      lease: 'L1',
      because: { kind: 'game-running', title: game.title, path: game.path },
    },
  ]);
});

test('a card beside the one on which a full-screen game is played goes on earning', () => {
  const second: Gpu = { ...card, lane: LaneId.parse('GPU-1'), index: 1 };
  const at = millis(T0 + minutes(1));
  const { agent } = live({ ...empty, settings: { ...sharing, when: { kind: 'always' } } }, [
    { kind: 'gpus-found', at: T0, gpus: [card, second] },
    inFront(game),
    {
      ...drawing(0.8),
      at,
      readings: [...drawing(0.8).readings, { ...reading(), lane: second.lane }],
    },
  ]);
  expect(agent.lanes.map((lane) => phaseOf(lane).kind)).toEqual(['held', 'seeking']);
});

type Word =
  | 'library starts'
  | 'library ends'
  | 'to the front'
  | 'from the front'
  | 'draws'
  | 'rests';

test('whatever comes in whatever order, a game runs exactly while its library or the screen has it', () => {
  const told: Readonly<Record<Word, Event>> = {
    'library starts': starts,
    'library ends': ends,
    'to the front': inFront(game),
    'from the front': inFront(null),
    draws: drawing(0.8),
    rests: drawing(0),
  };
  const word = fc.constantFrom<Word>(...(Object.keys(told) as Word[]));
  fc.assert(
    fc.property(fc.array(word, { maxLength: 30 }), (words) => {
      const last = (yes: Word, no: Word) => words.lastIndexOf(yes) > words.lastIndexOf(no);
      const runs =
        last('library starts', 'library ends') ||
        (last('to the front', 'from the front') && last('draws', 'rests'));
      expect(played(...words.map((one) => told[one]))).toEqual(runs ? [game.pid] : []);
    }),
  );
});
