import { join, sep } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pageFile } from '../../../src-main/window/page-files.ts';

const folder = join(sep, 'opt', 'offpeak', 'renderer');

test('a page’s own files are served as what they are', () => {
  expect(pageFile(folder, '/index.html')).toEqual({
    path: join(folder, 'index.html'),
    type: 'text/html; charset=utf-8',
  });
  expect(pageFile(folder, '/assets/inter.woff2')?.type).toBe('font/woff2');
});

test('what is no file of a page is not served, wherever it lies', () => {
  for (const path of ['/', '/settings.json', '/index', '/../main/main.js', '/..%2Fmain%2Fmain.js'])
    expect(pageFile(folder, path)).toBeNull();
  expect(pageFile(folder, '/../renderer-of-another/index.html')).toBeNull();
});

test('no address leads out of the folder', () => {
  const part = fc.constantFrom('..', '.', '%2e%2e', '%2F', 'a', 'index.html', '');
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
      const file = pageFile(folder, `/${parts.join('/')}`);
      if (file) expect(file.path.startsWith(folder + sep)).toBe(true);
    }),
  );
});

test('a broken escape is no address', () => {
  expect(() => pageFile(folder, '/%E0%A4%A')).toThrow(URIError);
});
