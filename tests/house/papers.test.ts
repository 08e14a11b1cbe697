import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
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

test('a folder of a room stands in its README', () => {
  const missing = Object.entries(floorPlan).flatMap(([room, { folders }]) =>
    Object.keys(folders)
      .filter((folder) => folder !== '.' && !folder.includes('/'))
      .filter((folder) => !textOf(`${room}/README.md`).includes(`\`${folder}/\``))
      .map((folder) => `${room}/${folder}`),
  );
  expect(missing).toEqual([]);
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
