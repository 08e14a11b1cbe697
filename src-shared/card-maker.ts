/** Makers of graphics cards, as Dawn's WebGPU adapters call them (its gpu_info.json). */
const CARD_MAKERS = ['amd', 'intel', 'nvidia', 'apple'] as const;
export type CardMaker = (typeof CARD_MAKERS)[number];

/** Their PCI numbers (https://pci-ids.ucw.cz). Each source of cards says of every maker whether it tells of its cards. */
export const PCI_NUMBERS: Readonly<Record<CardMaker, number>> = {
  amd: 0x1002,
  intel: 0x8086,
  nvidia: 0x10de,
  apple: 0x106b,
};

/** Null for every other maker. */
export const makerOf = (pciNumber: number): CardMaker | null =>
  CARD_MAKERS.find((maker) => PCI_NUMBERS[maker] === pciNumber) ?? null;
