import type { Catalog } from '../language/language.ts';

/** What an order of the owner may be answered with, and what becomes of examples and speed tests. */
export const orderWords = {
  noWholePath: {
    en: '“{path}” is not the whole path of a program: it must begin at the root of a drive.',
    de: '„{path}“ ist nicht der ganze Pfad eines Programms: Er muss oben auf einem Laufwerk beginnen.',
  },
  rulesFull: {
    en: 'The list of programs is full. Remove one of them first.',
    de: 'Die Liste der Programme ist voll. Entferne zuerst eines.',
  },
  starting: { en: 'Offpeak is starting.', de: 'Offpeak startet.' },
  unanswered: {
    en: 'Offpeak did not answer. Look whether it still runs, then try again.',
    de: 'Offpeak hat nicht geantwortet. Sieh nach, ob es noch läuft, und versuche es erneut.',
  },
  noSuchRun: {
    en: 'The books do not know this job.',
    de: 'Die Bücher kennen diesen Auftrag nicht.',
  },
  /** One part of Offpeak is newer than another, and says what that one has no text for. */
  unknownWords: {
    en: 'Another version of Offpeak reports “{key}”',
    de: 'Eine andere Version von Offpeak meldet „{key}“',
  },
  oneAfterOther: { en: '{one} {other}', de: '{one} {other}' },

  examplesElsewhere: {
    en: 'The examples run on the built-in test network only.',
    de: 'Die Beispiele laufen nur im eingebauten Testnetz.',
  },
  noResults: {
    en: 'This example has no results yet.',
    de: 'Dieses Beispiel hat noch keine Ergebnisse.',
  },

  onlyOurWindow: {
    en: 'Only the Offpeak window may do that.',
    de: 'Das darf nur das Fenster von Offpeak.',
  },
  unreadable: {
    en: 'Offpeak could not read what the window said: {why}',
    de: 'Offpeak konnte nicht lesen, was das Fenster sagte: {why}',
  },
  unusableOption: {
    en: '{name} is not usable: {why}.',
    de: '{name} ist nicht brauchbar: {why}.',
  },
  speedElsewhere: {
    en: 'The speed test runs on the built-in network only.',
    de: 'Der Geschwindigkeitstest läuft nur im eingebauten Netz.',
  },
  speedRunning: {
    en: 'A speed test is running already.',
    de: 'Ein Geschwindigkeitstest läuft schon.',
  },
  noSuchCard: { en: 'There is no such card.', de: 'So eine Karte gibt es nicht.' },
  noNetworkOn: {
    en: 'All networks are switched off, so nothing would run.',
    de: 'Alle Netzwerke sind ausgeschaltet, es würde also nichts laufen.',
  },
  noKernelsTaken: {
    en: 'You take no GPU kernels, and this is made of them.',
    de: 'Du nimmst keine GPU-Kernel an, und daraus besteht das.',
  },
  loginEntry: {
    en: 'the entry for starting at login',
    de: 'der Eintrag für den Start bei der Anmeldung',
  },
  loginPath: {
    en: 'The path of this program cannot be written into a menu.',
    de: 'Der Pfad dieses Programms kann nicht in ein Menü geschrieben werden.',
  },
  loginInstalled: {
    en: 'Only an installed Offpeak can start at login.',
    de: 'Nur ein installiertes Offpeak kann bei der Anmeldung starten.',
  },
  loginNotHere: {
    en: 'Offpeak cannot arrange that here.',
    de: 'Offpeak kann das hier nicht einrichten.',
  },
  speedInterrupted: {
    en: 'The speed test was interrupted for too long.',
    de: 'Der Geschwindigkeitstest war zu lange unterbrochen.',
  },
  speedFailed: {
    en: 'The speed test failed: {why}',
    de: 'Der Geschwindigkeitstest ist fehlgeschlagen: {why}',
  },

  builtInNetwork: { en: 'Built-in test network', de: 'Eingebautes Testnetz' },
  networkSaid: { en: 'The network said: {words}', de: 'Das Netzwerk sagte: {words}' },
  noGamesSeen: {
    en: 'Offpeak does not notice games by itself on this system yet: pause it before you play.',
    de: 'Offpeak bemerkt Spiele auf diesem System noch nicht von selbst: Pausiere es, bevor du spielst.',
  },
} as const satisfies Catalog;
