import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** Folders that never hold sources. */
const NOT_SOURCES = new Set(['node_modules', 'out', 'release']);

/**
 * One hash over the names and contents of files, so that a copied or freshly checked-out tree with the
 * same sources counts as unchanged, whatever its file times say.
 * @param {string} root names are taken relative to it
 * @param {readonly string[]} places files and folders, absolute; missing ones are told apart from empty ones
 * @returns {string} hex SHA-256
 */
export function contentStamp(root, places) {
  const hash = createHash('sha256');
  for (const file of places.flatMap(filesUnder).sort()) {
    hash.update(`${relative(root, file).split(sep).join('/')}\0`);
    hash.update(createHash('sha256').update(readFileSync(file)).digest());
  }
  return hash.digest('hex');
}

/** Every file at or below a place; none when there is no such place. */
function filesUnder(place) {
  try {
    return readdirSync(place, { withFileTypes: true }).flatMap((entry) => {
      if (NOT_SOURCES.has(entry.name)) return [];
      const path = join(place, entry.name);
      if (entry.isDirectory()) return filesUnder(path);
      return entry.isFile() ? [path] : [];
    });
  } catch (error) {
    if (error.code === 'ENOTDIR') return [place];
    if (error.code === 'ENOENT') return [];
    throw error;
  }
}

/**
 * What is in a stamp file, or null when there is none.
 * @param {string} file
 */
export function readStamp(file) {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}
