import { battlenetSource } from './battlenet-library.ts';
import { epicSource } from './epic-library.ts';
import { flatpakSource } from './flatpak-program.ts';
import { folderSources } from './game-folders.ts';
import { gogSource } from './gog-library.ts';
import { heroicSource } from './heroic-library.ts';
import type { LibrarySource, Machine } from './library.ts';
import { lutrisSource } from './lutris-library.ts';
import { steamSource } from './steam-library.ts';
import { xboxSource } from './xbox-library.ts';

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
