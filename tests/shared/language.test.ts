import fc from 'fast-check';
import IntlMessageFormat from 'intl-messageformat';
import { expect, test } from 'vitest';
import { say } from '../../src-shared/language/language.ts';

const both = (text: string) => ({ en: text, de: text });

test('a text with names to fill in reads as the ICU formatter would write it', () => {
  const plain = fc.string().filter((text) => !/[{}'#]/.test(text));
  fc.assert(
    fc.property(plain, plain, fc.string(), fc.integer(), (before, after, name, count) => {
      const text = `${before}{name} isn't {count}${after}`;
      const formatter = new IntlMessageFormat(text, 'en', undefined, { ignoreTag: true });
      expect(say(both(text), 'en', { name, count })).toBe(formatter.format({ name, count }));
    }),
  );
});

test('plurals and quotes are the formatter’s', () => {
  const jobs = both('{n, plural, one {# job} other {# jobs}} of {name}');
  expect(say(jobs, 'en', { n: 1, name: 'today' })).toBe('1 job of today');
  expect(say(jobs, 'en', { n: 2000, name: 'today' }, 'en-US')).toBe('2,000 jobs of today');
  expect(say(both("'{name}' is {name}"), 'en', { name: 'Ada' })).toBe('{name} is Ada');
});

test('a text that is said without what it needs names it', () => {
  expect(() => say(both('Paused for {game}'), 'en')).toThrow(/Paused for \{game\}.*without game/);
});
