import { posix, win32 } from 'node:path';
import { readSmall } from '../small-file.ts';
import { type InstalledGame, type LibrarySource, libraryOf, type Machine } from './library.ts';

/** Where Battle.net's agent keeps the list of what it has installed. */
export function battlenetFiles({ platform, env }: Machine): string[] {
  const file = 'Battle.net/Agent/product.db';
  switch (platform) {
    case 'win32':
      return [win32.join(env.ProgramData ?? 'C:\\ProgramData', file)];
    case 'darwin':
      return [posix.join('/Users/Shared', file)];
    default:
      return [];
  }
}

/** The games of Battle.net, titled by their folders: the list itself knows only codes. */
export function battlenetSource(
  machine: Machine,
  files: readonly string[] = battlenetFiles(machine),
): LibrarySource {
  return {
    name: 'Battle.net',
    watched: () => files,
    read: () => [
      libraryOf(
        files.flatMap((file) => battlenetGames(readSmall(file) ?? Buffer.alloc(0))),
        machine,
      ),
    ],
  };
}

/** Codes of the store's own programs. */
const OWN = /^(agent|bna|bts|catalogs)/i;

/**
 * What is installed, read from a protocol buffer of the form `{ repeated { string uid = 1; string code = 2;
 * { string path = 1 } settings = 3 } = 1 }`. Of a torn or strange one, what can be read. Pure.
 */
export function battlenetGames(list: Uint8Array): InstalledGame[] {
  return fieldsOf(list, 1).flatMap((install) => {
    const text = (part: Uint8Array | undefined, field: number) =>
      part ? Buffer.from(fieldsOf(part, field)[0] ?? []).toString('utf8') : '';
    const code = text(install, 2);
    const folder = text(fieldsOf(install, 3)[0], 1);
    if (folder === '' || OWN.test(code)) return [];
    // Windows takes both kinds of slash, and Blizzard writes the other one.
    const title = folder.split(/[\\/]/).findLast((name) => name !== '') ?? code;
    return [{ title, folder }];
  });
}

/** The values of every field of this number that has bytes, as far as the message can be read. */
function fieldsOf(message: Uint8Array, wanted: number): Uint8Array[] {
  const found: Uint8Array[] = [];
  let at = 0;
  const varint = (): number | null => {
    let value = 0;
    for (let shift = 0; shift < 63 && at < message.length; shift += 7) {
      const byte = message[at++] ?? 0;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    return null;
  };
  for (;;) {
    const key = at < message.length ? varint() : null;
    if (key === null) return found;
    const kind = key % 8;
    if (kind === 0) {
      if (varint() === null) return found;
    } else if (kind === 2) {
      const length = varint();
      if (length === null || length > message.length - at) return found;
      if (Math.floor(key / 8) === wanted) found.push(message.subarray(at, at + length));
      at += length;
    } else if (kind === 1 || kind === 5) at += kind === 1 ? 8 : 4;
    else return found;
  }
}
