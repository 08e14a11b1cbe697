import type { Catalog } from '../language/language.ts';

/** What the examples' own checkers find. What is wrong with a result stays in English: it is for whoever mends it. */
export const verdictWords = {
  optionsRight: {
    en: 'All {count} prices agree with Black-Scholes: typically {usual} standard errors apart, at most {most}.',
    de: 'Alle {count} Preise stimmen mit Black-Scholes überein: meist {usual} Standardfehler entfernt, höchstens {most}.',
  },
  sceneRight: {
    en: 'The picture agrees with {count} patches traced again on the processor, to {most} levels of 255.',
    de: 'Das Bild stimmt mit {count} auf dem Prozessor nachgerechneten Stellen überein, bis auf {most} von 255 Stufen.',
  },
  unchecked: {
    en: 'The result cannot be checked: {why}',
    de: 'Das Ergebnis lässt sich nicht prüfen: {why}',
  },
} as const satisfies Catalog;
