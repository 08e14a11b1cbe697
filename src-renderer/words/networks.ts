import type { Catalog } from '../../src-shared/language/language.ts';

/** Networks: whom to work for, what kinds of jobs, and where money would go. */
export const networks = {
  networksTitle: { en: 'Networks and payouts', de: 'Netzwerke und Auszahlung' },
  workFor: { en: 'Work for', de: 'Arbeiten für' },
  tagTest: { en: 'Test credits', de: 'Testpunkte' },
  tagMoney: { en: 'Pays US$', de: 'Zahlt US$' },
  tagDonates: { en: 'Donates', de: 'Spendet' },
  tagYours: { en: 'Yours', de: 'Deins' },
  connected: { en: 'Connected', de: 'Verbunden' },
  notConnected: { en: 'No connection since {when}', de: 'Keine Verbindung seit {when}' },
  networkOff: {
    en: 'Switched off: it sends no work',
    de: 'Ausgeschaltet: Es schickt keine Arbeit',
  },
  notAvailable: { en: 'Not available yet', de: 'Noch nicht verfügbar' },
  foldingName: { en: 'Folding@home', de: 'Folding@home' },
  foldingWhat: { en: 'Disease research', de: 'Krankheitsforschung' },
  boincName: { en: 'BOINC', de: 'BOINC' },
  boincWhat: { en: 'Science of many kinds', de: 'Forschung vieler Art' },
  hordeName: { en: 'AI Horde', de: 'AI Horde' },
  hordeWhat: { en: 'Community images and chat', de: 'Bilder und Chat der Gemeinschaft' },
  commandName: { en: 'Own command', de: 'Eigener Befehl' },
  commandWhat: {
    en: 'A program of yours while the PC is free',
    de: 'Ein eigenes Programm, während der PC frei ist',
  },
  jobKinds: { en: 'Kinds of jobs you allow', de: 'Arten von Aufträgen, die du erlaubst' },
  jobKindsWhat: {
    en: 'Every job runs apart from your files and your home network, as far as this system lets it. A job that runs is finished.',
    de: 'Jeder Auftrag läuft getrennt von deinen Dateien und deinem Heimnetz, soweit dieses System es hergibt. Was läuft, wird zu Ende gebracht.',
  },
  noKinds: {
    en: 'No kind is allowed, so no job will ever be taken.',
    de: 'Keine Art ist erlaubt, also wird nie ein Auftrag angenommen.',
  },
  allowLlm: { en: 'LLM inference', de: 'LLM-Inferenz' },
  allowLlmWhat: { en: 'Chat and text requests', de: 'Chat- und Textanfragen' },
  allowKernel: { en: 'GPU kernels', de: 'GPU-Kernel' },
  allowKernelWhat: {
    en: 'Small programs that compute; the examples and the speed test too',
    de: 'Kleine Rechenprogramme; auch die Beispiele und der Geschwindigkeitstest',
  },
  allowEmbed: { en: 'Embeddings', de: 'Embeddings' },
  allowEmbedWhat: {
    en: 'Texts turned into numbers, for search',
    de: 'Texte als Zahlen, für die Suche',
  },
  payout: { en: 'Payout', de: 'Auszahlung' },
  payoutTest: {
    en: 'This network pays test credits. They are for trials, are not money, and are never paid out.',
    de: 'Dieses Netzwerk zahlt Testpunkte. Sie sind zum Ausprobieren, kein Geld, und werden nie ausgezahlt.',
  },
  payoutMoney: {
    en: 'What you have earned stays credited to you until payouts exist.',
    de: 'Was du verdient hast, bleibt dir gutgeschrieben, bis es Auszahlungen gibt.',
  },
  payoutAddress: { en: 'Payout address', de: 'Auszahlungsadresse' },
  payoutAddressNot: {
    en: 'You will enter and check it here once a network pays money out.',
    de: 'Du trägst sie hier ein und prüfst sie, sobald ein Netzwerk Geld auszahlt.',
  },
} as const satisfies Catalog;
