import type { Catalog } from '../../src-shared/language/language.ts';

/** Settings: general, electricity. */
export const settings = {
  general: { en: 'General', de: 'Allgemein' },
  startAtLogin: { en: 'Start at login', de: 'Beim Anmelden starten' },
  startAtLoginWhat: { en: 'Opens in the tray', de: 'Öffnet im Infobereich' },
  startAtLoginNot: {
    en: 'Not available here: only an installed Offpeak with a display can.',
    de: 'Hier nicht möglich: Das kann nur ein installiertes Offpeak mit Bildschirm.',
  },
  notifications: { en: 'Notifications', de: 'Mitteilungen' },
  notificationsWhat: {
    en: 'Problems only, and never while a game runs',
    de: 'Nur bei Problemen, und nie während eines Spiels',
  },
  help: { en: 'Version and help', de: 'Version und Hilfe' },
  version: { en: 'Version {version}', de: 'Version {version}' },
  diagnostics: { en: 'Diagnostics', de: 'Diagnose' },
  diagnosticsWhat: {
    en: 'Log, GPU readings and settings; no job content, no keys',
    de: 'Protokoll, GPU-Werte und Einstellungen; kein Auftragsinhalt, keine Schlüssel',
  },
  saveDiagnostics: { en: 'Save diagnostics', de: 'Diagnose speichern' },
  language: { en: 'Language', de: 'Sprache' },
  languageSystem: { en: 'As the system', de: 'Wie das System' },
  theme: { en: 'Appearance', de: 'Aussehen' },
  themeSystem: { en: 'System', de: 'System' },
  themeLight: { en: 'Light', de: 'Hell' },
  themeDark: { en: 'Dark', de: 'Dunkel' },
  keepAwake: {
    en: 'Keep this PC awake while a job runs',
    de: 'Diesen PC wach halten, während ein Auftrag läuft',
  },
  keepAwakeWhat: {
    en: 'Off: it sleeps as it always does, and the job waits.',
    de: 'Aus: Er schläft ein wie immer, und der Auftrag wartet.',
  },
  electricityPrice: { en: 'Electricity price', de: 'Strompreis' },
  priceKind: { en: 'How electricity is priced', de: 'Wie Strom abgerechnet wird' },
  onePrice: { en: 'One price', de: 'Ein Preis' },
  priceByTime: { en: 'By time of day', de: 'Nach Tageszeit' },
  priceByHour: { en: 'Price per kWh by hour, US$', de: 'Preis je kWh nach Stunde, US$' },
  priceMean: { en: '{price} on average while sharing', de: '{price} im Mittel beim Teilen' },
  priceStretch: { en: '{price} from {from} to {to}', de: '{price} von {from} bis {to}' },
  restOfPc: { en: 'Rest of the PC', de: 'Rest des PCs' },
  restOfPcWhat: {
    en: 'Extra watts while sharing, beside the GPU. Counted once, however many GPUs work.',
    de: 'Zusätzliche Watt beim Teilen, neben der GPU. Zählt einmal, egal wie viele GPUs arbeiten.',
  },
  restOfPcWatts: { en: 'Extra watts', de: 'Zusätzliche Watt' },
  priceAlways: { en: 'At every hour', de: 'Zu jeder Stunde' },
  priceOtherwise: { en: 'At all other times', de: 'Zu allen anderen Zeiten' },
  periodFrom: { en: 'Period {number}: from', de: 'Zeit {number}: von' },
  periodTo: { en: 'Period {number}: to', de: 'Zeit {number}: bis' },
  periodPrice: { en: 'Period {number}: price', de: 'Zeit {number}: Preis' },
  removePeriod: { en: 'Remove period {number}', de: 'Zeit {number} entfernen' },
  addPeriod: { en: 'Add a period', de: 'Zeit hinzufügen' },
  periodsOverlap: {
    en: 'Where periods overlap, the first one counts.',
    de: 'Wo Zeiten sich überschneiden, zählt die erste.',
  },
  priceWhat: {
    en: 'Taken from what you earn, wherever Offpeak shows net.',
    de: 'Wird von dem abgezogen, was du verdienst, wo immer Offpeak netto zeigt.',
  },
} as const satisfies Catalog;
