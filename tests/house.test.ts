import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const repository = fileURLToPath(new URL('..', import.meta.url));

const NODE = new RegExp(`^node:(?:${builtinModules.join('|')})$`);
/** A file longer than this hides a second noun. */
const LONGEST_FILE = 300;
/** Names of places for things without a noun. */
const NO_NOUN = /^(?:utils?|helpers?|common|libs?|services?|misc|core|types)$/;

/** Tools that read these insist on a default export: the configurations, and Playwright's global set-up. */
const READ_BY_TOOLS = /(?:\.config|tests.electron.worlds)\.ts$/;

type Guest = {
  readonly package: RegExp;
  /** Only files under this folder of the room may let the guest in. */
  readonly under?: string;
};
type Room = { readonly rooms: readonly string[]; readonly guests: readonly Guest[] };

const guest = (name: RegExp, under?: string): Guest =>
  under === undefined ? { package: name } : { package: name, under };

/** The compiler checks rooms too (project references); packages are checked here alone. */
const house: Readonly<Record<string, Room>> = {
  'src-shared': { rooms: [], guests: [guest(/^(?:zod|intl-messageformat)$/)] },
  'src-network': {
    rooms: ['src-shared'],
    guests: [guest(NODE), guest(/^(?:ws|zod|viem(?:\/.+)?)$/)],
  },
  'src-runner': {
    rooms: ['src-shared'],
    guests: [guest(NODE), guest(/^(?:zod|koffi|node-llama-cpp|webgpu)$/)],
  },
  'src-exchange': {
    rooms: ['src-shared'],
    guests: [
      guest(NODE),
      guest(/^(?:ws|zod|libsql|pngjs|hono(?:\/.+)?|@hono\/node-server(?:\/.+)?)$/),
      guest(/^(?:viem(?:\/.+)?|csv-parse(?:\/.+)?)$/),
    ],
  },
  'src-main': {
    rooms: ['src-shared', 'src-network', 'src-exchange'],
    guests: [
      guest(NODE),
      guest(/^(?:ws|zod|koffi|libsql|systeminformation)$/),
      guest(/^(?:electron|electron-store|electron-log(?:\/.+)?)$/, 'shell'),
    ],
  },
  'src-renderer': {
    rooms: ['src-shared'],
    guests: [
      // zod: the window has its own border, where pictures come in.
      guest(/^(?:zod|(?:react|react-dom|recharts)(?:\/.+)?)$/),
      guest(/^@(?:mantine|tabler|fontsource-variable)\/.+$/),
    ],
  },
};

const SOURCE = /\.(?:ts|tsx|mts|mjs|cjs)$/;

function sources(folder: string): string[] {
  return readdirSync(join(repository, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => SOURCE.test(name) && !name.includes('node_modules'))
    .map((name) => join(folder, name));
}

/** What a file imports, static and dynamic, types included; comments hold no imports. */
function importsOf(text: string): string[] {
  const code = text.replaceAll(/^\s*(?:\/\/|\*|\/\*).*$/gm, '');
  const found = code.matchAll(
    /(?:(?<![.\w])(?:from|import)\s+|\b(?:import|require)\s*\(\s*)(['"])([^'"\n]+)\1/g,
  );
  return [...found].map(([, , name = '']) => name);
}

/** Null when this import is allowed, else what is wrong with it. */
function trouble(roomName: string, room: Room, file: string, name: string): string | null {
  if (name.startsWith('.')) {
    const target = relative(repository, join(repository, dirname(file), name));
    const [other = ''] = target.split(/[\\/]/);
    if (other === roomName || room.rooms.includes(other)) return null;
    return `${file} reaches into ${other}`;
  }
  const inRoom = relative(roomName, file);
  const welcome = room.guests.some(
    (each) =>
      each.package.test(name) && (each.under === undefined || inRoom.startsWith(`${each.under}/`)),
  );
  return welcome ? null : `${file} imports ${name}`;
}

describe.each(Object.entries(house))('%s', (roomName, room) => {
  test('imports only the rooms and packages it was promised', () => {
    const wrong = sources(roomName).flatMap((file) =>
      importsOf(readFileSync(join(repository, file), 'utf8')).flatMap(
        (name) => trouble(roomName, room, file, name) ?? [],
      ),
    );
    expect(wrong).toEqual([]);
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
  const seen = (room: string, file: string, name: string) => {
    const found = house[room];
    return found === undefined ? 'no such room' : trouble(room, found, `${room}/${file}`, name);
  };
  expect(seen('src-main', 'agent.ts', 'electron')).toBe('src-main/agent.ts imports electron');
  expect(seen('src-main', 'shell/tray.ts', 'electron')).toBeNull();
  expect(seen('src-main', 'agent.ts', 'viem')).toBe('src-main/agent.ts imports viem');
  expect(seen('src-shared', 'job.ts', 'node:fs')).toBe('src-shared/job.ts imports node:fs');
  expect(seen('src-runner', 'cuda.ts', '../src-main/agent.ts')).toContain('reaches into src-main');
  expect(seen('src-main', 'agent.ts', '../src-shared/job.ts')).toBeNull();
});

describe('every room', () => {
  const rooms = [...Object.keys(house), 'src-setup', 'tests'];
  const files = rooms.flatMap(sources);

  test('has no file so long that it hides a second noun', () => {
    const long = files.filter(
      (file) => readFileSync(join(repository, file), 'utf8').split('\n').length - 1 > LONGEST_FILE,
    );
    expect(long).toEqual([]);
  });

  test('gives every folder and file a noun', () => {
    const nameless = files.filter((file) => {
      const parts = file.split(/[\\/]/).map((part) => part.replace(/\..*$/, ''));
      return parts.some((part) => NO_NOUN.test(part)) || parts.at(-1) === 'index';
    });
    expect(nameless).toEqual([]);
  });

  test('exports by name; only files that a tool reads have a default', () => {
    const byDefault = files.filter(
      (file) =>
        !READ_BY_TOOLS.test(file) &&
        /^export (?:default\b|\{[^}]*\bas default\b)/m.test(
          readFileSync(join(repository, file), 'utf8'),
        ),
    );
    expect(byDefault).toEqual([]);
  });
});
