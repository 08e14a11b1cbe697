import type { Catalog } from '../../src-shared/language.ts';

/** What the tray's menu says beside the sentences that the window says too. */
export const tray = {
  starting: { en: 'Offpeak is starting.', de: 'Offpeak startet.' },
  share: { en: 'Share my GPU', de: 'Meine GPU teilen' },
  pause: { en: 'Pause', de: 'Pause' },
  resume: { en: 'Resume now', de: 'Jetzt fortsetzen' },
  notAGame: { en: 'Not a game?', de: 'Kein Spiel?' },
  neverPause: { en: 'Never pause for {title}', de: 'Nie für {title} pausieren' },
  open: { en: 'Open Offpeak', de: 'Offpeak öffnen' },
  quit: { en: 'Quit', de: 'Beenden' },
} as const satisfies Catalog;
