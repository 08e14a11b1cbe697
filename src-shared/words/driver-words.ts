import type { Catalog } from '../language/language.ts';

/** What drivers, cards and their power limits have the owner told. */
export const driverWords = {
  driverOld: {
    en: 'The NVIDIA driver is too old: update it to use the GPU.',
    de: 'Der NVIDIA-Treiber ist zu alt: Aktualisiere ihn, um die GPU zu nutzen.',
  },
  driverUpdated: {
    en: 'The NVIDIA driver was updated: restart the computer to use the GPU again.',
    de: 'Der NVIDIA-Treiber wurde aktualisiert: Starte den Computer neu, um die GPU wieder zu nutzen.',
  },
  driverNotLoaded: {
    en: 'The NVIDIA driver is installed but not running: restart the computer, or reinstall the driver.',
    de: 'Der NVIDIA-Treiber ist installiert, läuft aber nicht: Starte den Computer neu oder installiere den Treiber noch einmal.',
  },
  driverNotStarting: {
    en: 'The NVIDIA driver does not start: {why}.',
    de: 'Der NVIDIA-Treiber startet nicht: {why}.',
  },
  driverFailed: {
    en: 'The NVIDIA driver failed: {why}.',
    de: 'Der NVIDIA-Treiber ist gescheitert: {why}.',
  },
  driverEmpty: {
    en: 'The NVIDIA driver runs but finds no GPU.',
    de: 'Der NVIDIA-Treiber läuft, findet aber keine GPU.',
  },
  noDriver: { en: 'No NVIDIA driver found.', de: 'Kein NVIDIA-Treiber gefunden.' },
  noDriverOthers: {
    en: 'No NVIDIA driver found. This computer has: {cards}.',
    de: 'Kein NVIDIA-Treiber gefunden. Dieser Computer hat: {cards}.',
  },
  twinCard: {
    en: 'A second {name} is not used, because WebGPU cannot tell the two apart.',
    de: 'Eine zweite {name} wird nicht benutzt, weil WebGPU die beiden nicht unterscheiden kann.',
  },
  driverSilent: {
    en: 'The GPU driver does not answer.',
    de: 'Der GPU-Treiber antwortet nicht.',
  },
  probeUnreadable: {
    en: 'The GPU probe said something unreadable.',
    de: 'Was über die GPU gemeldet wurde, war nicht lesbar.',
  },
  probeFailing: {
    en: 'Reading the GPU keeps failing; trying on. {why}',
    de: 'Die GPU lässt sich immer wieder nicht lesen; es wird weiter versucht. {why}',
  },

  powerUntold: {
    en: 'This system does not let the power limit of this card be changed.',
    de: 'Dieses System lässt das Leistungslimit dieser Karte nicht ändern.',
  },
  powerUnchangeable: {
    en: 'This card does not let its power limit be changed.',
    de: 'Diese Karte lässt ihr Leistungslimit nicht ändern.',
  },
  powerForAdministrators: {
    en: 'The driver lets only an administrator change the power limit.',
    de: 'Der Treiber lässt das Leistungslimit nur einen Administrator ändern.',
  },
  powerForRoot: {
    en: 'The system lets only an administrator change the power limit.',
    de: 'Das System lässt das Leistungslimit nur einen Administrator ändern.',
  },
  powerRefused: {
    en: 'The driver takes no power limit of {limit} W for this card.',
    de: 'Der Treiber nimmt für diese Karte kein Leistungslimit von {limit}\u00a0W an.',
  },
  powerUnchanged: {
    en: 'The driver did not change the power limit: {why}.',
    de: 'Der Treiber hat das Leistungslimit nicht geändert: {why}.',
  },
  powerUnknown: {
    en: 'The driver does not tell this card’s power limit, so it is left alone.',
    de: 'Der Treiber nennt das Leistungslimit dieser Karte nicht, also bleibt es, wie es ist.',
  },
  powerUnwritten: {
    en: 'Nothing was changed, because {why}.',
    de: 'Nichts wurde geändert: {why}.',
  },
  powerNobody: {
    en: 'No GPU driver answers that could change a power limit.',
    de: 'Kein GPU-Treiber antwortet, der ein Leistungslimit ändern könnte.',
  },
  powerNowhere: {
    en: 'No power limit can be changed here.',
    de: 'Hier lässt sich kein Leistungslimit ändern.',
  },
  cardGone: { en: 'The card does not answer.', de: 'Die Karte antwortet nicht.' },
} as const satisfies Catalog;
