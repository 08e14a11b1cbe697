import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { notTriedLines, playwrightReasons, reasonsIn } from '../../src-setup/tally.mjs';
import { sources, textOf } from '../house/sources.ts';
import { notTriedHere } from '../worlds/not-tried.ts';

const folder = mkdtempSync(join(tmpdir(), 'offpeak-not-tried-'));
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

test('what a computer lacks is told once, however many tests want it, and in an order that stays', () => {
  const list = join(folder, 'list');
  vi.stubEnv('OFFPEAK_NOT_TRIED', list);
  for (const what of ['the bus: none', 'a disk:\nnone', 'the bus: none'])
    expect(notTriedHere(what)).toBe(false);
  const reasons = reasonsIn(readFileSync(list, 'utf8'));
  expect(reasons).toHaveLength(3);
  expect(notTriedLines(reasons)).toEqual([
    'Not tried here: a disk:\nnone',
    'Not tried here: the bus: none',
  ]);
});

test('a run that tried everything says nothing', () => {
  expect(notTriedLines(reasonsIn(''))).toEqual([]);
});

test('a story that was skipped in Electron gives its reason, and one without is named', () => {
  const skipped = (title: string, description?: string) => ({
    title,
    tests: [
      { status: 'skipped', annotations: [{ type: 'skip', ...(description && { description }) }] },
    ],
  });
  const passed = { title: 'c', tests: [{ status: 'expected', annotations: [] }] };
  const inner = { specs: [skipped('a', 'this computer has a card'), passed] };
  const report = { suites: [{ suites: [inner], specs: [skipped('b')] }] };
  expect(playwrightReasons(report)).toEqual(['this computer has a card', 'nobody says why: b']);
});

test('no test is skipped without a word', () => {
  const silent = sources('tests')
    .filter((file) => /\.(?:test|spec)\.ts$/.test(file) && !file.endsWith('/not-tried.test.ts'))
    .flatMap((file) =>
      [...textOf(file).matchAll(/\b(?:test|it|describe)\.(runIf|skipIf|skip|todo|only|fails)\b/g)]
        .filter(({ 1: how, index }) => {
          const said = textOf(file).slice(index, index + 400);
          if (how === 'runIf')
            return !/^[\w.]+\(\s*(?:[^;]*?\|\|\s*notTriedHere|onLinux)\(/.test(said);
          // Playwright's own takes the reason as its second word.
          return !(
            file.endsWith('.spec.ts') && /^test\.skip\(\s*[^;]*?,\s*'[^']+',?\s*\);/.test(said)
          );
        })
        .map(({ 0: what }) => `${file}: ${what}`),
    );
  expect(silent).toEqual([]);
});
