import type { Catalog } from '../../src-shared/language/language.ts';

/** Games: what is paused for, and the owner's own rules. */
export const games = {
  gameNow: { en: 'Game running now', de: 'Gerade läuft' },
  noGameNow: {
    en: 'Nothing is paused for a game right now.',
    de: 'Gerade pausiert nichts für ein Spiel.',
  },
  alwaysPause: { en: 'Always pause', de: 'Immer pausieren' },
  alwaysPaused: { en: 'Always paused for', de: 'Dafür wird immer pausiert' },
  libraries: { en: 'Libraries found on this PC', de: 'Auf diesem PC gefundene Bibliotheken' },
  scanAgain: { en: 'Scan again', de: 'Neu suchen' },
  noLibraries: {
    en: 'No game library was found. Games are still noticed by their full-screen window.',
    de: 'Keine Spielebibliothek gefunden. Spiele fallen trotzdem durch ihr Vollbild auf.',
  },
  libraryGames: {
    en: '{games, plural, =0 {No games} one {# game} other {# games}}',
    de: '{games, plural, =0 {Keine Spiele} one {# Spiel} other {# Spiele}}',
  },
  games: { en: 'Pause for these apps', de: 'Für diese Programme pausieren' },
  gamesCount: {
    en: '{installed, plural, one {# game} other {# games}} from libraries, {own, plural, one {# rule} other {# rules}} of yours',
    de: '{installed, plural, one {# Spiel} other {# Spiele}} aus Bibliotheken, {own, plural, one {# Regel} other {# Regeln}} von dir',
  },
  searchGames: { en: 'Search games', de: 'Spiele suchen' },
  addApp: { en: 'Add app', de: 'Programm hinzufügen' },
  noGames: {
    en: 'None yet. Installed games are recognised by themselves; add what Offpeak misses.',
    de: 'Noch keine. Installierte Spiele erkennt Offpeak von selbst; ergänze, was ihm entgeht.',
  },
  noGamesFound: { en: 'Nothing by that name.', de: 'Nichts mit diesem Namen.' },
  moreGames: {
    en: 'And {hidden} more: search for them by name.',
    de: 'Und {hidden} weitere: such sie nach Namen.',
  },
  columnSource: { en: 'Source', de: 'Herkunft' },
  addedByYou: { en: 'Your rule', de: 'Deine Regel' },
  ruleRemoved: { en: 'rule removed', de: 'Regel entfernt' },
  fullScreenIsGame: {
    en: 'Any full-screen program that draws on the GPU counts as a game, unless you ignore it.',
    de: 'Jedes Vollbild-Programm, das auf der GPU zeichnet, gilt als Spiel, außer du ignorierst es.',
  },
  busyProgramPauses: {
    en: 'Another program that keeps the GPU busy pauses work too.',
    de: 'Auch ein anderes Programm, das die GPU auslastet, pausiert die Arbeit.',
  },
  busyProgramRuns: {
    en: 'You share always, so other programs that keep the GPU busy do not pause work.',
    de: 'Du teilst immer, also pausieren andere Programme, die die GPU auslasten, die Arbeit nicht.',
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
