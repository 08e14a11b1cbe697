import type { Catalog } from '../../src-shared/language/language.ts';

/** The first start: the GPU, its limits, what to expect. */
export const onboarding = {
  setUpLater: { en: 'Set up later', de: 'Später einrichten' },
  back: { en: 'Back', de: 'Zurück' },
  goOn: { en: 'Continue', de: 'Weiter' },
  startSharing: { en: 'Start sharing', de: 'Teilen starten' },
  stepGpu: { en: 'Your GPU', de: 'Deine GPU' },
  stepLimits: { en: 'Limits', de: 'Grenzwerte' },
  stepEstimate: { en: 'Estimate', de: 'Schätzung' },

  foundGpu: {
    en: '{count, plural, one {We found your GPU} other {We found your # GPUs}}',
    de: '{count, plural, one {Wir haben deine GPU gefunden} other {Wir haben deine # GPUs gefunden}}',
  },
  foundGpuWhat: {
    en: 'A short test shows what it can do. Its jobs come from this PC; nothing is shared yet.',
    de: 'Ein kurzer Test zeigt, was sie kann. Seine Aufträge kommen von diesem PC; noch wird nichts geteilt.',
  },
  foundNone: { en: 'No GPU found', de: 'Keine GPU gefunden' },
  foundNoneWhat: {
    en: 'Without one nothing can be shared. Offpeak keeps looking.',
    de: 'Ohne sie gibt es nichts zu teilen. Offpeak sucht weiter.',
  },
  foundSoftware: { en: 'No GPU that Offpeak can use', de: 'Keine GPU, die Offpeak nutzen kann' },
  foundSoftwareWhat: {
    en: 'You can try everything out all the same: jobs then run on the processor, for test credits.',
    de: 'Ausprobieren kannst du trotzdem alles: Aufträge laufen dann auf dem Prozessor, für Testpunkte.',
  },
  lookingWhat: { en: 'This takes a few seconds.', de: 'Das dauert ein paar Sekunden.' },
  gpuPower: { en: '{min} to {max} W', de: '{min} bis {max} W' },

  startTest: { en: 'Start the test', de: 'Test starten' },
  skipTest: { en: 'Skip the test', de: 'Test überspringen' },
  testing: { en: 'Testing, {done} of {of}', de: 'Testet, {done} von {of}' },
  testWaits: { en: 'The test waits. {why}', de: 'Der Test wartet. {why}' },
  checkDone: { en: 'Done', de: 'Fertig' },
  checkRunning: { en: 'Running', de: 'Läuft' },
  checkOpen: { en: 'Not yet', de: 'Noch nicht' },
  checkTrouble: { en: 'Trouble', de: 'Problem' },
  checkDriver: { en: 'Driver {version}', de: 'Treiber {version}' },
  checkDriverUnnamed: { en: 'Driver', de: 'Treiber' },
  checkReady: { en: 'Ready', de: 'Bereit' },
  checkNoAnswer: { en: 'Does not answer', de: 'Antwortet nicht' },
  checkMemory: { en: '{size} video memory', de: '{size} Grafikspeicher' },
  checkFree: { en: '{size} free', de: '{size} frei' },
  checkSandbox: { en: 'Sandbox', de: 'Sandbox' },
  checkSandboxOpen: {
    en: 'Is checked when the first job starts',
    de: 'Wird geprüft, wenn der erste Auftrag startet',
  },
  checkSandboxHeld: {
    en: 'Holds, no access to your files',
    de: 'Hält, kein Zugriff auf deine Dateien',
  },
  checkSandboxLacks: {
    en: 'This system keeps jobs not from everything; Limits says what',
    de: 'Dieses System hält Aufträge nicht von allem fern; mehr unter Grenzwerte',
  },
  checkSpeed: { en: 'Speed test', de: 'Geschwindigkeitstest' },
  checkSpeedOpen: { en: 'Takes about half a minute', de: 'Dauert etwa eine halbe Minute' },
  checkSpeedOn: { en: 'Small jobs are running', de: 'Kleine Aufträge laufen' },
  checkCurve: { en: 'Power curve', de: 'Leistungskurve' },
  checkCurveNone: {
    en: 'This GPU takes no other power limit',
    de: 'Diese GPU nimmt kein anderes Leistungslimit an',
  },
  checkCurvePoints: {
    en: '{count, plural, one {# power limit measured} other {# power limits measured}}',
    de: '{count, plural, one {# Leistungslimit gemessen} other {# Leistungslimits gemessen}}',
  },

  setLimits: { en: 'Set your limits', de: 'Setz deine Grenzen' },
  setLimitsWhat: {
    en: 'You can change everything later. Games always come first.',
    de: 'Du kannst später alles ändern. Spiele gehen immer vor.',
  },
  presets: { en: 'Limits to begin with', de: 'Grenzwerte für den Anfang' },
  presetQuiet: { en: 'Quiet', de: 'Leise' },
  presetQuietWhat: { en: 'Hardly audible', de: 'Kaum zu hören' },
  presetBalanced: { en: 'Balanced', de: 'Ausgewogen' },
  presetBalancedWhat: { en: 'Best mix for most people', de: 'Für die meisten das Beste' },
  presetMost: { en: 'Most pay', de: 'Höchster Ertrag' },
  presetMostWhat: { en: 'Fans will be audible', de: 'Lüfter werden zu hören sein' },
  presetSpeed: { en: '{share} of its full speed', de: '{share} der vollen Geschwindigkeit' },
  presetPower: { en: '{share} of the power', de: '{share} der Leistung' },
  nothingToLimit: {
    en: 'There is no temperature and no power to limit here.',
    de: 'Hier gibt es weder Temperatur noch Leistung zu begrenzen.',
  },
  onlyAway: { en: 'Share only when I’m away', de: 'Nur teilen, wenn ich weg bin' },
  onlyAwayWhat: {
    en: 'Starts when mouse and keyboard are idle',
    de: 'Startet, wenn Maus und Tastatur ruhen',
  },
  stopForGames: {
    en: 'Stops at once when a game starts',
    de: 'Stoppt sofort, wenn ein Spiel startet',
  },
  gamesFound: {
    en: '{count, plural, one {Found # game in {where}} other {Found # games in {where}}}',
    de: '{count, plural, one {# Spiel gefunden in {where}} other {# Spiele gefunden in {where}}}',
  },
  gamesNone: {
    en: 'No game library found yet. Full-screen games are noticed all the same.',
    de: 'Noch keine Spielebibliothek gefunden. Spiele im Vollbild werden trotzdem bemerkt.',
  },

  expect: { en: 'What you can expect', de: 'Was du erwarten kannst' },
  expectWhat: {
    en: 'Only what is known. Nothing here is a guess.',
    de: 'Nur, was bekannt ist. Nichts davon ist geraten.',
  },
  monthlyCost: { en: 'Electricity per month, about', de: 'Strom im Monat, etwa' },
  monthlyCostMost: { en: 'Electricity per month, at most', de: 'Strom im Monat, höchstens' },
  costUnknown: {
    en: 'This PC does not say how much power it draws, so the electricity is not known.',
    de: 'Dieser PC sagt nicht, wie viel Leistung er aufnimmt; der Strom ist also nicht bekannt.',
  },
  expectTest: {
    en: 'This network pays test credits, which are not money, so there is no pay to promise. To know it, Offpeak needs a network that pays, and a week of what its jobs bring.',
    de: 'Dieses Netzwerk zahlt Testpunkte, und die sind kein Geld; versprechen lässt sich also nichts. Dazu bräuchte Offpeak ein Netzwerk, das zahlt, und eine Woche lang, was dessen Aufträge bringen.',
  },
  expectMoney: {
    en: 'What jobs bring is known only after a week of them. Offpeak pauses by itself when power costs more than jobs pay.',
    de: 'Was Aufträge bringen, weiß man erst nach einer Woche. Offpeak pausiert von selbst, wenn Strom mehr kostet, als Aufträge bringen.',
  },
  howWeGetThere: { en: 'How we get there', de: 'Wie wir darauf kommen' },
  hoursAway: { en: 'Hours away per day', de: 'Stunden weg pro Tag' },
  drawMeasured: { en: 'Power, as measured', de: 'Leistung, wie gemessen' },
  drawAtMost: { en: 'Power, at your limits', de: 'Leistung, an deinen Grenzen' },
  energyPerMonth: { en: 'Electricity, {energy}', de: 'Strom, {energy}' },
  meanOfDay: { en: 'Electricity, mean of the day', de: 'Strom, Mittel des Tages' },
  payoutLater: {
    en: 'Not available yet. Test credits are not paid out.',
    de: 'Noch nicht verfügbar. Testpunkte werden nicht ausgezahlt.',
  },
} as const satisfies Catalog;
