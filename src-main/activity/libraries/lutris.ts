import { posix } from 'node:path';
import { listNames, readText } from '../small-file.ts';
import { type InstalledGame, type LibrarySource, libraryOf, type Machine } from './library.ts';

/** Where Lutris keeps a file for each game; `.config` in versions before 0.5.13. */
export const lutrisFolders = ({ platform, homes }: Machine): string[] =>
  platform === 'linux'
    ? homes.flatMap((home) =>
        [
          '.local/share/lutris/games',
          '.config/lutris/games',
          '.var/app/net.lutris.Lutris/data/lutris/games',
          '.var/app/net.lutris.Lutris/config/lutris/games',
        ].map((place) => posix.join(home, place)),
      )
    : [];

/**
 * The games of Lutris, from its text files. Its database knows nicer titles, but Lutris writes it while it runs, and
 * reading it would mean to wait for locks.
 */
export function lutrisSource(
  machine: Machine,
  folders: readonly string[] = lutrisFolders(machine),
): LibrarySource {
  const files = () =>
    folders.flatMap((folder) =>
      listNames(folder)
        .filter((name) => name.endsWith('.yml'))
        .map((name) => posix.join(folder, name)),
    );
  return {
    name: 'Lutris',
    watched: () => folders,
    read: () => [
      libraryOf(
        files().flatMap(
          (file) => lutrisGame(posix.basename(file, '.yml'), readText(file) ?? '') ?? [],
        ),
        machine,
      ),
    ],
  };
}

/** The game of one file, or null where it says nothing of a program. `name`: of the file, `the-witcher-3-1669999999`. */
export function lutrisGame(name: string, text: string): InstalledGame | null {
  const told = readScalars(text);
  const exe = told.get('game.exe');
  const start = told.get('game.working_dir') ?? told.get('game.prefix');
  const program =
    exe === undefined ? null : posix.isAbsolute(exe) ? exe : start && posix.join(start, exe);
  if (!program || !posix.isAbsolute(program)) return null;
  const slug = told.get('game_slug') ?? name.replace(/-\d{6,}$/, '');
  const spoken = slug
    .replaceAll('-', ' ')
    .replace(/(^| )\p{L}/gu, (letter) => letter.toUpperCase());
  return { title: told.get('name') ?? spoken, folder: posix.dirname(program), program };
}

/**
 * The texts in a YAML file, two names deep (`game.exe`), as Python's writer puts them: plain, quoted, and folded over
 * several lines. Lists and everything deeper are passed over. Pure; never throws.
 */
export function readScalars(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const lines = text.split('\n');
  let section = '';
  for (let i = 0; i < lines.length; i++) {
    const [, indent = '', key = '', value = ''] = KEY.exec(lines[i] ?? '') ?? [];
    if (key === '' || (indent !== '' && section === '')) continue;
    if (indent === '') section = value === '' ? key : '';
    const parts = [value];
    // What is indented more goes on where the line before stopped.
    while (value !== '' && isMore(lines[i + 1], indent)) parts.push((lines[++i] ?? '').trim());
    const scalar = scalarOf(parts);
    if (scalar !== null) found.set(indent === '' ? key : `${section}.${key}`, scalar);
  }
  return found;
}

const KEY = /^( {0,4})([A-Za-z_][\w-]*):(?:\s+(.*?))?\s*$/;
const isMore = (line: string | undefined, indent: string): boolean =>
  line?.startsWith(`${indent}  `) === true && line.trim() !== '';

function scalarOf(parts: readonly string[]): string | null {
  const whole = parts.join(' ').trim();
  if (whole === '' || /^[[{&*!|>]/.test(whole)) return null;
  if (whole.startsWith("'")) {
    return /^'((?:[^']|'')*)'$/.exec(whole)?.[1]?.replaceAll("''", "'") ?? null;
  }
  if (!whole.startsWith('"')) return whole.replace(/\s#.*$/, '');
  const folded = parts.reduce((all, part) =>
    // Python breaks a quoted text anywhere, and says so with a backslash on both sides of the break.
    all.endsWith('\\') ? all.slice(0, -1) + part.replace(/^\\(?= )/, '') : `${all} ${part}`,
  );
  const inner = /^"((?:[^"\\]|\\.)*)"$/.exec(folded.trim())?.[1];
  return inner === undefined ? null : inner.replace(ESCAPE, letterOf);
}

const ESCAPE = /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U000([\da-fA-F]{5})|(.))/g;

function letterOf(all: string, x?: string, u?: string, long?: string, other?: string): string {
  const hex = x ?? u ?? long;
  if (hex === undefined) return other ?? all;
  const code = Number.parseInt(hex, 16);
  return code > 0x10_ffff ? '' : String.fromCodePoint(code);
}
