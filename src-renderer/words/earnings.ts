import type { Catalog } from '../../src-shared/language.ts';

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
  used: { en: 'Used {energy} for {jobs}.', de: '{energy} für {jobs} verbraucht.' },
  countedJobs: {
    en: '{count, plural, one {# job} other {# jobs}}',
    de: '{count, plural, one {# Auftrag} other {# Aufträge}}',
  },
  figuresAfterFirst: {
    en: 'Figures appear after your first job.',
    de: 'Zahlen erscheinen nach deinem ersten Auftrag.',
  },
  noEarnings: { en: 'No earnings yet', de: 'Noch keine Einnahmen' },
  noEarningsWhy: {
    en: 'Your first earnings appear here as soon as a job is done.',
    de: 'Deine ersten Einnahmen erscheinen hier, sobald ein Auftrag fertig ist.',
  },
  noEarningsInRange: {
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
    en: '{title}: {count} bars, {total} in all. The table below lists the latest jobs.',
    de: '{title}: {count} Balken, zusammen {total}. Die Tabelle darunter nennt die letzten Aufträge.',
  },
  latestJobs: { en: 'Latest jobs', de: 'Letzte Aufträge' },
  columnJob: { en: 'Job', de: 'Auftrag' },
  columnEnded: { en: 'Ended', de: 'Beendet' },
  columnWorked: { en: 'Worked for', de: 'Gearbeitet' },
  columnStatus: { en: 'Status', de: 'Status' },
  columnPay: { en: 'Pay', de: 'Vergütung' },
  statusClaimed: { en: 'Being checked', de: 'Wird geprüft' },
  statusCredited: { en: 'Credited', de: 'Gutgeschrieben' },
  statusVoided: { en: 'Rejected', de: 'Abgelehnt' },
} as const satisfies Catalog;
