import type { Fault } from '../../src-shared/job.ts';
import type { Catalog, Words } from '../../src-shared/language/language.ts';
import type { HoldReason } from '../../src-shared/snapshot.ts';

/** What was wrong with a job that failed. */
export const faultWords = {
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
} as const satisfies Readonly<Record<Fault, Words>>;

/** Why a job ended before it was done, as its history says it: the reasons to leave a card alone, and what else can happen. */
export const stopWords = {
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
} as const satisfies Catalog & Readonly<Record<HoldReason['kind'], Words>>;
