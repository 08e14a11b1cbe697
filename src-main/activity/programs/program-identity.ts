import { flatpakInfo, flatpakProgram, isInFlatpak } from './flatpak.ts';
import { factsOf, isWine, type ProcessFacts, wineProgram } from './wine-program.ts';

/**
 * The program that a process really runs, by the path an owner would know it by: the Windows program instead of Wine, a
 * Flatpak's file instead of what its sandbox shows. Null for Wine's own helpers, which are nobody's program.
 */
export function programOf(
  pid: number,
  exePath: string,
  facts: ProcessFacts = factsOf(pid),
): string | null {
  // Only Linux tells what it takes.
  if (process.platform !== 'linux') return exePath;
  if (isWine(exePath)) return wineProgram(facts);
  if (!isInFlatpak(exePath)) return exePath;
  const info = flatpakInfo(pid);
  return (info === null ? null : flatpakProgram(exePath, info)) ?? exePath;
}
