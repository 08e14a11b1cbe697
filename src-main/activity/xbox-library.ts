import { win32 } from 'node:path';
import { type Library, type LibrarySource, type Machine, shelfOf } from './library.ts';
import { readSmall } from './small-file.ts';

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
  if (machine.platform !== 'win32') return { watched: () => [], read: () => [] };
  const drives = Array.from('CDEFGHIJKLMNOPQRSTUVWXYZ', (letter) => `${letter}:\\`);
  return {
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

/** The games in one such folder. Touches no disk. */
export function xboxLibrary(folder: string, machine: Machine): Library {
  const shelf = shelfOf(folder, machine);
  return {
    gameAt: (path) => {
      const found = shelf.gameAt(path);
      // Saved games lie beside them. The launcher of Minecraft stays open; its game is Java, elsewhere.
      if (found === null || /^(gamesave|minecraft launcher)$/i.test(found.title)) return null;
      return found;
    },
  };
}
