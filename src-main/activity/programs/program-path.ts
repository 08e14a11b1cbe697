import { posix, win32 } from 'node:path';

type Platform = NodeJS.Platform;

/** How paths are written on a system, whichever one we run on. */
export const pathsOf = (platform: Platform) => (platform === 'win32' ? win32 : posix);

/** Names as the system compares them: Windows and macOS do not tell upper from lower case. */
export const foldName = (name: string, platform: Platform): string =>
  platform === 'win32' || platform === 'darwin' ? name.toLowerCase() : name;

const namesOf = (path: string, platform: Platform): string[] =>
  pathsOf(platform)
    .normalize(path)
    .split(pathsOf(platform).sep)
    .filter((name) => name !== '');

/** The names below `folder` on the way to `path`, or null when it is not below. Whole names: common is not commonX. */
export function segmentsBelow(folder: string, path: string, platform: Platform): string[] | null {
  const above = namesOf(folder, platform);
  const all = namesOf(path, platform);
  const inside = above.every((name, i) => {
    const other = all[i];
    return other !== undefined && foldName(name, platform) === foldName(other, platform);
  });
  return inside ? all.slice(above.length) : null;
}

/** `segmentsBelow` of one folder for many normalized paths: asked for every program that starts. */
export function within(folder: string, platform: Platform): (path: string) => string[] | null {
  const { normalize, sep } = pathsOf(platform);
  const above = `${normalize(folder).replace(/[\\/]+$/, '')}${sep}`;
  const folded = foldName(above, platform);
  // A few letters are two in lower case; where one is, the places do not match.
  const steady = folded.length === above.length;
  return (path) => {
    const other = foldName(path, platform);
    if (!steady || other.length !== path.length) return segmentsBelow(folder, path, platform);
    if (!other.startsWith(folded)) return null;
    return path
      .slice(above.length)
      .split(sep)
      .filter((name) => name !== '');
  };
}

/** The last name of a path of either kind, without `.exe`. */
export function baseName(path: string): string {
  const last = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  return last.replace(/(?<=.)\.exe$/i, '');
}

/** Whole systems, and all of an owner's programs, lie in these; as `usr/bin`, without drive or first slash. */
const SYSTEM: readonly RegExp[] = [
  /^(windows|users|programdata|program files( \(x86\))?)$/i,
  /^(users|home)\/[^/]+$/i,
  /^usr\/(local\/)?(s?bin|lib\w*|libexec|share|games)$/,
  /^(proc|sys|dev|etc|boot|s?bin|lib\w*|windows)\//i,
  /^usr\/(s?bin|libexec)\//,
  /^library\/application support$/i,
];
/** Folders right below a home in which all kinds of things lie. */
const HOUSEHOLD = /^(desktop|downloads|documents|games|applications|appdata|bin|\..*)$/i;

/**
 * Whether everything in `folder` may count as one game. A manifest can be broken or hostile: one that claims `/`, a
 * home or the system's folders would make a game of every program.
 */
export function isFitFolder(
  folder: string,
  homes: readonly string[],
  platform: Platform = process.platform,
): boolean {
  const paths = pathsOf(platform);
  if (!paths.isAbsolute(folder) || folder.includes('\0')) return false;
  const names = namesOf(folder, platform);
  const below = platform === 'win32' ? names.slice(1) : names;
  // On a drive of its own, Windows has games right below the root; elsewhere the system's folders are there.
  if (below.length < (platform === 'win32' ? 1 : 2)) return false;
  if (SYSTEM.some((pattern) => pattern.test(below.join('/')))) return false;
  return homes.every((home) => {
    if (segmentsBelow(folder, home, platform) !== null) return false;
    const inside = segmentsBelow(home, folder, platform);
    return inside?.length !== 1 || !HOUSEHOLD.test(inside[0] ?? '');
  });
}
