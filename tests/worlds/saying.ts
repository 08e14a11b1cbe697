import { Said } from '../../src-shared/said.ts';
import { inEnglish } from '../../src-shared/wording.ts';

/** For expectations: something said whose words in English hold these. */
export const saying = (words: string | RegExp) => ({
  asymmetricMatch(what: unknown): boolean {
    const read = Said.safeParse(what);
    if (!read.success) return false;
    const english = inEnglish(read.data);
    return typeof words === 'string' ? english.includes(words) : words.test(english);
  },
  toString: () => `saying ${words}`,
});
