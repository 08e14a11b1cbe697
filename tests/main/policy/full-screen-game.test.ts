import { expect, test } from 'vitest';
import {
  type FullScreenProgram,
  fullScreenGame,
} from '../../../src-main/policy/full-screen-game.ts';
import { reading } from '../../worlds/machine.ts';
import { program } from './circumstances.ts';

const inFront: FullScreenProgram = { pid: 77, path: '/opt/nebula/nebula', title: 'Nebula Drift' };
const runner = program({ pid: 5, name: 'runner', load: 0.9, ours: true });
const withLoad = (load: number | null) => reading({ programs: [program({ load })] });

test('a program that has the screen to itself and draws is played', () => {
  expect(fullScreenGame(inFront, [withLoad(0.84)])).toEqual(inFront);
  expect(fullScreenGame(inFront, [withLoad(0.15)])).toEqual(inFront);
});

test('a film in full screen is no game', () => {
  expect(fullScreenGame(inFront, [withLoad(0.14)])).toBeNull();
});

test('a desktop on which nothing has the screen to itself is no game, however busy the card', () => {
  expect(fullScreenGame(null, [withLoad(0.84)])).toBeNull();
});

test('a program that is on no card is no game, however busy others keep the card', () => {
  const others = reading({ load: 0.9, programs: [program({ pid: 78 })] });
  expect(fullScreenGame(inFront, [others])).toBeNull();
  expect(fullScreenGame(inFront, [])).toBeNull();
});

test('on two cards, the one that it draws on tells', () => {
  expect(fullScreenGame(inFront, [reading(), withLoad(0.84)])).toEqual(inFront);
  expect(fullScreenGame(inFront, [withLoad(0.02), withLoad(0.84)])).toEqual(inFront);
});

test('our own window in full screen is no game', () => {
  const ours = reading({ programs: [program({ ours: true })] });
  expect(fullScreenGame(inFront, [ours])).toBeNull();
});

test('a game that starts while a job keeps the card busy is told by its own load', () => {
  const both = (load: number) => reading({ load: 1, programs: [runner, program({ load })] });
  expect(fullScreenGame(inFront, [both(0.3)])).toEqual(inFront);
  expect(fullScreenGame(inFront, [both(0.02)])).toBeNull();
});

test('where the driver tells the load of the card only, a busy card means a game', () => {
  const windows = (load: number | null) => reading({ load, programs: [program({ load: null })] });
  expect(fullScreenGame(inFront, [windows(0.6)])).toEqual(inFront);
  expect(fullScreenGame(inFront, [windows(0.05)])).toBeNull();
  expect(fullScreenGame(inFront, [windows(null)])).toBeNull();
});

test('a job of ours that keeps such a card busy is not taken for a game in front', () => {
  const programs = [runner, program({ load: null })];
  expect(fullScreenGame(inFront, [reading({ load: 1, programs })])).toBeNull();
});
