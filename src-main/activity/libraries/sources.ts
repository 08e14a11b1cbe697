import { battlenetSource } from './battlenet.ts';
import { epicSource } from './epic.ts';
import { flatpakSource } from './flatpak.ts';
import { folderSources } from './game-folders.ts';
import { gogSource } from './gog.ts';
import { heroicSource } from './heroic.ts';
import type { LibrarySource, Machine } from './library.ts';
import { lutrisSource } from './lutris.ts';
import { steamSource } from './steam.ts';
import { xboxSource } from './xbox.ts';

/** Every launcher whose games we know; of two that claim one program the first is believed. */
export const librarySources = (machine: Machine): readonly LibrarySource[] => [
  steamSource(machine),
  epicSource(machine),
  gogSource(machine),
  xboxSource(machine),
  battlenetSource(machine),
  heroicSource(machine),
  lutrisSource(machine),
  flatpakSource(machine),
  ...folderSources(machine),
];
