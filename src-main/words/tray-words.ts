import type { Catalog } from '../../src-shared/language/language.ts';

/** The menu of the icon beside the clock; the state in it is src-shared's. */
export const trayWords = {
  share: { en: 'Share my GPU', de: 'Meine GPU teilen' },
  pause: { en: 'Pause', de: 'Pausieren' },
  resume: { en: 'Resume now', de: 'Jetzt fortsetzen' },
  notAGame: { en: 'Not a game?', de: 'Kein Spiel?' },
  neverPause: { en: 'Never pause for {title}', de: 'Nie für {title} pausieren' },
  open: { en: 'Open Offpeak', de: 'Offpeak öffnen' },
  quit: { en: 'Quit', de: 'Beenden' },
  unstarted: { en: 'Offpeak could not start', de: 'Offpeak konnte nicht starten' },
} as const satisfies Catalog;
