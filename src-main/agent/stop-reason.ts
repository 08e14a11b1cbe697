import { z } from 'zod';
import { temperature } from '../../src-shared/amount.ts';
import { Fault } from '../../src-shared/job.ts';
import type { Words } from '../../src-shared/language/language.ts';
import { type Reader, sayTo } from '../../src-shared/language/reader.ts';
import { asSentence, plain, TITLE_MAX } from '../../src-shared/plain-text.ts';
import { quote, Said } from '../../src-shared/said.ts';
import { HoldReason } from '../../src-shared/snapshot.ts';
import { wordsOf } from '../../src-shared/wording.ts';

/** What a failure has to say for itself; the books of an Offpeak that is older kept words. */
const Detail = z.union([Said, z.string().transform(quote)]);

/** Why a job ended here before it was done, as the books keep it: a sentence is made of it when somebody reads. */
export const StopReason = z.discriminatedUnion('kind', [
  HoldReason,
  /** The owner did not want it. */
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

const FAULTS: Readonly<Record<Fault, Words>> = {
  'bad-spec': { en: 'The job made no sense.', de: 'Der Auftrag ergab keinen Sinn.' },
  'bad-program': { en: 'Its program does not work.', de: 'Sein Programm funktioniert nicht.' },
  'missing-blob': { en: 'Its data was missing.', de: 'Seine Daten fehlten.' },
  'timed-out': { en: 'It took too long.', de: 'Er brauchte zu lange.' },
  'illegal-access': {
    en: 'Its program reached outside its memory.',
    de: 'Sein Programm griff über seinen Speicher hinaus.',
  },
  'out-of-memory': {
    en: 'The graphics memory was too small.',
    de: 'Der Grafikspeicher reichte nicht.',
  },
  'no-device': { en: 'No GPU could run it.', de: 'Keine GPU konnte ihn ausführen.' },
  'device-lost': { en: 'The GPU stopped responding.', de: 'Die GPU antwortete nicht mehr.' },
  'runner-lost': {
    en: 'The process that ran it ended unexpectedly.',
    de: 'Der Prozess, der ihn ausführte, endete unerwartet.',
  },
};

type Plain = Exclude<StopReason['kind'], 'said' | 'fault'>;
const REASONS: Readonly<Record<Plain, Words>> = {
  'switched-off': { en: 'You switched sharing off.', de: 'Du hast das Teilen ausgeschaltet.' },
  paused: { en: 'You paused sharing.', de: 'Du hast das Teilen pausiert.' },
  'game-running': { en: '{title} was started.', de: '{title} wurde gestartet.' },
  'on-battery': { en: 'This PC went on battery.', de: 'Dieser PC lief auf Akku.' },
  'too-hot': { en: 'The GPU reached {degrees}.', de: 'Die GPU erreichte {degrees}.' },
  'other-program': { en: '{title} was using the GPU.', de: '{title} nutzte die GPU.' },
  'memory-wanted': {
    en: '{title} needed the graphics memory.',
    de: '{title} brauchte den Grafikspeicher.',
  },
  schedule: { en: 'The hours you share were over.', de: 'Die Zeit, in der du teilst, war vorbei.' },
  metered: {
    en: 'The internet connection became a metered one.',
    de: 'Die Internetverbindung wurde eine getaktete.',
  },
  'power-dear': {
    en: 'Power cost more than jobs paid.',
    de: 'Der Strom kostete mehr, als Aufträge einbrachten.',
  },
  'card-off': { en: 'You stopped sharing this GPU.', de: 'Du hast diese GPU nicht mehr geteilt.' },
  'no-network': {
    en: 'You switched all networks off.',
    de: 'Du hast alle Netzwerke ausgeschaltet.',
  },
  'owner-active': { en: 'You came back to this PC.', de: 'Du bist an diesen PC zurückgekehrt.' },
  'gpu-lost': { en: 'The GPU stopped responding.', de: 'Die GPU antwortete nicht mehr.' },
  starting: { en: 'Offpeak had only just started.', de: 'Offpeak war gerade erst gestartet.' },
  leaving: {
    en: 'Offpeak was closed, or this PC went to sleep.',
    de: 'Offpeak wurde beendet, oder dieser PC ging in den Ruhezustand.',
  },
  skipped: { en: 'You skipped it.', de: 'Du hast ihn übersprungen.' },
  'not-wanted': {
    en: 'It was not wanted any more when it came.',
    de: 'Er wurde nicht mehr gebraucht, als er kam.',
  },
  'card-gone': { en: 'The GPU was no longer there.', de: 'Die GPU war nicht mehr da.' },
  'given-back': {
    en: 'It ended early and was given back.',
    de: 'Er endete vorzeitig und wurde zurückgegeben.',
  },
  'app-ended': { en: 'Offpeak ended unexpectedly.', de: 'Offpeak endete unerwartet.' },
  unreadable: {
    en: 'What became of it was lost with a damaged file.',
    de: 'Was daraus wurde, ging mit einer beschädigten Datei verloren.',
  },
};

const A_GAME: Words = { en: 'A game', de: 'Ein Spiel' };
const A_PROGRAM: Words = { en: 'Another program', de: 'Ein anderes Programm' };

/** One sentence, or two where a failure has a detail of its own, which stays as it was said where it is a stranger's. */
export function stopSentence(reason: StopReason, reader: Reader): string {
  switch (reason.kind) {
    case 'said':
      return asSentence(reason.detail);
    case 'fault':
      return `${sayTo(reader, FAULTS[reason.fault])} ${asSentence(wordsOf(reason.detail, reader))}`.trim();
    case 'game-running':
    case 'other-program':
    case 'memory-wanted': {
      const nameless = sayTo(reader, reason.kind === 'game-running' ? A_GAME : A_PROGRAM);
      const title = plain(reason.title ?? '', TITLE_MAX) || nameless;
      return sayTo(reader, REASONS[reason.kind], { title });
    }
    case 'too-hot':
      return sayTo(reader, REASONS['too-hot'], { degrees: temperature(reason.temperature) });
    default:
      return sayTo(reader, REASONS[reason.kind]);
  }
}
