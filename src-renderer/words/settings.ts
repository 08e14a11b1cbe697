import type { Catalog } from '../../src-shared/language.ts';

/** Settings: general, electricity. */
export const settings = {
  general: { en: 'General', de: 'Allgemein' },
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
