import fc from 'fast-check';
import IntlMessageFormat from 'intl-messageformat';
import { describe, expect, test } from 'vitest';
import { Language } from '../../src-shared/language/language.ts';
import {
  quote,
  Said,
  type SaidValue,
  type SayKey,
  said,
  sayable,
  together,
  wantedBy,
} from '../../src-shared/said.ts';
import { inEnglish, messageOf, sentenceOf, wordsOf } from '../../src-shared/wording.ts';
import { everyKey } from '../worlds/any-said.ts';

const german = { language: 'de', locale: 'de-DE' } as const;

/** Anything that could come through a door, sound or not: any key, any values, too few, too many, too deep. */
const foreign = fc.letrec<{ said: unknown; value: unknown }>((tie) => ({
  said: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ quote: fc.string() }),
    fc.constantFrom(...everyKey).chain((say) =>
      fc.record({
        say: fc.constant<string>(say),
        with: fc.oneof(
          fc
            .tuple(...wantedBy(say).map(() => tie('value')))
            .map((values) => Object.fromEntries(wantedBy(say).map((name, n) => [name, values[n]]))),
          fc.dictionary(fc.constantFrom('why', 'what', 'code', 'jobs'), tie('value')),
        ),
      }),
    ),
    fc.record({ say: fc.string(), with: fc.dictionary(fc.string(), tie('value')) }),
  ),
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string(),
    fc.double(),
    fc.integer(),
    fc.record({ figure: fc.double(), digits: fc.integer({ min: -1, max: 9 }) }),
    tie('said'),
  ),
})).said;

describe('what one process has another one tell', () => {
  test('has words in every language, whatever comes through a door', () => {
    let accepted = 0;
    fc.assert(
      fc.property(foreign, (word) => {
        const read = Said.safeParse(word);
        if (!read.success) return;
        accepted += 1;
        for (const language of Language.options)
          for (const words of [wordsOf, messageOf, sentenceOf])
            expect(typeof words(read.data, { language })).toBe('string');
      }),
      { numRuns: 2000 },
    );
    expect(accepted).toBeGreaterThan(500);
  });

  test.each(everyKey)('%s has words in both languages, with all that it is told in them', (key) => {
    const names = wantedBy(key);
    const values: Record<string, SaidValue> = Object.fromEntries(
      names.map((name, n) => [name, isCounted(key, name) ? n + 2 : `<${name}>`]),
    );
    const read = Said.parse({ say: key, with: values });
    expect(read).toEqual({ say: key, with: values });
    // The number of lines is only counted by: `count` is what is read of it.
    for (const reader of [{ language: 'en' } as const, german])
      for (const name of names)
        if (`${key}.${name}` !== 'booksRepaired.lines')
          expect(wordsOf(read, reader)).toContain(String(values[name]));
  });

  test.each(everyKey)('%s is asked for what its text wants, and for nothing else', (key) => {
    for (const language of Language.options)
      expect(wantedBy(key).sort()).toEqual(wanted(sayable[key][language], language));
  });

  test('may quote, count, hold a figure, and stand in another sentence: each as the reader has it', () => {
    const tight = said('modelTooLarge', {
      size: said('gigabytes', { size: { figure: 1234.5, digits: 1 } }),
      most: said('gigabytes', { size: { figure: 20, digits: 1 } }),
    });
    const whole = said('modelUnfetched', { why: tight });
    expect(inEnglish(whole)).toBe(
      'A language model could not be fetched: a model of 1,234.5 GB does not fit into the 20.0 GB that models may take.',
    );
    expect(wordsOf(whole, german)).toBe(
      'Ein Sprachmodell ließ sich nicht holen: ein Modell von 1.234,5\u00a0GB passt nicht in die 20,0\u00a0GB, die Modelle belegen dürfen.',
    );
    expect(wordsOf(said('workDropped', { jobs: 1 }), german)).toMatch(/^1 angefangener Auftrag /);
    expect(wordsOf(said('workDropped', { jobs: 3 }), german)).toMatch(/^3 angefangene Aufträge /);
    expect(wordsOf(quote('CUDA_ERROR_UNKNOWN (999)'), german)).toBe('CUDA_ERROR_UNKNOWN (999)');
  });

  test('is told by its name where this version has no text for it, or wants other values', () => {
    const newer = Said.parse({ say: 'webcamInUse', with: { who: 'X' } });
    expect(messageOf(newer, german)).toBe('Eine andere Version von Offpeak meldet „webcamInUse“.');
    expect(messageOf(Said.parse({ say: 'booksClosed', with: {} }), { language: 'en' })).toBe(
      'Another version of Offpeak reports “booksClosed”.',
    );
    // A text that counts wants a number: "NaN unfinished jobs" is no sentence.
    for (const jobs of ['three', { quote: '3' }, { figure: 3, digits: 0 }])
      expect(inEnglish(Said.parse({ say: 'workDropped', with: { jobs } }))).toContain(
        '“workDropped”',
      );
    expect(inEnglish(Said.parse({ say: 'workDropped', with: { jobs: 3 } }))).toMatch(
      /^3 unfinished/,
    );
    // Names that every object has are no texts.
    expect(inEnglish(Said.parse({ say: 'toString', with: {} }))).toContain('“toString”');
  });

  test('goes on one after the other, and through a door as it was', () => {
    expect(together([])).toBeNull();
    const all = together([said('noDriver'), said('twinCard', { name: 'RX' }), quote('So.')]);
    expect(inEnglish(all ?? quote(''))).toBe(
      'No NVIDIA driver found. A second RX is not used, because WebGPU cannot tell the two apart. So.',
    );
    expect(Said.parse(JSON.parse(JSON.stringify(all)))).toEqual(all);
  });

  test('is no sentence where it is something else, or too deep', () => {
    for (const not of ['words', null, {}, { say: 'noDriver' }, { say: 'noDriver', with: 1 }])
      expect(Said.safeParse(not).success).toBe(false);
    const deep = (levels: number): Said =>
      levels === 0 ? said('noDriver') : said('probeFailing', { why: deep(levels - 1) });
    expect(Said.safeParse(deep(6)).success).toBe(true);
    expect(Said.safeParse(deep(7)).success).toBe(false);
  });

  test('a driver’s endless message is cut at the door', () => {
    const read = Said.parse({ say: 'driverFailed', with: { why: 'x'.repeat(1e6) } });
    expect(inEnglish(read).length).toBeLessThan(5000);
    expect(messageOf(quote('x'.repeat(1e6)), german).length).toBeLessThan(1100);
  });
});

type Node = ReturnType<IntlMessageFormat['getAst']>[number];

function wanted(text: string, language: string): string[] {
  const named = (nodes: readonly Node[]): string[] =>
    nodes.flatMap((node) => {
      if (!('value' in node) || node.type === 0) return [];
      const inner =
        'options' in node
          ? Object.values(node.options).flatMap((option) => named(option.value))
          : [];
      return [`${node.value}`, ...inner];
    });
  const message = new IntlMessageFormat(text, language, undefined, { ignoreTag: true });
  return [...new Set(named(message.getAst()))].sort();
}

const isCounted = (key: SayKey, name: string): boolean =>
  sayable[key].en.includes(`{${name}, plural`);
