import type { Catalog } from '../language/language.ts';

/** The state in words, for the headline, the sidebar and the tray; `Tag` and `Short` are for narrow places. */
export const stateWords = {
  earning: { en: 'Earning', de: 'Verdient gerade' },
  earningOn: { en: 'Earning on {part}', de: 'Verdient auf {part}' },
  someGpus: { en: '{some} of {all}\u00a0GPUs', de: '{some} von {all}\u00a0GPUs' },
  slowedWord: { en: '{word}, slowed', de: '{word}, gedrosselt' },
  netToday: { en: '{amount} net today', de: 'Heute {amount} netto' },
  testToday: { en: '{amount} today', de: 'Heute {amount}' },
  notMoney: { en: 'Earning test credits, not money.', de: 'Verdient Testpunkte, kein Geld.' },
  notMoneySoftware: {
    en: 'Earning test credits on the software renderer, not money.',
    de: 'Verdient auf dem Software-Renderer Testpunkte, kein Geld.',
  },
  resultKept: {
    en: 'No connection since {since}; the result is kept and sent later.',
    de: 'Keine Verbindung seit {since}; das Ergebnis wird aufbewahrt und später gesendet.',
  },
  stopsForGames: {
    en: 'Stops the moment a game starts.',
    de: 'Stoppt sofort, wenn ein Spiel startet.',
  },
  stopsForWork: {
    en: 'Stops the moment a game starts, and for programs that keep the GPU busy.',
    de: 'Stoppt sofort, wenn ein Spiel startet, und bei Programmen, die die GPU auslasten.',
  },
  stopsForOwner: {
    en: 'Stops the moment you’re back.',
    de: 'Stoppt sofort, wenn du zurück bist.',
  },
  locked: {
    en: 'Your screen is locked. Stops the moment you’re back.',
    de: 'Dein Bildschirm ist gesperrt. Stoppt sofort, wenn du zurück bist.',
  },
  startedByYou: {
    en: 'Started by you. Stops for games and when you pause.',
    de: 'Von dir gestartet. Stoppt bei Spielen und wenn du pausierst.',
  },
  away: {
    en: 'Away for {length}. Stops the moment you’re back.',
    de: 'Seit {length} weg. Stoppt sofort, wenn du zurück bist.',
  },

  off: { en: 'Off', de: 'Aus' },
  offWhy: {
    en: 'Sharing is off. Nothing runs on your GPU.',
    de: 'Teilen ist aus. Auf deiner GPU läuft nichts.',
  },
  offStopping: {
    en: 'Sharing is off. The job is being stopped.',
    de: 'Teilen ist aus. Der Auftrag wird gestoppt.',
  },
  offShort: { en: 'Sharing is off', de: 'Teilen ist aus' },

  paused: { en: 'Paused', de: 'Pausiert' },
  pausedUntil: {
    en: 'You paused sharing until {until}.',
    de: 'Du hast bis {until} pausiert.',
  },
  pausedForever: {
    en: 'You paused sharing until you resume.',
    de: 'Du hast pausiert, bis du fortsetzt.',
  },
  until: { en: 'Until {until}', de: 'Bis {until}' },
  untilResume: { en: 'Until you resume', de: 'Bis du fortsetzt' },

  noGpu: { en: 'No GPU found', de: 'Keine GPU gefunden' },
  noGpuWhy: {
    en: 'This PC shows no GPU that Offpeak can use.',
    de: 'Dieser PC zeigt keine GPU, die Offpeak nutzen kann.',
  },
  gpuError: { en: 'GPU error', de: 'GPU-Fehler' },

  waiting: { en: 'Waiting', de: 'Wartet' },
  starting: { en: 'Starting', de: 'Startet' },
  looking: { en: 'Looking for your GPU.', de: 'Sucht deine GPU.' },
  lookingShort: { en: 'Looking for GPU', de: 'Sucht GPU' },
  loadingJob: { en: 'Loading the job.', de: 'Auftrag wird geladen.' },
  loadingNamed: {
    en: 'Loading the job “{title}”.',
    de: 'Auftrag „{title}“ wird geladen.',
  },
  fetchingModel: {
    en: 'Fetching the model, {share}.',
    de: 'Das Modell wird geholt, {share}.',
  },
  loadingShort: { en: 'Loading job', de: 'Lädt Auftrag' },

  offline: { en: 'Offline', de: 'Offline' },
  noConnection: {
    en: 'No connection since {since}.',
    de: 'Keine Verbindung seit {since}.',
  },
  workKept: {
    en: 'Finished work is kept and sent later.',
    de: 'Fertige Arbeit wird später gesendet.',
  },
  since: { en: 'Since {since}', de: 'Seit {since}' },
  offlineSince: { en: 'Offline since {since}', de: 'Offline seit {since}' },

  seeking: { en: 'Looking for a job.', de: 'Sucht einen Auftrag.' },
  seekingShort: { en: 'Looking for a job', de: 'Sucht Auftrag' },
  noJob: {
    en: 'No job fits this GPU right now. The next one starts by itself.',
    de: 'Gerade passt kein Auftrag. Der nächste startet von selbst.',
  },
  noJobShort: { en: 'No job available', de: 'Kein Auftrag' },

  lastFailed: {
    en: 'The last job ended with an error.',
    de: 'Der letzte Auftrag endete mit einem Fehler.',
  },
  triesAgainIn: { en: 'Tries again in {length}.', de: 'Neuer Versuch in {length}.' },
  triesAgainNow: { en: 'Tries again now.', de: 'Versucht es jetzt erneut.' },
  lastFailedShort: { en: 'After an error', de: 'Nach einem Fehler' },
  givenUp: { en: 'Stopped after errors', de: 'Nach Fehlern gestoppt' },
  givenUpWhy: {
    en: 'Nothing runs until you choose Try again.',
    de: 'Es läuft nichts, bis du „Erneut versuchen“ wählst.',
  },
  error: { en: 'Error', de: 'Fehler' },
  givenUpShort: { en: 'Needs you', de: 'Braucht dich' },
} as const satisfies Catalog;
