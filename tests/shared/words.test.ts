import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import IntlMessageFormat from 'intl-messageformat';
import { describe, expect, test } from 'vitest';
import type { Catalog, Words } from '../../src-shared/language/language.ts';
import { sayable } from '../../src-shared/said.ts';
import { diskWords } from '../../src-shared/words/disk-words.ts';
import { driverWords } from '../../src-shared/words/driver-words.ts';
import { jobWords } from '../../src-shared/words/job-words.ts';
import { networkWords } from '../../src-shared/words/network-words.ts';
import { orderWords } from '../../src-shared/words/order-words.ts';
import { runnerWords } from '../../src-shared/words/runner-words.ts';
import { verdictWords } from '../../src-shared/words/verdict-words.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const ROOMS = [
  'src-shared',
  'src-main',
  'src-network',
  'src-disk',
  'src-buyer',
  'src-exchange',
  'src-runner',
  'src-renderer',
];

/** What is said alike in both languages: names, and words that German took over. */
const ALIKE = [
  '/h',
  'AI Horde',
  'BOINC',
  'CSV',
  'Details',
  'Embeddings',
  'FP16',
  'FP32',
  'Folding@home',
  'GPU',
  'GPU {index}',
  'INT32',
  'Offline',
  'Offpeak',
  'Sandbox',
  'Status',
  'System',
  'Test',
  'VRAM',
  'Version {version}',
  'minus',
  '{amount}/h',
  '{kind} (USD)',
  '{one} {other}',
  '{steps}: {detail}',
  '{what}: {value}',
];

type Source = { readonly room: string; readonly name: string; readonly text: string };

const sources: readonly Source[] = ROOMS.flatMap((room) =>
  readdirSync(join(repository, room), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !name.includes('node_modules'))
    .map((name) => ({ room, name, text: readFileSync(join(repository, room, name), 'utf8') })),
);
const isWords = ({ name }: Source): boolean => name.split(sep).includes('words');
const code = (room?: string): string =>
  sources
    .filter((source) => !isWords(source) && (room === undefined || source.room === room))
    .map(({ text }) => text)
    .join('\n');

type Found = { readonly room: string; readonly name: string; readonly catalog: Catalog };

const catalogs: readonly Found[] = (
  await Promise.all(
    sources.filter(isWords).map(async ({ room, name }) => {
      const module: Record<string, Catalog> = await import(join(repository, room, name));
      return Object.entries(module).map(([exported, catalog]) => ({
        room,
        name: exported,
        catalog,
      }));
    }),
  )
).flat();

const texts = catalogs.flatMap(({ room, name, catalog }) =>
  Object.entries(catalog).map(([key, words]) => ({
    where: `${name}.${key}`,
    room,
    name,
    key,
    words,
  })),
);

type Node = ReturnType<IntlMessageFormat['getAst']>[number];

/** What a text wants to be told, and by which of it it counts. */
function wants(text: string, language: string): string[] {
  const named = (nodes: readonly Node[]): string[] =>
    nodes.flatMap((node) => {
      if (!('value' in node) || node.type === 0) return [];
      if (!('options' in node)) return [`${node.value}`];
      const inner = Object.values(node.options).flatMap((option) => named(option.value));
      return [`${node.value} counts`, ...inner];
    });
  const message = new IntlMessageFormat(text, language, undefined, { ignoreTag: true });
  return [...new Set(named(message.getAst()))].sort();
}

const wrong = (is: (words: Words) => boolean): string[] =>
  texts.filter(({ words }) => is(words)).map(({ where }) => where);

describe('every text', () => {
  test('is there, in both languages', () => {
    expect(texts.length).toBeGreaterThan(300);
    expect(wrong(({ en, de }) => en.trim() === '' || de.trim() === '')).toEqual([]);
  });

  test('wants to be told the same in both languages, and can be read', () => {
    for (const { where, words } of texts)
      expect([where, wants(words.de, 'de')]).toEqual([where, wants(words.en, 'en')]);
  });

  test('is German in German, but for words that are the same', () => {
    const alike = texts.filter(({ words }) => words.en === words.de).map(({ words }) => words.en);
    expect([...new Set(alike)].sort()).toEqual(ALIKE);
  });

  test('is typeset: quotes and apostrophes of its language, units bound to their numbers', () => {
    expect(wrong(({ de }) => /["']|“\p{L}|\p{L}”/u.test(de))).toEqual([]);
    expect(wrong(({ de }) => /[\d}] (?:%|°C|W|kWh|GB|h|min|s)(?!\p{L})/u.test(de))).toEqual([]);
  });
});

describe('every catalog', () => {
  test('of the window has names of its own', () => {
    const keys = texts.filter(({ room }) => room === 'src-renderer').map(({ key }) => key);
    expect(keys.filter((key, n) => keys.indexOf(key) !== n)).toEqual([]);
  });

  test('holds nothing that is never said', () => {
    const all = code();
    const window = code('src-renderer');
    const unsaid = texts.filter(({ room, name, key }) =>
      room === 'src-renderer'
        ? !window.includes(`'${key}'`)
        : !all.includes(`'${key}'`) && !new RegExp(`\\b${name}\\.${key}\\b`).test(all),
    );
    expect(unsaid.map(({ where }) => where).sort()).toEqual([]);
  });

  test('that one process has another one tell names each text once', () => {
    const all: readonly Catalog[] = [
      diskWords,
      driverWords,
      jobWords,
      networkWords,
      orderWords,
      runnerWords,
      verdictWords,
    ];
    const counts = all.map((catalog) => Object.keys(catalog).length);
    expect(Object.keys(sayable)).toHaveLength(counts.reduce((sum, count) => sum + count, 0));
  });
});

describe('whoever reads', () => {
  test('is named: only the window keeps a reader of its own', () => {
    const AMBIENT = /\b(?:writeFor|readerOf)\b/;
    const keepers = sources.filter(
      ({ room, text }) => room !== 'src-renderer' && AMBIENT.test(text),
    );
    expect(keepers.map(({ name }) => name).sort()).toEqual([
      'amount.ts',
      join('language', 'reader.ts'),
    ]);
  });
});
