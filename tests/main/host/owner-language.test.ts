import { describe, expect, test } from 'vitest';
import { environmentLanguages, ownerReader } from '../../../src-main/host/owner-language.ts';
import { languageFor, localeFor } from '../../../src-shared/language/language.ts';
import { hero } from '../../../src-shared/moment/sentence.ts';
import { quote, Said, said } from '../../../src-shared/said.ts';
import { Snapshot } from '../../../src-shared/snapshot.ts';
import { wordsOf } from '../../../src-shared/wording.ts';
import { snapshots } from '../../worlds/window/snapshots.ts';

describe('the owner’s language', () => {
  test.each([
    [{ LANG: 'de_AT.UTF-8' }, 'de', 'de-AT'],
    [{ LANG: 'de_AT.UTF-8', LC_ALL: 'en_GB.UTF-8' }, 'en', 'en-GB'],
    [{ LANG: 'en_US.UTF-8', LC_MESSAGES: 'de_DE@euro' }, 'de', 'de-DE'],
    [{ LANG: 'de_CH.UTF-8', LANGUAGE: 'de:en' }, 'de', 'de-CH'],
    [{ LANG: 'fr_FR.UTF-8', LANGUAGE: 'fr:de' }, 'de', 'de-FR'],
    [{ LANG: 'fr_FR.UTF-8' }, 'en', 'en-FR'],
    [{ LANG: 'C.UTF-8', LANGUAGE: 'de' }, 'en', 'en'],
    [{}, 'en', 'en'],
  ])('of a system with %o is %s, written as in %s', (env, language, locale) => {
    const system = environmentLanguages(env);
    expect(languageFor('system', system)).toBe(language);
    expect(localeFor(languageFor('system', system), system)).toBe(locale);
  });

  test('is the one they chose, with the customs of their system', () => {
    const reader = ownerReader('de', ['en-US', 'fr-FR']);
    expect(reader).toEqual({ language: 'de', locale: 'de-US' });
    expect(wordsOf(said('sharingOff'), reader)).toBe('Teilen ist aus');
  });
});

describe('what other processes say', () => {
  const german = ownerReader('de', ['de-DE']);

  test('is read in German, with what it quotes', () => {
    const read = (what: Said) => wordsOf(Said.parse(JSON.parse(JSON.stringify(what))), german);
    expect(read(said('driverNotStarting', { why: 'Unknown Error (NVML 999)' }))).toBe(
      'Der NVIDIA-Treiber startet nicht: Unknown Error (NVML 999).',
    );
    const full = said('full', { what: said('oldPowerLimit') });
    expect(read(said('powerUnwritten', { why: full }))).toBe(
      'Nichts wurde geändert: der Datenträger ist voll; bis wieder Platz ist, nicht gespeichert: das alte Leistungslimit.',
    );
    const end = said('endedWithWords', { code: '3', words: 'boom\nat x' });
    expect(read(said('probeFailing', { why: end }))).toBe(
      'Die GPU lässt sich immer wieder nicht lesen; es wird weiter versucht. Das Programm endete mit Code 3. Seine letzten Worte: boom\nat x',
    );
  });

  test('stays as it is where it is a stranger’s', () => {
    expect(wordsOf(quote('The runner fell silent.'), german)).toBe('The runner fell silent.');
    expect(wordsOf(quote('CUDA_ERROR_UNKNOWN (999)'), german)).toBe('CUDA_ERROR_UNKNOWN (999)');
  });

  test('reaches the owner’s picture as it is, and the tray’s sentence in their language', () => {
    const told = {
      ...snapshots.offline,
      connection: {
        ...snapshots.offline.connection,
        kind: 'offline' as const,
        since: snapshots.offline.takenAt,
        detail: said('stoppedAnswering'),
      },
    };
    const read = Snapshot.parse(JSON.parse(JSON.stringify(told)));
    expect(read.connection).toEqual(told.connection);
    expect(hero(read, german).reason).toContain('Das Netzwerk antwortet nicht mehr.');
    expect(hero(read, { language: 'en' }).reason).toContain('The network stopped answering.');
  });
});
