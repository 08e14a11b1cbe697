import type { Catalog } from '../../src-shared/language/language.ts';

/** When to share: modes, week, quiet hours. */
export const when = {
  whenAway: { en: 'Only when I’m away', de: 'Nur wenn ich weg bin' },
  whenAwayWhat: {
    en: 'Starts when nobody touches this PC.',
    de: 'Startet, wenn Maus und Tastatur ruhen.',
  },
  whenWorking: { en: 'While I work, but not while I play', de: 'Auch während ich arbeite' },
  whenWorkingWhat: {
    en: 'Pauses for games and for programs that keep the GPU busy.',
    de: 'Pausiert bei Spielen und bei Programmen, die die GPU brauchen.',
  },
  whenAlways: { en: 'Always, until a game starts', de: 'Immer, bis ein Spiel startet' },
  whenAlwaysWhat: {
    en: 'Earns most. The screen may stutter.',
    de: 'Höchster Ertrag. Videos und Fenster können ruckeln.',
  },
  awayAfter: { en: 'Count me as away after', de: 'Als abwesend gelten nach' },
  awayAfterMinutes: { en: 'Minutes until away', de: 'Minuten bis abwesend' },
  alsoPause: { en: 'Also pause', de: 'Außerdem pausieren' },
  pauseOnBattery: { en: 'On battery', de: 'Im Akkubetrieb' },
  pauseOnMetered: { en: 'On metered networks', de: 'In getakteten Netzen' },
  pauseWhenDear: {
    en: 'When power costs more than jobs pay',
    de: 'Wenn Strom mehr kostet, als Aufträge bringen',
  },
  pauseWhenDearTest: {
    en: 'Not while you earn test credits: they are not money.',
    de: 'Nicht, solange du Testpunkte verdienst: Sie sind kein Geld.',
  },
  week: { en: 'Week schedule', de: 'Wochenplan' },
  weekHours: { en: '{hours} h per week', de: '{hours}\u00a0h pro Woche' },
  weekHelp: {
    en: 'Drag to paint, or use the arrow keys and Space. Shift with an arrow key paints on.',
    de: 'Ziehen, oder mit Pfeiltasten und Leertaste wählen; Umschalt mit Pfeiltaste malt weiter.',
  },
  weekPresets: { en: 'Ready-made weeks', de: 'Fertige Wochen' },
  weekAlways: { en: 'Always', de: 'Immer' },
  weekNights: { en: 'Nights', de: 'Nachts' },
  weekWeekends: { en: 'Weekends and nights', de: 'Wochenende und nachts' },
  weekCheap: { en: 'Cheap power', de: 'Günstiger Strom' },
  weekOwn: { en: 'Custom', de: 'Eigener Plan' },
  weekUse: { en: 'Use schedule', de: 'Plan verwenden' },
  weekAllowed: { en: 'Allowed: {hours} h per week', de: 'Erlaubt: {hours} h pro Woche' },
  weekPrice: { en: 'Price', de: 'Tarif' },
  weekPriceWhat: { en: 'What electricity costs', de: 'Was Strom kostet' },
  weekShared: { en: 'Sharing allowed', de: 'Teilen erlaubt' },
  weekClosed: { en: 'Not allowed', de: 'Gesperrt' },
  weekEmpty: {
    en: 'No hour of your week is shared, so nothing will ever run.',
    de: 'Keine Stunde deiner Woche ist frei, also wird nie etwas laufen.',
  },
  quietHours: { en: 'Quiet hours', de: 'Ruhezeit' },
  quietHoursWhat: {
    en: 'Work is slowed, so that the fans stay quiet.',
    de: 'Die Arbeit wird gedrosselt, damit die Lüfter leise bleiben.',
  },
  quietFrom: { en: 'Quiet hours from', de: 'Ruhezeit von' },
  quietTo: { en: 'Quiet hours to', de: 'Ruhezeit bis' },
  quietSpeed: { en: 'Speed in quiet hours', de: 'Geschwindigkeit in der Ruhezeit' },
  from: { en: 'From', de: 'Von' },
  to: { en: 'to', de: 'bis' },
  at: { en: 'at', de: 'mit' },
  speed: { en: '{percent} speed', de: '{percent} Tempo' },
} as const satisfies Catalog;
