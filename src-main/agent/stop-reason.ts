import { z } from 'zod';
import { temperature } from '../../src-shared/amount.ts';
import { Fault } from '../../src-shared/job.ts';
import type { Words } from '../../src-shared/language/language.ts';
import { type Reader, sayTo } from '../../src-shared/language/reader.ts';
import { asSentence, plain, TITLE_MAX } from '../../src-shared/plain-text.ts';
import { quote, Said } from '../../src-shared/said.ts';
import { HoldReason } from '../../src-shared/snapshot.ts';
import { wordsOf } from '../../src-shared/wording.ts';
import { holdWords } from '../../src-shared/words/hold-words.ts';
import { faultWords, stopWords } from '../words/stop-words.ts';

/** What a failure has to say for itself; the books of an Offpeak that is older kept words. */
const Detail = z.union([Said, z.string().transform(quote)]);

/** Why a job ended here before it was done, as the books keep it: a sentence is made of it when somebody reads. */
export const StopReason = z.discriminatedUnion('kind', [
  HoldReason,
  /** The card had other work, or none was wanted any more, when the job came. */
  z.object({ kind: z.literal('not-wanted') }),
  z.object({ kind: z.literal('card-gone') }),
  z.object({ kind: z.literal('given-back') }),
  /** Offpeak was killed, or the power failed. */
  z.object({ kind: z.literal('app-ended') }),
  /** What became of it was lost with a damaged file. */
  z.object({ kind: z.literal('unreadable') }),
  /** The network's own words. */
  z.object({ kind: z.literal('said'), detail: z.string() }),
  z.object({ kind: z.literal('fault'), fault: Fault, detail: Detail }),
]);
export type StopReason = Readonly<z.infer<typeof StopReason>>;

type Plain = Exclude<StopReason['kind'], 'said' | 'fault'>;
const REASONS: Readonly<Record<Plain, Words>> = stopWords;

/** One sentence, or two where a failure has a detail of its own, which stays as it was said where it is a stranger's. */
export function stopSentence(reason: StopReason, reader: Reader): string {
  switch (reason.kind) {
    case 'said':
      return asSentence(reason.detail);
    case 'fault':
      return `${sayTo(reader, faultWords[reason.fault])} ${asSentence(wordsOf(reason.detail, reader))}`.trim();
    case 'game-running':
    case 'other-program':
    case 'memory-wanted': {
      const nameless = sayTo(
        reader,
        reason.kind === 'game-running' ? holdWords.aGame : holdWords.anotherProgram,
      );
      const title = plain(reason.title ?? '', TITLE_MAX) || nameless;
      return sayTo(reader, REASONS[reason.kind], { title });
    }
    case 'too-hot':
      return sayTo(reader, REASONS['too-hot'], { degrees: temperature(reason.temperature) });
    default:
      return sayTo(reader, REASONS[reason.kind]);
  }
}
