import type { Words } from '../../src-shared/language/language.ts';
import { readerOf, sayToOwner } from '../../src-shared/language/reader.ts';
import type { LaneView, Snapshot } from '../../src-shared/snapshot.ts';
import { diskWords } from '../../src-shared/words/disk-words.ts';
import { jobWords } from './job-words.ts';
import { orderWords } from './order-words.ts';
import { processWords } from './process-words.ts';

type Tale = { readonly words: Words; readonly pattern: RegExp };

const PLACE = /\{(\w+)\}/g;

/** A pattern for what `words` says in English, its places as named groups. */
function taleOf(words: Words): Tale {
  const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const parts = words.en.split(PLACE).map((part, n) => (n % 2 ? `(?<${part}>.+?)` : literal(part)));
  return { words, pattern: new RegExp(`^${parts.join('')}$`, 's') };
}

/** The longest first: it says the most. What counts cannot be told from its outcome, and no other process counts. */
const tales = Object.values<Words>({ ...diskWords, ...jobWords, ...orderWords, ...processWords })
  .filter(({ en }) => !en.includes('plural'))
  .sort((a, b) => b.en.length - a.en.length)
  .map(taleOf);

/**
 * What another process or the network said in English, in the owner's language; what is not known stays as it is, such as
 * a driver's own words. Said late, so that a change of the language reaches it too.
 */
export function retold(text: string): string {
  if (readerOf({}).language === 'en') return text;
  for (const { words, pattern } of tales) {
    const found = pattern.exec(text);
    if (!found) continue;
    const values = Object.entries(found.groups ?? {}).map(([name, said]) => [name, retold(said)]);
    return sayToOwner(words, Object.fromEntries(values));
  }
  return text;
}

const retoldOrNull = (text: string | null): string | null => (text === null ? null : retold(text));

function retoldLane(lane: LaneView): LaneView {
  const { phase, lockdown } = lane;
  return {
    ...lane,
    phase: 'detail' in phase ? { ...phase, detail: retold(phase.detail) } : phase,
    powerLimitTrouble: retoldOrNull(lane.powerLimitTrouble),
    lockdown: lockdown && {
      ...lockdown,
      missing: lockdown.missing.map((lack) => ({ ...lack, why: retold(lack.why) })),
    },
  };
}

/** The snapshot with everything that was said elsewhere in the owner's language. */
export function retoldSnapshot(snapshot: Snapshot): Snapshot {
  if (readerOf({}).language === 'en') return snapshot;
  const { connection } = snapshot;
  return {
    ...snapshot,
    lanes: snapshot.lanes.map(retoldLane),
    network: { ...snapshot.network, name: retold(snapshot.network.name) },
    gpuTrouble: retoldOrNull(snapshot.gpuTrouble),
    connection:
      connection.kind === 'offline'
        ? { ...connection, detail: retold(connection.detail) }
        : connection,
    examples: snapshot.examples.map((example) =>
      example.progress.kind === 'failed'
        ? { ...example, progress: { ...example.progress, detail: retold(example.progress.detail) } }
        : example,
    ),
  };
}
