import { graphics } from 'systeminformation';
import { type Said, said } from '../../src-shared/said.ts';

/** Names that a sentence can hold. */
const NAMES = 4;
/** Characters of a name that a sentence can hold. */
const NAME_LENGTH = 60;

/**
 * The names of the graphics cards the system knows, of any maker. It starts a dozen programs (about 50 ms of CPU), so
 * ask once, and not in the main process. Empty where the system does not say.
 */
export async function nameCards(): Promise<string[]> {
  try {
    const { controllers } = await graphics();
    const names = controllers.map(({ vendor, model }) => nameOf(vendor, model));
    return [...new Set(names.filter((name) => name !== ''))].slice(0, NAMES);
  } catch {
    // Only words in a sentence are lost.
    return [];
  }
}

const nameOf = (vendor: string, model: string): string =>
  (model.startsWith(vendor) ? model : `${vendor} ${model}`).trim().slice(0, NAME_LENGTH);

/** Why there is no card to work with. `names`: the cards there are. */
export const noDriver = (names: readonly string[]): Said =>
  names.length === 0 ? said('noDriver') : said('noDriverOthers', { cards: names.join(', ') });
