import { extname, join, normalize, sep } from 'node:path';

/** What a page of ours is made of; nothing else is served. */
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** A file of a page: where it would lie, and as what it is served. */
export type PageFile = { readonly path: string; readonly type: string };

/**
 * The file that an address names below a built folder; null for one outside of it, or of a kind that no page has. `pathname`: of
 * a URL, still escaped. Throws a URIError where an escape is broken: that is no address.
 */
export function pageFile(folder: string, pathname: string): PageFile | null {
  const path = normalize(join(folder, decodeURIComponent(pathname)));
  const type = TYPES[extname(path)];
  return type !== undefined && path.startsWith(folder + sep) ? { path, type } : null;
}
