import { realpathSync } from 'node:fs';
import type { GameRule } from '../../src-shared/settings.ts';
import type { Game } from '../policy.ts';
import { type FoundGame, gameOf } from './game-verdict.ts';
import { type Watching, watchPrograms } from './programs.ts';
import { openSteamShelf } from './steam-library.ts';

export type GameWatch = {
  readonly watching: Watching;
  /** Judges every running program anew: call it when the owner's rules have changed. */
  readonly recheck: () => void;
};

type Options = {
  readonly signal: AbortSignal;
  /** The owner's verdicts, asked for with every new program; the same array as long as nothing changed. */
  readonly rules: () => readonly GameRule[];
  /** Home folders to look for Steam in. */
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

/** Watches for games until `signal`. A game of several processes starts with its first and ends with its last. */
export function watchGames(options: Options): GameWatch {
  const shelf = openSteamShelf(options.homes);
  const rulesNow = realRules(options.rules);
  const programs = new Map<number, string>();
  const homeOf = new Map<number, string>();
  const running = new Map<string, { readonly game: Game; readonly pids: Set<number> }>();

  const find = (path: string): FoundGame | null => {
    const found = gameOf(path, shelf.libraries(), rulesNow());
    // It looks like a game of a library that we have not read yet.
    if (found === null && MAYBE_STEAM.test(path) && shelf.refresh('now')) {
      return gameOf(path, shelf.libraries(), rulesNow());
    }
    return found;
  };

  const leave = (pid: number, home: string | undefined): void => {
    const group = home === undefined ? undefined : running.get(home);
    if (home === undefined || !group?.pids.delete(pid) || group.pids.size > 0) return;
    running.delete(home);
    options.ended(group.game);
  };

  const judge = (pid: number, path: string): void => {
    const found = find(path);
    const before = homeOf.get(pid);
    if (found?.home === before) return;
    if (found === null) homeOf.delete(pid);
    else {
      homeOf.set(pid, found.home);
      const group = running.get(found.home);
      if (group) group.pids.add(pid);
      else {
        const game: Game = { pid, path: found.path, title: found.title };
        running.set(found.home, { game, pids: new Set([pid]) });
        options.started(game);
      }
    }
    // After the new one has started, so that a launcher that becomes its game is no gap.
    leave(pid, before);
  };

  const recheck = (): void => {
    for (const [pid, path] of programs) judge(pid, path);
  };

  const watching = watchPrograms({
    signal: options.signal,
    started: (pid, path) => {
      programs.set(pid, path);
      judge(pid, path);
      // Last, because the disk may be slow and a game must not wait for it.
      if (shelf.refresh()) recheck();
    },
    ended: (pid) => {
      programs.delete(pid);
      const home = homeOf.get(pid);
      homeOf.delete(pid);
      leave(pid, home);
    },
    ...(options.changed && { changed: options.changed }),
    ...(options.only && { only: options.only }),
  });
  return { watching, recheck };
}

const MAYBE_STEAM = /[\\/]steamapps[\\/]common[\\/]/i;

/** The system names programs by their real path, so the owner's paths are made real too; once for each change. */
function realRules(rules: () => readonly GameRule[]): () => readonly GameRule[] {
  let given: readonly GameRule[] | null = null;
  let real: readonly GameRule[] = [];
  return () => {
    const now = rules();
    if (now !== given) {
      given = now;
      real = now.map((rule) => ({ ...rule, path: realPath(rule.path) }));
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
