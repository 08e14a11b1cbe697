import type { Catalog } from '../../src-shared/language.ts';

/** Games: what is paused for, and the owner's own rules. */
export const games = {
  gameNow: { en: 'Game running now', de: 'Gerade läuft' },
  noGameNow: {
    en: 'Nothing is paused for a game right now.',
    de: 'Gerade pausiert nichts für ein Spiel.',
  },
  alwaysPause: { en: 'Always pause', de: 'Immer pausieren' },
  alwaysPaused: { en: 'Always paused for', de: 'Dafür wird immer pausiert' },
  rules: { en: 'Your rules', de: 'Deine Regeln' },
  rulesWhat: {
    en: 'They beat everything that Offpeak recognises by itself.',
    de: 'Sie gehen vor allem, was Offpeak von selbst erkennt.',
  },
  noRules: {
    en: 'None yet. Installed games are recognised by themselves; add what Offpeak misses.',
    de: 'Noch keine. Installierte Spiele erkennt Offpeak von selbst; ergänze, was ihm entgeht.',
  },
  columnProgram: { en: 'Program', de: 'Programm' },
  columnVerdict: { en: 'When it runs', de: 'Wenn es läuft' },
  columnRemove: { en: 'Remove', de: 'Entfernen' },
  verdictOf: { en: 'When {title} runs', de: 'Wenn {title} läuft' },
  verdictPause: { en: 'Pause', de: 'Pausieren' },
  verdictIgnore: { en: 'Ignore', de: 'Ignorieren' },
  remove: { en: 'Remove', de: 'Entfernen' },
  removeRule: { en: 'Remove {title}', de: '{title} entfernen' },
  rulePath: { en: 'Whole path of the program', de: 'Ganzer Pfad des Programms' },
  rulePathExample: {
    en: 'As your file manager shows it',
    de: 'So, wie ihn dein Dateimanager zeigt',
  },
  ruleTitle: { en: 'Name (optional)', de: 'Name (freiwillig)' },
  addRule: { en: 'Pause for it', de: 'Dafür pausieren' },
} as const satisfies Catalog;
