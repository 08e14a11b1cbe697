import { exeOf } from './process-table.ts';
import { programOf } from './program-identity.ts';
import { baseName } from './program-path.ts';

/**
 * What a person calls a program: the title of the game where `titleOf` knows one (see `GameWatch`), else its
 * executable's name. Null where the system does not say. Costs one or two reads in /proc; ask when it is shown, not for
 * every process.
 */
export function nameOf(
  pid: number,
  titleOf: (pid: number) => string | null = () => null,
): string | null {
  const title = titleOf(pid);
  if (title !== null) return title;
  const exe = exeOf(pid);
  if (exe === null) return null;
  // A script's interpreter says nothing, but to guess more from its command line would sometimes be a lie.
  return baseName(programOf(pid, exe) ?? exe).slice(0, MAX_NAME) || null;
}

/** As in `GpuProgram`. UTF-16 units. */
const MAX_NAME = 200;
