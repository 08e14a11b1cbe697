import { fileTime } from '../../src-disk/durable-file.ts';
import { Said } from '../../src-shared/said.ts';
import type { Snapshot } from '../../src-shared/snapshot.ts';
import { inEnglish } from '../../src-shared/wording.ts';

/** The last lines of the log that go into it. */
const MOST_LINES = 200;

export type Machine = {
  /** `linux 6.8.0 x64`. */
  readonly system: string;
  /** Of Node, Electron and Chromium, as far as they are here. */
  readonly versions: Readonly<Record<string, string | undefined>>;
  /** Of the owner; written as `~`. */
  readonly home: string;
  readonly log: readonly string[];
};

/**
 * What is nobody's business: what a job is called and what it does, what else runs on this computer, and where anything
 * of the owner's lies. What is left of each tells how many, or which kind; what was said is said in English.
 */
function kept(name: string, value: unknown): unknown {
  switch (name) {
    case 'title':
    case 'path':
    case 'id':
    case 'label':
      return undefined;
    case 'programs':
    case 'games':
      return Array.isArray(value) ? value.length : value;
    default: {
      const said = Said.safeParse(value);
      return said.success ? inEnglish(said.data) : value;
    }
  }
}

const written = (value: unknown): string => JSON.stringify(value, kept, 2);
const onOneLine = (value: unknown): string => JSON.stringify(value, kept);

/** A reason for failing may quote the job. */
const logged = (line: string): string => line.replace(/( fail: [^:]+):.*$/s, '$1');

/** The owner's home folder is called by their name. In JSON a Windows path has its signs doubled. */
function homeless(text: string, home: string): string {
  if (home.length < 2) return text;
  return text.replaceAll(JSON.stringify(home).slice(1, -1), '~').replaceAll(home, '~');
}

/** A text for somebody who helps: versions, cards, settings, the last lines of the log. No job content, no keys, no paths. */
export function diagnosticsText(snapshot: Snapshot, machine: Machine): string {
  const { lanes, settings, connection, network, libraries, notices } = snapshot;
  const versions = Object.entries(machine.versions)
    .flatMap(([name, version]) => (version ? [`${name} ${version}`] : []))
    .join(', ');
  const parts = [
    `Offpeak ${snapshot.version}, ${new Date(snapshot.takenAt).toISOString()}`,
    `${machine.system}; ${versions}`,
    `Network: ${onOneLine(network)} ${onOneLine(connection)}`,
    `Owner: ${onOneLine({ idleFor: snapshot.idleFor, locked: snapshot.locked, startsAtLogin: snapshot.startsAtLogin })}`,
    `Game libraries: ${onOneLine(libraries.map(({ name, games }) => `${name} ${games}`))}`,
    `GPU trouble: ${snapshot.gpuTrouble ? inEnglish(snapshot.gpuTrouble) : 'none'}`,
    `Speed test: ${onOneLine(snapshot.speedTest)}`,
    `GPUs: ${written(lanes)}`,
    `Settings: ${written(settings)}`,
    `Notices:\n${notices.map(({ said }) => inEnglish(said)).join('\n')}`,
    `Log:\n${machine.log.slice(-MOST_LINES).map(logged).join('\n')}`,
  ];
  return `${homeless(parts.join('\n\n'), machine.home)}\n`;
}

/** What its file is called. */
export const diagnosticsName = (at: number): string => `offpeak-diagnostics-${fileTime(at)}.txt`;
