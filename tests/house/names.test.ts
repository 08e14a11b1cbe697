import { describe, expect, test } from 'vitest';
import { floorPlan } from './floor-plan.ts';
import { sources, textOf } from './sources.ts';

/** Words this house once had for things that the field has a name for, and the name. */
const RETIRED: Readonly<Record<string, string>> = {
  agency: 'offpeak: what puts the rooms together',
  diary: 'state log',
  easel: 'snapshots',
  leash: 'job object',
  portrait: 'snapshot',
  reception: 'incoming',
  retold: 'Said: a sentence as a value',
  staff: 'controls',
  telephone: 'network link',
  workbench: 'command loop',
  workshop: 'WebGPU host',
};

/** `library` is a launcher's games. Native code is a binary, a binding, a driver file. */
const NATIVE_ROOMS =
  /^src-(?:runner|exchange|network|buyer|disk|main\/(?:telemetry|win32|models|runner|children))\//;

const rooms = [...Object.keys(floorPlan), 'src-setup', 'tests'];
const files = rooms
  .flatMap(sources)
  .filter((file) => !file.startsWith('tests/house/') && !file.startsWith('tests/wine/'));

/** Every word of a text, those within names too: `openEasel` holds `easel`. */
const wordsOf = (text: string): Set<string> =>
  new Set(
    text
      .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
      .toLowerCase()
      .split(/[^a-z]+/),
  );

describe('names', () => {
  test('a retired word stays retired, in names, prose and paths', () => {
    const found = files.flatMap((file) => {
      const words = wordsOf(`${file} ${textOf(file)}`);
      return Object.entries(RETIRED)
        .filter(([word]) => words.has(word))
        .map(([word, now]) => `${file}: ${word} (say ${now})`);
    });
    expect(found).toEqual([]);
  });

  test('a library is a launcher’s games, never a .so, a .dll or llama.cpp’s binaries', () => {
    const named = /\b(?:const|function|type|class)\s+\w*librar\w*/gi;
    const found = files
      .filter((file) => NATIVE_ROOMS.test(file))
      .flatMap((file) => [...textOf(file).matchAll(named)].map(([name]) => `${file}: ${name}`));
    expect(found).toEqual([]);
  });

  test('a word within a name is found, one that only begins alike is not', () => {
    expect(wordsOf('const openEasel = 1').has('easel')).toBe(true);
    expect(wordsOf('staffed').has('staff')).toBe(false);
  });
});
