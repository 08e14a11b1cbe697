import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import { describe, expect, test } from 'vitest';
import { floorPlan } from './floor-plan.ts';
import { repository, sources, textOf } from './sources.ts';

/** What a newcomer reads at a sitting. */
const LONGEST_README = 1500;

const rooms = readdirSync(repository).filter((name) => name.startsWith('src-'));
const papers = [
  'README.md',
  'tests/README.md',
  ...rooms.map((room) => `${room}/README.md`),
  ...readdirSync(join(repository, '.github'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `.github/${name}`),
];

/** Relative links and pictures, without what stands behind `#`. */
const linksOf = (text: string): string[] =>
  [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target.replace(/#.*$/, ''))
    .filter((target) => target !== '' && !/^[a-z]+:/.test(target));

/** Files and folders that are named in code, as paths from the top of the repository. */
const pathsIn = (text: string): string[] =>
  [...text.matchAll(/`((?:src-[a-z]+|tests|examples|assets)\/[^`\s*<>{}]+)`/g)].map(
    ([, path = '']) => path,
  );

/** Headings as GitHub makes anchors of them. */
const anchorsOf = (text: string): string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-'),
  );

test('the README can be read at a sitting', () => {
  const words = textOf('README.md').split(/\s+/).filter(Boolean);
  expect(words.length).toBeLessThanOrEqual(LONGEST_README);
});

test.each([...Object.keys(floorPlan), 'src-setup'])(
  '%s says what it is, where to look, and what was decided',
  (room) => {
    const text = textOf(`${room}/README.md`);
    expect(text).toMatch(/^# /);
    expect(text).toContain('## Where to look for what');
    expect(text).toContain('## Decisions');
    // Each decision with what would end it: nothing is decided for ever without saying so.
    const [, decisions = ''] = text.split('## Decisions');
    const paragraphs = decisions.split('\n\n').filter((part) => part.startsWith('**'));
    expect(paragraphs.length).toBeGreaterThan(0);
    for (const paragraph of paragraphs)
      expect(paragraph).toMatch(
        /\n\*(?:We would change our mind|We will change this|Nothing would change our mind)/,
      );
  },
);

const hasFiles = (folder: string): boolean =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).some((entry) => entry.isFile());

/** A folder without a file is none: git does not keep it, and leaves it behind when its last file moves away. */
const foldersOf = (room: string): string[] =>
  readdirSync(join(repository, room), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && hasFiles(join(repository, room, entry.name)))
    .map(({ name }) => name)
    .sort();

/** What is listed in the first column of a room's table, each folder as `name/`. */
const listedIn = (text: string): string[] =>
  [...text.matchAll(/^\|([^|]*)\|/gm)]
    .flatMap(([, cell = '']) => [...cell.matchAll(/`([^`/]+)\/`/g)])
    .map(([, name = '']) => name)
    .sort();

test.each([...rooms, 'tests'])('the table of %s lists its folders: all, and no other', (room) => {
  expect(listedIn(textOf(`${room}/README.md`))).toEqual(foldersOf(room));
});

test('the map lists the folders of every room: all, and no other', () => {
  const [, map = ''] = textOf('README.md').split('## The 60-second map');
  const rows = (map.split('\n## ')[0] ?? '').split('\n').filter((line) => line.startsWith('|'));
  const drawn = new Map<string, string[]>();
  let room = '';
  for (const row of rows) {
    const [, first = '', , last = ''] = row.split('|');
    room = /\[([a-z-]+)\]/.exec(first)?.[1] ?? room;
    // What stands in brackets explains the folder before it.
    const names = last.replaceAll(/\([^)]*\)/g, '').matchAll(/`([^`]+)`/g);
    if (room)
      drawn.set(room, [...(drawn.get(room) ?? []), ...[...names].map(([, name = '']) => name)]);
  }
  const { tests: worlds = [], ...houses } = Object.fromEntries(drawn);
  expect(Object.keys(houses).sort()).toEqual([...rooms].sort());
  for (const [name, folders] of Object.entries(houses))
    expect([name, [...folders].sort()]).toEqual([name, foldersOf(name)]);
  // Its other folders mirror the rooms.
  expect(foldersOf('tests')).toEqual(expect.arrayContaining(worlds));
});

describe.each(papers)('%s', (paper) => {
  const text = textOf(paper);

  test('leads only to what is there', () => {
    const there = (target: string) => existsSync(join(repository, dirname(paper), target));
    expect(linksOf(text).filter((target) => !there(target))).toEqual([]);
  });

  test('leads only to headings that are there', () => {
    const wrong = [...text.matchAll(/\]\(([^)\s:#]*)#([^)\s]+)\)/g)].filter(
      ([, file = '', anchor = '']) => {
        const target = file === '' ? paper : join(dirname(paper), file);
        return !anchorsOf(textOf(target)).includes(anchor);
      },
    );
    expect(wrong.map(([link]) => link)).toEqual([]);
  });

  test('names only files that are there', () => {
    expect(pathsIn(text).filter((path) => !existsSync(join(repository, path)))).toEqual([]);
  });
});

test('a text stands with its translation in a folder of words, and nowhere else', () => {
  const says = (language: string) => new RegExp(`['"]?\\b${language}['"]?:\\s*['"\`]`);
  const isBoth = (file: string): boolean =>
    ['en', 'de'].every((language) => says(language).test(textOf(file)));
  const both = rooms.flatMap(sources).filter(isBoth);
  expect(both.length).toBeGreaterThan(20);
  expect(both.filter((file) => !file.split('/').includes('words'))).toEqual([]);
});

/** What stands in comments, without addresses of the web. */
const commentsOf = (text: string): string =>
  [...text.matchAll(/^\s*(?:\/\/|\/?\*).*$|\s\/\/ .*$/gm)]
    .map(([line]) => line.replaceAll(/https?:\S+/g, ''))
    .join('\n');

test('a comment names only files that are there', () => {
  const there = [...rooms, 'tests', 'examples', '.github']
    .flatMap((folder) =>
      readdirSync(join(repository, folder), { recursive: true, encoding: 'utf8' }).map(
        (name) => `/${folder}/${name.replaceAll(sep, '/')}`,
      ),
    )
    .concat(readdirSync(repository).map((name) => `/${name}`));
  const known = new Set(there.map((path) => basename(path)));
  const isThere = (name: string): boolean =>
    known.has(basename(name)) && there.some((path) => path.endsWith(`/${name}`));
  const named = rooms
    .flatMap(sources)
    .flatMap((file) =>
      [...commentsOf(textOf(file)).matchAll(/(?:[\w.-]+\/)*\w[\w.-]*\.(?:tsx?|mjs|css|md)\b/g)].map(
        ([name]) => ({ file, name: name.replace(/^(?:\.\.?\/)+/, '') }),
      ),
    );
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter(({ name }) => !isThere(name))).toEqual([]);
});

test('every switch that the code or a test knows is explained to who contributes', () => {
  const explained = textOf('.github/CONTRIBUTING.md');
  const known = [...rooms, 'tests']
    .flatMap(sources)
    .filter((file) => file !== 'tests/house/papers.test.ts')
    .flatMap((file) => [...textOf(file).matchAll(/\bOFFPEAK_[A-Z0-9_]+/g)].map(([name]) => name));
  const unexplained = [...new Set(known)].filter((name) => !explained.includes(`\`${name}`));
  expect(new Set(known).size).toBeGreaterThan(10);
  expect(unexplained).toEqual([]);
});

test('the licence that package.json names lies at the top', () => {
  const { license } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
  expect(textOf('LICENSE')).toMatch(new RegExp(`^${license} License`));
});
