import { expect, test } from 'vitest';
import { rowsOf } from '../../../src-renderer/limits/game-rows.ts';
import type { GameRule } from '../../../src-shared/settings.ts';

const rules: GameRule[] = [
  { path: '/opt/blender/blender', title: 'Blender', verdict: 'pause' },
  { path: '/g/portal', title: 'Portal', verdict: 'ignore' },
];
const installed = [
  { title: 'Celeste', path: '/g/celeste', library: 'Steam' },
  { title: 'Portal', path: '/g/portal', library: 'Steam' },
];
const short = (search: string, games = installed) =>
  rowsOf(rules, games, search).map(
    ({ title, library, rule }) => `${title} ${library} ${rule?.verdict}`,
  );

test('the owner’s rules come first, and a game that one of them is about stands there once', () => {
  expect(short('')).toEqual([
    'Blender null pause',
    'Portal Steam ignore',
    'Celeste Steam undefined',
  ]);
});

test('a search looks through rules by name and by path', () => {
  expect(short('BLEND', [])).toEqual(['Blender null pause']);
  expect(short('/g/', [])).toEqual(['Portal null ignore']);
  expect(short('nothing', [])).toEqual([]);
});
