import { afterEach, describe, expect, test } from 'vitest';
import { environmentLanguages, speakTo } from '../../../src-main/host/owner-language.ts';
import { retold, retoldSnapshot } from '../../../src-main/words/retold.ts';
import { languageFor, localeFor } from '../../../src-shared/language/language.ts';
import { readerOf, sayToOwner } from '../../../src-shared/language/reader.ts';
import { Snapshot } from '../../../src-shared/snapshot.ts';
import { diskWords } from '../../../src-shared/words/disk-words.ts';
import { snapshots } from '../../worlds/window/snapshots.ts';

afterEach(() => speakTo('en', ['en-US']));

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
    speakTo('de', ['en-US', 'fr-FR']);
    expect(readerOf({})).toMatchObject({ language: 'de', locale: 'de-US' });
    expect(sayToOwner(diskWords.sharingOff)).toBe('Teilen ist aus');
  });
});

describe('what other processes say', () => {
  test('is said again in German, with what it quotes', () => {
    speakTo('de', ['de-DE']);
    expect(retold('The NVIDIA driver does not start: Unknown Error (NVML 999).')).toBe(
      'Der NVIDIA-Treiber startet nicht: Unknown Error (NVML 999).',
    );
    expect(
      retold(
        'Nothing was changed, because the disk is full; the old power limit could not be saved until there is room again.',
      ),
    ).toBe(
      'Nichts wurde geändert: der Datenträger ist voll; bis wieder Platz ist, nicht gespeichert: das alte Leistungslimit.',
    );
    expect(
      retold(
        'Reading the GPU keeps failing; trying on. The process ended with code 3. Its last words: boom\nat x',
      ),
    ).toBe(
      'Die GPU lässt sich immer wieder nicht lesen; es wird weiter versucht. Das Programm endete mit Code 3. Seine letzten Worte: boom\nat x',
    );
  });

  test('stays as it is where nobody knows it, and for who reads English', () => {
    expect(retold('The runner fell silent.')).toBe('The runner fell silent.');
    speakTo('de', ['de-DE']);
    expect(retold('CUDA_ERROR_UNKNOWN (999)')).toBe('CUDA_ERROR_UNKNOWN (999)');
  });

  test('reaches the owner’s picture, and a change of the language the next one', () => {
    const { lanes } = snapshots.givenUp;
    const said = {
      ...snapshots.givenUp,
      network: { name: 'Built-in test network', test: true },
      gpuTrouble: 'No NVIDIA driver found.',
      connection: {
        ...snapshots.offline.connection,
        kind: 'offline' as const,
        since: snapshots.offline.takenAt,
        detail: 'the network stopped answering',
      },
      lanes: lanes.map((lane) => ({
        ...lane,
        phase: { kind: 'given-up' as const, detail: 'The runner fell silent.' },
        powerLimitTrouble: 'The card does not answer.',
        lockdown: { held: [], missing: [{ what: 'files' as const, why: 'switched off by X' }] },
      })),
    };
    expect(retoldSnapshot(said)).toEqual(said);
    speakTo('de', ['de-DE']);
    const again = Snapshot.parse(retoldSnapshot(said));
    expect(again.network.name).toBe('Eingebautes Testnetz');
    expect(again.gpuTrouble).toBe('Kein NVIDIA-Treiber gefunden.');
    expect(again.connection).toMatchObject({ detail: 'Das Netzwerk antwortet nicht mehr' });
    expect(again.lanes[0]).toMatchObject({
      phase: { detail: 'Das Rechenprogramm ist verstummt.' },
      powerLimitTrouble: 'Die Karte antwortet nicht.',
      lockdown: { missing: [{ why: 'ausgeschaltet durch X' }] },
    });
  });
});
