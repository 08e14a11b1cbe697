import { realpathSync } from 'node:fs';
import type { GameRule } from '../../../src-shared/settings.ts';
import { type Millis, millis, seconds } from '../../../src-shared/units.ts';
import type { Game } from '../../policy/circumstances.ts';
import { type FoundLauncher, LOOK_AGAIN_AFTER, openShelf } from '../libraries/library.ts';
import { librarySources } from '../libraries/sources.ts';
import { programOf } from '../programs/program-identity.ts';
import { type Watching, watchPrograms } from '../programs/programs.ts';
import { isWine } from '../programs/wine-program.ts';
import { openGameGroups } from './groups.ts';
import { type FoundGame, gameOf, isIgnored } from './verdict.ts';

export type GameWatch = {
  readonly watching: Watching;
  /** Judges every running program anew: call it when the owner's rules have changed. */
  readonly recheck: () => void;
  /** Reads every library again, and judges every running program by what is there now. */
  readonly rescan: () => void;
  /** The launchers of this machine and their games, as last read. */
  readonly launchers: () => readonly FoundLauncher[];
  /** Whether the owner said that this program, or all of its game, is none. */
  readonly ignores: (path: string) => boolean;
  /** The game that a process belongs to, by its title; null where it belongs to none. */
  readonly titleOf: (pid: number) => string | null;
};

type Options = {
  readonly signal: AbortSignal;
  /** The owner's verdicts, asked for with every new program; the same array as long as nothing changed. */
  readonly rules: () => readonly GameRule[];
  /** Home folders to look for launchers in. */
  readonly homes: readonly string[];
  /** A game has started; said before `watchGames` returns for those that run already. */
  readonly started: (game: Game) => void;
  /** The last process of it has ended, or the owner said that it is none. The same value as was started. */
  readonly ended: (game: Game) => void;
  /** Told when the way of watching changes later. */
  readonly changed?: (watching: Watching) => void;
  /** Do not ask the kernel for events. */
  readonly only?: 'polling';
};

/**
 * A Wine process that has just been forked still shows its parent's command line, and its executable stays the same when
 * it gets its own: look again after these times.
 */
const WINE_SETTLES: readonly Millis[] = [millis(250), seconds(2)];

/** Watches for games until `signal`. A game of several processes starts with its first and ends with its last. */
export function watchGames(options: Options): GameWatch {
  const { signal } = options;
  const homes = [...new Set(options.homes.flatMap((home) => [home, realPath(home)]))];
  const shelf = openShelf(librarySources({ platform: process.platform, homes, env: process.env }));
  const rulesNow = realRules(options.rules);
  /** The program of each process, as its owner would know it; null for Wine's own. */
  const programs = new Map<number, string | null>();
  const groups = openGameGroups(options);
  let lookAgain: NodeJS.Timeout | null = null;

  const find = (path: string): FoundGame | null => {
    const found = gameOf(path, shelf.libraries(), rulesNow());
    // It looks like a game of a library that we have not read yet.
    if (found === null && MAYBE_GAME.test(path) && shelf.refresh('now')) {
      return gameOf(path, shelf.libraries(), rulesNow());
    }
    return found;
  };

  const judge = (pid: number, path: string | null): void =>
    groups.join(pid, path === null ? null : find(path));

  const recheck = (): void => {
    for (const [pid, path] of programs) judge(pid, path);
  };

  /** After the new program was judged, because the disk may be slow and a game must not wait for it. */
  const refresh = (): void => {
    if (shelf.refresh()) recheck();
    // Too early to look again now; a game installed in this moment must not wait for another program to start.
    lookAgain ??= later(() => {
      lookAgain = null;
      if (shelf.refresh()) recheck();
    }, LOOK_AGAIN_AFTER);
  };

  const later = (act: () => void, after: Millis): NodeJS.Timeout =>
    setTimeout(() => {
      if (!signal.aborted) act();
    }, after).unref();

  const identify = (pid: number, exePath: string): void => {
    const path = programOf(pid, exePath);
    programs.set(pid, path);
    judge(pid, path);
  };

  const watching = watchPrograms({
    signal,
    started: (pid, exePath) => {
      identify(pid, exePath);
      if (isWine(exePath)) {
        for (const after of WINE_SETTLES) {
          later(() => {
            if (programs.has(pid)) identify(pid, exePath);
          }, after);
        }
      }
      refresh();
    },
    ended: (pid) => {
      programs.delete(pid);
      groups.leave(pid);
    },
    ...(options.changed && { changed: options.changed }),
    ...(options.only && { only: options.only }),
  });
  signal.addEventListener('abort', () => lookAgain && clearTimeout(lookAgain), { once: true });
  return {
    watching,
    recheck,
    rescan: () => {
      shelf.rescan();
      recheck();
    },
    launchers: shelf.launchers,
    ignores: (path) => isIgnored(path, shelf.libraries(), rulesNow()),
    titleOf: groups.titleOf,
  };
}

const MAYBE_GAME = /[\\/](steamapps[\\/]common|XboxGames|GOG Games)[\\/]/i;

/**
 * The system names programs by their real path, so the owner's paths are made real too; once for each change. The path
 * as given stays: a Flatpak's real path is another after each update.
 */
function realRules(rules: () => readonly GameRule[]): () => readonly GameRule[] {
  let given: readonly GameRule[] | null = null;
  let real: readonly GameRule[] = [];
  return () => {
    const now = rules();
    if (now !== given) {
      given = now;
      real = now.flatMap((rule) => {
        const path = realPath(rule.path);
        return path === rule.path ? [rule] : [rule, { ...rule, path }];
      });
    }
    return real;
  };
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // Not there now; it may be again, under the name the owner gave.
    return path;
  }
}
