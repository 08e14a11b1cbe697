import type { Catalog } from '../../src-shared/language.ts';

/** Limits of one GPU. */
export const limits = {
  tabGpu: { en: 'GPU', de: 'GPU' },
  tabWhen: { en: 'When to share', de: 'Wann teilen' },
  tabGames: { en: 'Games', de: 'Spiele' },
  whichGpu: { en: 'Which GPU', de: 'Welche GPU' },
  everyGpu: { en: 'Every GPU without its own limit', de: 'Jede GPU ohne eigenes Limit' },
  shareThisGpu: { en: 'Share this GPU', de: 'Diese GPU teilen' },
  shareThisGpuWhat: {
    en: 'Off: Offpeak never uses it, whatever else is set.',
    de: 'Aus: Offpeak benutzt sie nie, was auch sonst eingestellt ist.',
  },
  softwareLimits: {
    en: 'The software renderer has no temperature, power or memory of its own to limit.',
    de: 'Der Software-Renderer hat keine eigene Temperatur, Leistung oder Speicher, die zu begrenzen wären.',
  },
  nowLabel: { en: 'Now', de: 'Jetzt' },
  temperatureLimit: { en: 'Temperature limit', de: 'Temperaturlimit' },
  temperatureLimitWhat: {
    en: 'Work slows down so that the GPU gets no hotter, and stops if it still does.',
    de: 'Die Arbeit wird so gedrosselt, dass die GPU nicht heißer wird, und hält an, wenn sie es doch wird.',
  },
  everyTemperature: {
    en: 'For every GPU that was given no limit of its own.',
    de: 'Für jede GPU, die kein eigenes Limit hat.',
  },
  hotSpot: { en: 'Hottest spot now {value}.', de: 'Heißeste Stelle jetzt {value}.' },
  asEveryCard: { en: 'As for every GPU', de: 'Wie für jede GPU' },
  ownLimit: {
    en: 'Own limit; every other GPU: {value}',
    de: 'Eigenes Limit; jede andere GPU: {value}',
  },
  useEvery: { en: 'Use {value}', de: '{value} nehmen' },
  powerLimit: { en: 'Power limit', de: 'Leistungslimit' },
  powerOwn: { en: 'The card’s own limit, {value}.', de: 'Das eigene Limit der Karte, {value}.' },
  powerLimitWhat: {
    en: 'While it works for Offpeak; else the card’s own, {value}.',
    de: 'Während sie für Offpeak arbeitet; sonst ihr eigenes, {value}.',
  },
  useOwnPower: { en: 'Use {value}', de: '{value} nehmen' },
  noPowerLimit: {
    en: 'This GPU does not say how much power it may draw, so there is nothing to limit.',
    de: 'Diese GPU sagt nicht, wie viel Leistung sie aufnehmen darf; zu begrenzen ist da nichts.',
  },
  powerByPauses: {
    en: 'Held by pauses in the work, not by the card: {detail}',
    de: 'Gehalten durch Pausen in der Arbeit, nicht von der Karte: {detail}',
  },
  lockedIn: {
    en: 'Jobs of this GPU reach none of your files, no network and no other program.',
    de: 'Aufträge auf dieser GPU kommen an keine deiner Dateien, kein Netz und kein anderes Programm.',
  },
  notLockedIn: {
    en: 'On this system jobs are not kept from everything: {what}',
    de: 'Auf diesem System sind Aufträge nicht von allem ferngehalten: {what}',
  },
  lackFiles: { en: 'files', de: 'Dateien' },
  lackNetwork: { en: 'the network', de: 'das Netz' },
  lackPrograms: { en: 'starting programs', de: 'Starten von Programmen' },
  lackProcesses: { en: 'looking at other programs', de: 'Blick auf andere Programme' },
  speedTitle: { en: 'Measured speed', de: 'Gemessene Geschwindigkeit' },
  speedWhat: {
    en: 'Half a minute of small jobs shows what this GPU can do, at fewer watts too. It switches sharing on.',
    de: 'Eine halbe Minute kleiner Aufträge zeigt, was diese GPU kann, auch mit weniger Watt. Schaltet das Teilen ein.',
  },
  speedMeasured: { en: 'Measured {when}.', de: 'Gemessen {when}.' },
  measure: { en: 'Measure', de: 'Messen' },
  measureAgain: { en: 'Measure again', de: 'Noch einmal messen' },
  columnLimit: { en: 'Power limit', de: 'Leistungslimit' },
  columnDrew: { en: 'Drew', de: 'Nahm auf' },
  columnMemory: { en: 'Memory', de: 'Speicher' },
  columnSingle: { en: 'FP32', de: 'FP32' },
  columnHalf: { en: 'FP16', de: 'FP16' },
  columnWhole: { en: 'INT32', de: 'INT32' },
  limitAsItIs: { en: 'As it is', de: 'Wie sie ist' },
  speedCurve: {
    en: 'Share of the full speed at fewer watts',
    de: 'Anteil der vollen Geschwindigkeit bei weniger Watt',
  },
  speedAtWatts: {
    en: 'At {watts} it keeps {share} of its speed: the most work for each watt.',
    de: 'Mit {watts} behält sie {share} ihrer Geschwindigkeit: die meiste Arbeit je Watt.',
  },
  speedBestAsItIs: {
    en: 'As it is, it does the most work for each watt.',
    de: 'So, wie sie ist, leistet sie je Watt die meiste Arbeit.',
  },
  vramCap: { en: 'VRAM cap', de: 'VRAM-Limit' },
  vramAll: { en: 'Jobs may use all of it.', de: 'Aufträge dürfen alles benutzen.' },
  vramCapWhat: {
    en: 'Jobs that need more are not accepted.',
    de: 'Aufträge, die mehr brauchen, werden nicht angenommen.',
  },
} as const satisfies Catalog;
