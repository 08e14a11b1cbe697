import type { Catalog } from '../../src-shared/language/language.ts';

/** What stands around every page. */
export const shell = {
  app: { en: 'Offpeak', de: 'Offpeak' },
  mainNavigation: { en: 'Main', de: 'Hauptnavigation' },
  home: { en: 'Home', de: 'Übersicht' },
  earnings: { en: 'Earnings', de: 'Einnahmen' },
  jobs: { en: 'Jobs', de: 'Aufträge' },
  limits: { en: 'Limits', de: 'Grenzwerte' },
  networks: { en: 'Networks', de: 'Netzwerke' },
  settings: { en: 'Settings', de: 'Einstellungen' },
  openHome: { en: 'State: {state}. Open Home', de: 'Zustand: {state}. Übersicht öffnen' },
  connecting: { en: 'Connecting to Offpeak', de: 'Verbindet mit Offpeak' },
  linkLost: {
    en: 'Connection to Offpeak lost. What you see may be old. Connecting again.',
    de: 'Verbindung zu Offpeak verloren. Was du siehst, kann alt sein. Verbindet neu.',
  },
  unreadable: {
    en: 'This window could not read what Offpeak sent ({where}). Restart Offpeak to update both.',
    de: 'Dieses Fenster konnte nicht lesen, was Offpeak geschickt hat ({where}). Starte Offpeak neu, damit beide gleich neu sind.',
  },
  partMissing: {
    en: 'This part of the window could not be read. Close the window and open it again.',
    de: 'Dieser Teil des Fensters konnte nicht gelesen werden. Schließe das Fenster und öffne es wieder.',
  },
  dismiss: { en: 'Dismiss', de: 'Schließen' },
  notice: { en: 'Notice', de: 'Hinweis' },
  refused: { en: 'That was not done', de: 'Das wurde nicht ausgeführt' },
} as const satisfies Catalog;
