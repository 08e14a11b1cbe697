import type { Catalog } from '../language/language.ts';

/** Amounts with words in them, and the pauses of a menu. */
export const amountWords = {
  testCredits: { en: '{amount}\u00a0test\u00a0credits', de: '{amount}\u00a0Testpunkte' },
  days: { en: '{days}\u00a0d', de: '{days}\u00a0Tage' },
  daysAndHours: { en: '{days}\u00a0d\u00a0{hours}\u00a0h', de: '{days}\u00a0Tage {hours}\u00a0h' },
  /** After a preposition German counts other days: “seit 2 Tagen”. */
  forDays: { en: '{days}\u00a0d', de: '{days}\u00a0Tagen' },
  forDaysAndHours: {
    en: '{days}\u00a0d\u00a0{hours}\u00a0h',
    de: '{days}\u00a0Tagen {hours}\u00a0h',
  },
  pauseQuarter: { en: 'For 15 minutes', de: 'Für 15\u00a0Minuten' },
  pauseHour: { en: 'For 1 hour', de: 'Für 1\u00a0Stunde' },
  pauseUntil: { en: 'Until {time}', de: 'Bis {time}' },
  pauseUntilTomorrow: { en: 'Until tomorrow {time}', de: 'Bis morgen {time}' },
  pauseForever: { en: 'Until I turn it on', de: 'Bis ich es einschalte' },
} as const satisfies Catalog;
