import type { Catalog } from '../../src-shared/language/language.ts';

/** Earnings: figures, chart, table. */
export const earnings = {
  period: { en: 'Period', de: 'Zeitraum' },
  range24h: { en: '24 hours', de: '24 Stunden' },
  range7d: { en: '7 days', de: '7 Tage' },
  range30d: { en: '30 days', de: '30 Tage' },
  range1y: { en: '1 year', de: '1 Jahr' },
  net: { en: 'Net', de: 'Netto' },
  earned: { en: 'Earned', de: 'Brutto' },
  electricity: { en: 'Electricity', de: 'Strom' },
  equals: { en: 'equals', de: 'gleich' },
  minus: { en: 'minus', de: 'minus' },
  testTotal: { en: 'Test credits', de: 'Testpunkte' },
  nextDays: { en: 'Next 30 days', de: 'Nächste 30 Tage' },
  outlookRange: { en: '{least} to {most}', de: '{least} bis {most}' },
  outlookHow: {
    en: 'Your worst and best 7 days of the last 30, scaled to 30 days',
    de: 'Deine schlechtesten und besten 7 Tage der letzten 30, auf 30 Tage gerechnet',
  },
  outlookNotYet: {
    en: 'Needs a week of earnings in money',
    de: 'Braucht eine Woche mit Einnahmen in Geld',
  },
  spanOf: { en: '{from} to {to}.', de: '{from} bis {to}.' },
  workedFor: { en: 'Worked {time} for {jobs}.', de: '{time} gearbeitet, {jobs}.' },
  usedAt: {
    en: 'Used {energy} at {price}/kWh on average.',
    de: '{energy} verbraucht, im Mittel zu {price}/kWh.',
  },
  countedJobs: {
    en: '{count, plural, one {# job} other {# jobs}}',
    de: '{count, plural, one {# Auftrag} other {# Aufträge}}',
  },
  figuresAfterFirst: {
    en: 'Figures appear after your first job.',
    de: 'Zahlen erscheinen nach deinem ersten Auftrag.',
  },
  readyToPayOut: { en: 'Ready to pay out', de: 'Auszahlbar' },
  payOut: { en: 'Pay out', de: 'Auszahlen' },
  payOutNotYet: {
    en: 'Paying out is not available yet. What is credited stays on record.',
    de: 'Auszahlen geht noch nicht. Was gutgeschrieben ist, bleibt verbucht.',
  },
  payOutTest: {
    en: 'This network pays test credits. They cannot be paid out.',
    de: 'Dieses Netzwerk zahlt Testpunkte. Sie lassen sich nicht auszahlen.',
  },
  beingChecked: { en: '{amount} more is being checked.', de: 'Weitere {amount} werden geprüft.' },
  noEarnings: { en: 'No earnings yet', de: 'Noch keine Einnahmen' },
  noEarningsWhy: {
    en: 'Your first earnings appear here as soon as a job is done.',
    de: 'Deine ersten Einnahmen erscheinen hier, sobald ein Auftrag fertig ist.',
  },
  startJobNow: { en: 'Start a job now', de: 'Jetzt einen Auftrag starten' },
  noEarningsInRange: { en: 'Nothing in this period', de: 'Nichts in diesem Zeitraum' },
  noEarningsInRangeWhy: {
    en: 'Nothing was earned in this period.',
    de: 'In diesem Zeitraum wurde nichts verdient.',
  },
  moneyChart: { en: 'Earnings per {bucket}, US$', de: 'Einnahmen je {bucket}, US-$' },
  testChart: { en: 'Test credits per {bucket}', de: 'Testpunkte je {bucket}' },
  bucket24h: { en: 'hour', de: 'Stunde' },
  bucket7d: { en: '6 hours', de: '6 Stunden' },
  bucket30d: { en: 'day', de: 'Tag' },
  bucket1y: { en: 'week', de: 'Woche' },
  chartSummary: {
    en: '{title}: {count} bars, {total} in all. The table below has the figures.',
    de: '{title}: {count} Balken, zusammen {total}. Die Tabelle darunter nennt die Zahlen.',
  },
  columnHour: { en: 'Hour', de: 'Stunde' },
  columnDay: { en: 'Day', de: 'Tag' },
  columnWeek: { en: 'Week of', de: 'Woche ab' },
  columnWorked: { en: 'Worked', de: 'Gearbeitet' },
} as const satisfies Catalog;
