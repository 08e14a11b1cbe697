import { constants, homedir, setPriority } from 'node:os';
import { delimiter, isAbsolute } from 'node:path';
import type Koffi from 'koffi';
import type { Lockdown } from '../../src-shared/lockdown.ts';
import { ownCode, READS } from './reachable-files.ts';
import { NOTHING, openTally } from './tally.ts';

/**
 * macOS: a sandbox profile by `sandbox_init`, which Apple calls deprecated and every browser uses. It forbids what no
 * job needs rather than allowing what Metal may need, because that list could not be tried. NOT SEEN: written from the
 * documentation, never run on a Mac.
 */
export function lockDownMac(koffi: typeof Koffi, entry: string): Lockdown {
  const { measure, lack, result } = openTally(NOTHING, process.env);
  measure('priority', () => {
    setPriority(constants.priority.PRIORITY_LOW);
    return null;
  });
  measure(['files', 'network', 'programs', 'processes'], () => {
    const models = (process.env[READS] ?? '').split(delimiter).filter(isAbsolute);
    return applyProfile(koffi, sandboxProfile(homedir(), [...ownCode(entry), ...models]));
  });
  lack('kernel', 'macOS shuts no system calls one by one');
  lack('rights', 'nothing is written for macOS');
  lack('core-dumps', 'nothing is written for macOS');
  lack('memory', 'nothing is written for macOS');
  lack('lifeline', 'only the closed channel ends it');
  return result();
}

/** The profile, in the sandbox's own language. */
export function sandboxProfile(home: string, readable: readonly string[]): string {
  const quoted = (path: string) => JSON.stringify(path);
  return [
    '(version 1)',
    '(allow default)',
    '(deny network*)',
    '(deny process-exec*)',
    '(deny process-fork)',
    '(deny file-write*)',
    '(allow file-write* (literal "/dev/null"))',
    `(deny file-read-data (subpath ${quoted(home)}) (subpath "/Volumes") (subpath "/private/tmp"))`,
    ...readable.map((path) => `(allow file-read-data (subpath ${quoted(path)}))`),
    '(deny signal (target others))',
    '(deny mach-priv-task-port)',
    '(deny process-info* (target others))',
  ].join('\n');
}

function applyProfile(koffi: typeof Koffi, profile: string): string | null {
  const system = koffi.load('/usr/lib/libSystem.B.dylib');
  const init = system.func('int sandbox_init(const char *, uint64_t, _Out_ char **)');
  const trouble: [string | null] = [null];
  return init(profile, 0, trouble) === 0
    ? null
    : `sandbox_init: ${trouble[0] ?? 'no reason given'}`;
}
