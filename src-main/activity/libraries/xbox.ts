import { win32 } from 'node:path';
import { readSmall } from '../small-file.ts';
import { type Library, type LibrarySource, type Machine, shelfOf } from './library.ts';

const USUAL = 'XboxGames';
const MARK = 'RGBX';
/** A list of a few folders. Bytes. */
const MAX_MARK = 4096;

/** The folders that the mark in a drive's root names, in UTF-16 after eight bytes; the usual one where it says nothing. */
export function gamingRoots(mark: Buffer | null): string[] {
  if (mark === null || mark.toString('latin1', 0, MARK.length) !== MARK) return [USUAL];
  const text = mark.subarray(8, 8 + ((mark.length - 8) & ~1)).toString('utf16le');
  const named = text
    .split('\0')
    .map((name) => win32.normalize(name))
    .filter((name) => /^[^\\:.]/.test(name) && !name.includes('..') && !name.includes(':'));
  return [...new Set([USUAL, ...named])];
}

/** What the Xbox app installs: `X:\XboxGames\<title>\Content\...` */
export function xboxSource(machine: Machine): LibrarySource {
  const name = 'Xbox app';
  if (machine.platform !== 'win32') return { name, watched: () => [], read: () => [] };
  const drives = Array.from('CDEFGHIJKLMNOPQRSTUVWXYZ', (letter) => `${letter}:\\`);
  return {
    name,
    // Asking a drive every few seconds would keep it from sleeping; the usual name needs no asking.
    watched: () => [],
    read: () =>
      drives.flatMap((drive) =>
        gamingRoots(readSmall(win32.join(drive, '.GamingRoot'), MAX_MARK)).map((name) =>
          xboxLibrary(win32.join(drive, name), machine),
        ),
      ),
  };
}

/** Saved games lie beside them. The launcher of Minecraft stays open; its game is Java, elsewhere. */
const NO_GAMES = /^(gamesave|minecraft launcher)$/i;

/** The games in one such folder. Touches no disk until it is asked what is in it. */
export function xboxLibrary(folder: string, machine: Machine): Library {
  const shelf = shelfOf(folder, machine);
  return {
    games: () => shelf.games().filter(({ title }) => !NO_GAMES.test(title)),
    gameAt: (path) => {
      const found = shelf.gameAt(path);
      return found === null || NO_GAMES.test(found.title) ? null : found;
    },
  };
}
