import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  noticesOf,
  packageFolder,
  packagesShippedWhole,
  troubleOf,
} from '../../src-setup/build-steps/third-party.mjs';

const built = fileURLToPath(new URL('../../out', import.meta.url));
const text = z.string();
const Notices = z.array(z.object({ name: text, version: text, licence: text, text }));

describe('the build', () => {
  const all = Notices.parse(JSON.parse(readFileSync(join(built, 'third-party.json'), 'utf8')));
  const words = readFileSync(join(built, 'THIRD-PARTY-NOTICES.txt'), 'utf8');

  test('ships nobody’s work without the text of a licence that we have read', () => {
    expect(troubleOf(all)).toEqual([]);
    for (const notice of all) expect(words).toContain(notice.text);
  });

  test.each([
    ['what the window is made of', 'react-dom'],
    ['a style sheet that is bundled', '@mantine/charts'],
    ['a font', '@fontsource-variable/inter'],
    ['what another package brought along', 'use-sync-external-store'],
    ['what is loaded while it runs', 'node-llama-cpp'],
    ['what is shipped as it is', 'koffi'],
    ['what such a package needs', '@neon-rs/load'],
  ])('names %s (%s)', (_what, name) => {
    expect(all.map((notice) => notice.name)).toContain(name);
  });

  test('names no tool that it was only made with', () => {
    const names = all.map(({ name }) => name);
    for (const tool of ['vite', 'vitest', 'typescript', '@biomejs/biome', 'fast-check', 'electron'])
      expect(names).not.toContain(tool);
  });

  test('says what lies inside a library', () => {
    const inside = (name: RegExp) => all.filter((notice) => name.test(notice.name));
    for (const { text } of inside(/^@node-llama-cpp\//))
      expect(text).toMatch(/The ggml authors[\s\S]+Niels Lohmann/);
    expect(inside(/^@libsql\//).length).toBeGreaterThan(0);
    for (const { text } of inside(/^@libsql\//)) expect(text).toContain('the libSQL authors');
  });
});

describe('a package', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'offpeak-notices-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  function put(name: string, manifest: object, files: Record<string, string> = {}): string {
    const folder = name === '' ? root : join(root, 'node_modules', name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, 'package.json'),
      JSON.stringify({ name, version: '1.0.0', ...manifest }),
    );
    for (const [file, words] of Object.entries(files)) writeFileSync(join(folder, file), words);
    return folder;
  }
  const trouble = (...folders: string[]) => troubleOf(noticesOf(folders));

  test('that brings its text, under a licence we know, may be shipped', () => {
    const folder = put('good', { license: 'MIT' }, { 'LICENSE-MIT.txt': 'Do what you like.\r\n' });
    expect(trouble(folder)).toEqual([]);
    expect(noticesOf([folder])[0]?.text).toBe('Do what you like.');
  });

  test('without a text may not', () => {
    const folder = put('silent', { license: 'MIT' }, { 'README.md': 'MIT' });
    expect(trouble(folder)).toEqual(['silent 1.0.0 brings no text of its licence']);
  });

  test.each([
    ['GPL-3.0-only', false],
    ['MIT OR GPL-3.0-only', true],
    ['(MIT AND ISC)', true],
    ['MIT AND GPL-3.0-only', false],
    ['SEE LICENSE IN LICENSE', false],
    ['UNLICENSED', false],
  ])('under %s may be shipped: %s', (license, may) => {
    expect(trouble(put('some', { license }, { LICENSE: '...' }))).toHaveLength(may ? 0 : 1);
  });

  test('with no licence named at all may not', () => {
    expect(trouble(put('mute', {}, { LICENSE: '...' }))).toEqual([
      'mute 1.0.0 has a licence nobody has read yet: none named',
    ]);
  });

  test('is shipped with all that it needs, and only with what this system has of it', () => {
    put('', { dependencies: { a: '1' }, devDependencies: { tool: '1' } });
    const a = put('a', { dependencies: { b: '1' }, optionalDependencies: { elsewhere: '1' } });
    const b = put('b', { dependencies: { a: '1', empty: '1' } });
    put('empty', { private: true });
    put('tool', {});
    expect(packagesShippedWhole(root)).toEqual(new Set([a, b]));
  });

  test('is found by any file of it, the innermost where one lies in another', () => {
    expect(packageFolder('/x/node_modules/@a/b/dist/c.js')).toBe('/x/node_modules/@a/b');
    expect(packageFolder('\0/x/node_modules/a/node_modules/b/c.js?commonjs')).toBe(
      '/x/node_modules/a/node_modules/b',
    );
    expect(packageFolder('C:\\x\\node_modules\\a\\c.js')).toBe('C:\\x\\node_modules\\a');
    expect(packageFolder('/x/src-main/offpeak.ts')).toBeNull();
  });
});
