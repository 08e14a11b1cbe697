import type { Catalog } from '../language/language.ts';

/** What the owner is told about jobs, their models and their results. */
export const jobWords = {
  noModels: {
    en: 'Language models do not run on this machine: {why}',
    de: 'Sprachmodelle laufen auf diesem Computer nicht: {why}',
  },
  noModelBinaries: {
    en: 'the libraries that run them are not installed',
    de: 'Die Bibliotheken dafür sind nicht installiert',
  },
  /** A card is given back between two steps; where one takes too long, the job is killed and goes back a few seconds. */
  slowSteps: {
    en: 'Each step of “{title}” takes {length} s. Steps should be far shorter: the card is given back between them.',
    de: 'Jeder Schritt von „{title}“ dauert {length}\u00a0s. Schritte sollten viel kürzer sein: Dazwischen wird die Karte zurückgegeben.',
  },
  resultUnkept: {
    en: 'A result could not be kept: {why}',
    de: 'Ein Ergebnis ließ sich nicht aufheben: {why}',
  },
  checkpointUnsaved: {
    en: 'A checkpoint could not be saved: {why}',
    de: 'Ein Zwischenstand ließ sich nicht speichern: {why}',
  },
  receiptRefused: {
    en: 'the receipt for job {job} does not hold: {why}',
    de: 'die Quittung für Auftrag {job} ist nicht gültig: {why}',
  },
  resultDamaged: {
    en: 'A finished result was damaged on this disk before it was sent; its job went back.',
    de: 'Ein fertiges Ergebnis wurde auf diesem Datenträger beschädigt, bevor es gesendet war; sein Auftrag ging zurück.',
  },
  modelDamaged: {
    en: 'A language model was damaged on this disk and is fetched again.',
    de: 'Ein Sprachmodell war auf diesem Datenträger beschädigt und wird neu geholt.',
  },
  modelUnfetched: {
    en: 'A language model could not be fetched: {why}.',
    de: 'Ein Sprachmodell ließ sich nicht holen: {why}.',
  },
  gigabytes: { en: '{size} GB', de: '{size}\u00a0GB' },
  modelOther: {
    en: 'what the network sent as model {sha256} is another',
    de: 'was das Netzwerk als Modell {sha256} schickte, ist ein anderes',
  },
  noModel: { en: 'this is no model: {why}', de: 'das ist kein Modell: {why}' },
  modelTooLarge: {
    en: 'a model of {size} does not fit into the {most} that models may take',
    de: 'ein Modell von {size} passt nicht in die {most}, die Modelle belegen dürfen',
  },
  modelLeavesLittle: {
    en: 'a model of {size} would leave less than {reserve} free on the disk',
    de: 'mit einem Modell von {size} blieben auf dem Datenträger weniger als {reserve} frei',
  },
} as const satisfies Catalog;
