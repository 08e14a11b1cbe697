import { posix, win32 } from 'node:path';
import { z } from 'zod';
import { pathsOf } from '../programs/program-path.ts';
import { listNames, readJson } from '../small-file.ts';
import { type InstalledGame, type LibrarySource, libraryOf, type Machine } from './library.ts';

/** What Epic's launcher writes for everything it installs. */
const Manifest = z.object({
  DisplayName: z.string(),
  InstallLocation: z.string().min(1),
  AppCategories: z.array(z.string()).optional(),
});

/** Where Epic's launcher keeps its manifests. */
export function epicFolders({ platform, homes, env }: Machine): string[] {
  const data = 'Epic/EpicGamesLauncher/Data/Manifests';
  switch (platform) {
    case 'win32':
      return [win32.join(env.ProgramData ?? 'C:\\ProgramData', data)];
    case 'darwin':
      return homes.map((home) => posix.join(home, 'Library/Application Support', data));
    default:
      // Epic has no launcher for Linux; see heroic.ts and lutris.ts.
      return [];
  }
}

/** The games of Epic's own launcher. */
export function epicSource(
  machine: Machine,
  folders: readonly string[] = epicFolders(machine),
): LibrarySource {
  const { join } = pathsOf(process.platform);
  return {
    name: 'Epic Games',
    watched: () => folders,
    read: () => [
      libraryOf(
        folders.flatMap((folder) =>
          listNames(folder)
            .filter((name) => /\.item$/i.test(name))
            .flatMap((name) => readManifest(join(folder, name)) ?? []),
        ),
        machine,
      ),
    ],
  };
}

function readManifest(path: string): InstalledGame | null {
  const manifest = readJson(path, Manifest);
  if (manifest === null) return null;
  // The Unreal Editor comes through the same door, and is no game.
  if (manifest.AppCategories && !manifest.AppCategories.includes('games')) return null;
  return { title: manifest.DisplayName, folder: manifest.InstallLocation };
}
