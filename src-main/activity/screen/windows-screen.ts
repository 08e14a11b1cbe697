import type { FullScreenProgram } from '../../policy/full-screen-game.ts';
import { isKnownNonGame } from '../games/not-games.ts';
import { baseName } from '../programs/program-path.ts';
import { openWindowsProcesses } from '../programs/windows-processes.ts';
import { openWindowsForeground } from './windows-foreground.ts';

export type WindowsScreen = {
  /** The program that has a screen to itself now, unless it is known to be no game or `ignored` says so. */
  readonly look: (ignored: (path: string) => boolean) => FullScreenProgram | null;
};

/** Null where this is no Windows, or its libraries are not as documented. */
export function watchWindowsScreen(): WindowsScreen | null {
  if (process.platform !== 'win32') return null;
  const processes = openWindowsProcesses();
  const foreground = processes && openWindowsForeground(processes);
  if (!foreground) return null;
  return {
    look(ignored) {
      const found = foreground.fullScreen();
      if (!found || isKnownNonGame(found.path) || ignored(found.path)) return null;
      return { ...found, title: baseName(found.path) };
    },
  };
}
