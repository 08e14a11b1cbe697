import { existsSync, readdirSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { floorPlan, type Room } from './floor-plan.ts';
import { circlesOf, importsOf, placeOf, repository, sources, targetOf, textOf } from './sources.ts';

/** A file longer than this hides a second noun. */
const LONGEST_FILE = 300;
/** More files than these in one folder, and nobody finds anything. */
const FULLEST_FOLDER = 30;
/** Files beside the folders of the two largest rooms: what puts them together, and nothing else. */
const FLOORS = { 'src-main': 6, 'src-renderer': 8 } as const;
/** The vocabulary is looked up by name, like a dictionary. */
const MAY_BE_FLAT = ['src-shared'];
/** Names of places for things without a noun. */
const NO_NOUN = /^(?:utils?|helpers?|common|libs?|services?|misc|core|types)$/;
/** Tools that read these insist on a default export: the configurations, and Playwright's global set-up. */
const READ_BY_TOOLS = /(?:\.config|tests.electron.worlds)\.ts$/;

const isBuiltin = (name: string) =>
  name.startsWith('node:') && builtinModules.includes(name.slice('node:'.length));

/** Null when this import is allowed, else what is wrong with it. */
function trouble(file: string, name: string): string | null {
  const { room: roomName, folder } = placeOf(file);
  const room = floorPlan[roomName];
  if (!room) return `${roomName} is not in the floor plan`;
  if (!name.startsWith('.')) {
    const welcome = room.packages.some(
      ({ name: known, under }) =>
        known.test(name) &&
        (!name.startsWith('node:') || isBuiltin(name)) &&
        isUnder(folder, under),
    );
    return welcome ? null : `${file} imports ${name}`;
  }
  const target = placeOf(targetOf(file, name));
  if (target.room === roomName) {
    const welcome = target.folder === folder || room.folders[folder]?.includes(target.folder);
    return welcome ? null : `${file} reaches into ${roomName}/${target.folder}`;
  }
  const door = room.rooms[target.room];
  const welcome = door && (!door.under || door.under.some((under) => isUnder(folder, under)));
  return welcome ? null : `${file} reaches into ${target.room}`;
}

const isUnder = (folder: string, under: string | undefined): boolean =>
  under === undefined || folder === under || folder.startsWith(`${under}/`);

const inThePlan = Object.keys(floorPlan).flatMap(sources);
const importing = inThePlan.map((file) => ({ file, names: importsOf(textOf(file)) }));

describe.each(Object.entries(floorPlan))('%s', (roomName, room: Room) => {
  const ours = importing.filter(({ file }) => placeOf(file).room === roomName);

  test('imports only the rooms, folders and packages it was promised', () => {
    const wrong = ours.flatMap(({ file, names }) =>
      names.flatMap((name) => trouble(file, name) ?? []),
    );
    expect(wrong).toEqual([]);
  });

  test('is drawn as it stands: every folder, and no arrow that nobody uses', () => {
    const used = new Map<string, Set<string>>();
    for (const { file, names } of ours) {
      const { folder } = placeOf(file);
      const to = used.get(folder) ?? new Set();
      used.set(folder, to);
      for (const name of names.filter((one) => one.startsWith('.'))) {
        const target = placeOf(targetOf(file, name));
        if (target.room === roomName && target.folder !== folder) to.add(target.folder);
      }
    }
    const drawn = Object.entries(room.folders).map(([from, to]) => [from, [...to].sort()]);
    const found = [...used].map(([from, to]) => [from, [...to].sort()]);
    expect(Object.fromEntries(drawn)).toEqual(Object.fromEntries(found));
  });
});

test('an import is seen however it is written', () => {
  const text = [
    "import { a } from 'one';",
    'import type { B } from "two";',
    "import 'three';",
    "const d = await import('four');",
    "export { e } from './five.ts';",
    "const f = require('six');",
    "import {\n  g,\n} from 'seven';",
    "// import 'eight';",
    "Buffer.from('nine'); Array.from( 'ten');",
  ].join('\n');
  expect(importsOf(text)).toEqual(['one', 'two', 'three', 'four', './five.ts', 'six', 'seven']);
});

test('a stranger, a wrong room and a wrong folder are all noticed', () => {
  const agent = 'src-main/agent/agent.ts';
  expect(trouble(agent, 'electron')).toBe(`${agent} imports electron`);
  expect(trouble('src-main/shell/tray.ts', 'electron')).toBeNull();
  expect(trouble(agent, 'viem')).toBe(`${agent} imports viem`);
  expect(trouble('src-shared/job.ts', 'node:fs')).toBe('src-shared/job.ts imports node:fs');
  expect(trouble('src-runner/cuda/cuda.ts', '../../src-main/agent/agent.ts')).toContain('src-main');
  expect(trouble(agent, '../../src-shared/job.ts')).toBeNull();
  expect(trouble(agent, '../policy/policy.ts')).toBeNull();
  expect(trouble('src-main/policy/policy.ts', '../agent/agent.ts')).toContain('src-main/agent');
  expect(trouble('src-main/window/server.ts', '../../src-exchange/exchange.ts')).toContain(
    'exchange',
  );
});

test('no file and no folder reaches itself through others', () => {
  const files = new Map<string, string[]>();
  const folders = new Map<string, Set<string>>();
  for (const { file, names } of importing) {
    const targets = names
      .filter((name) => name.startsWith('.'))
      .map((name) => targetOf(file, name));
    files.set(file, targets);
    const at = file.slice(0, file.lastIndexOf('/'));
    const to = folders.get(at) ?? new Set();
    folders.set(at, to);
    for (const target of targets) {
      const other = target.slice(0, target.lastIndexOf('/'));
      if (other !== at) to.add(other);
    }
  }
  expect(circlesOf(files)).toEqual([]);
  expect(circlesOf(folders)).toEqual([]);
});

test('a circle is found, and a straight line is none', () => {
  const arrows = (pairs: string[]) =>
    new Map(pairs.map((pair) => [pair[0] ?? '', [pair[1] ?? '']]));
  expect(circlesOf(arrows(['ab', 'bc', 'ca', 'da']))).toEqual([['a', 'b', 'c']]);
  expect(circlesOf(arrows(['ab', 'bc', 'cd']))).toEqual([]);
});

describe('every room', () => {
  const rooms = [...Object.keys(floorPlan), 'src-setup', 'tests'];
  const files = rooms.flatMap(sources);

  test('is in the plan', () => {
    const there = readdirSync(repository).filter((name) => name.startsWith('src-'));
    expect(there.sort()).toEqual([...Object.keys(floorPlan), 'src-setup'].sort());
  });

  test('has no file so long that it hides a second noun', () => {
    const long = files.filter((file) => textOf(file).split('\n').length - 1 > LONGEST_FILE);
    expect(long).toEqual([]);
  });

  test('keeps every folder small enough to be read at a glance, and its floor free', () => {
    const folders = [...new Set(files.map((file) => file.slice(0, file.lastIndexOf('/'))))];
    const filesIn = (folder: string) =>
      readdirSync(join(repository, folder), { withFileTypes: true }).filter((one) => one.isFile());
    const full = folders.filter(
      (folder) => !MAY_BE_FLAT.includes(folder) && filesIn(folder).length > FULLEST_FOLDER,
    );
    expect(full).toEqual([]);
    for (const [room, most] of Object.entries(FLOORS))
      expect(filesIn(room).length, room).toBeLessThanOrEqual(most);
  });

  test('gives every folder and file a noun', () => {
    const nameless = files.filter((file) => {
      const parts = file.split('/').map((part) => part.replace(/\..*$/, ''));
      return parts.some((part) => NO_NOUN.test(part)) || parts.at(-1) === 'index';
    });
    expect(nameless).toEqual([]);
  });

  test('names only paths that exist', () => {
    const gone = files.flatMap((file) =>
      [...textOf(file).matchAll(/\b(?:src-[a-z]+|tests)\/[\w./-]+\.(?:ts|tsx|mjs|cjs)\b/g)]
        .map(([path]) => path)
        .filter((path) => !path.startsWith('tests/house/') && !existsSync(join(repository, path)))
        .map((path) => `${file} names ${path}`),
    );
    expect(gone).toEqual([]);
  });

  test('exports by name; only files that a tool reads have a default', () => {
    const byDefault = files.filter(
      (file) =>
        !READ_BY_TOOLS.test(file) &&
        /^export (?:default\b|\{[^}]*\bas default\b)/m.test(textOf(file)),
    );
    expect(byDefault).toEqual([]);
  });
});
