import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode, unsaved } from '../../src-disk/disk-trouble.ts';
import { replaceFile } from '../../src-disk/durable-file.ts';
import { type Said, said } from '../../src-shared/said.ts';

const NAME = 'offpeak.desktop';

/** A program's path as the first word of an Exec line (Desktop Entry Specification 1.5, "The Exec key"). */
const quoted = (program: string): string =>
  `"${program
    .replaceAll(/["`$\\]/g, (sign) => `\\${sign}`)
    // The line is a string value, whose own escape sign is the same one; `%` begins a field code.
    .replaceAll('\\', '\\\\')
    .replaceAll('%', '%%')}"`;

const entryOf = (program: string): string =>
  `${[
    '[Desktop Entry]',
    'Type=Application',
    'Name=Offpeak',
    'Comment=Shares the GPU while its owner is away',
    `Exec=${quoted(program)} --hidden`,
    'Icon=offpeak',
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
  ].join('\n')}\n`;

/** What a desktop writes into the entry where its owner switched it off there. */
const SWITCHED_OFF = /^(?:Hidden\s*=\s*true|X-GNOME-Autostart-enabled\s*=\s*false)\s*$/m;

/**
 * Starting `program` at login on a Linux desktop, by an XDG autostart entry in `folder` (`~/.config/autostart`). An entry
 * that starts a program at another place is not this one's.
 */
export function autostartFile(folder: string, program: string) {
  const path = join(folder, NAME);
  return {
    now(): boolean {
      try {
        const text = readFileSync(path, 'utf8');
        return text.includes(`Exec=${quoted(program)} `) && !SWITCHED_OFF.test(text);
      } catch (error) {
        if (errorCode(error) === '') throw error;
        return false;
      }
    },
    /** One sentence where the disk does not take it. */
    set(on: boolean): Said | null {
      if (/[\n\r]/.test(program)) return said('loginPath');
      try {
        if (on) {
          mkdirSync(folder, { recursive: true });
          replaceFile(path, entryOf(program));
        } else rmSync(path, { force: true });
        return null;
      } catch (error) {
        return unsaved(error, 'loginEntry').detail;
      }
    },
  };
}
