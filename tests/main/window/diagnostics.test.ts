import { expect, test } from 'vitest';
import { diagnosticsName, diagnosticsText } from '../../../src-main/window/diagnostics.ts';
import { quote } from '../../../src-shared/said.ts';
import { gibibytes } from '../../../src-shared/units.ts';
import { snapshots } from '../../worlds/window/snapshots.ts';

const machine = {
  system: 'linux 6.8.0 x64',
  versions: { node: '22.1.0', electron: undefined },
  home: '/home/ada',
  log: [
    '2026-11-23 decline offer o1: busy',
    '2026-11-23 fail: crash: no such entry "price_book_of_secrets"',
    '2026-11-23 Results: /home/ada/Offpeak/results',
  ],
};

test('whoever helps reads versions, cards, limits and the log', () => {
  const text = diagnosticsText(snapshots.limited, machine);
  for (const words of [
    'Offpeak 0.1.0',
    'linux 6.8.0 x64; node 22.1.0',
    'NVIDIA GeForce RTX 4070 Ti SUPER',
    '580.95.05',
    '"powerLimit": 200',
    '"held"',
    'decline offer o1: busy',
  ])
    expect(text).toContain(words);
});

test('and nothing of what the owner plays, runs or keeps, nor of what the jobs are about', () => {
  const { limited, game } = snapshots;
  const text = diagnosticsText({ ...limited, lanes: [...limited.lanes, ...game.lanes] }, machine);
  for (const words of [
    'ada',
    'Blender',
    'blender',
    'wallpaper',
    'Counter-Strike',
    'cs2',
    'firefox',
    'Matrix tuning',
    'gemm-12',
    'secrets',
  ])
    expect(text).not.toContain(words);
  expect(text).toContain('"games": 2');
  expect(text).toContain('"programs": 2');
  expect(text).toContain('fail: crash\n');
  expect(text).toContain('~/Offpeak/results');
});

test('a home folder of Windows is found in JSON too, and only the last lines of a long log are sent', () => {
  const windows = {
    ...machine,
    home: 'C:\\Users\\ada',
    log: Array.from({ length: 1000 }, (_, n) => `line ${n}`),
  };
  const text = diagnosticsText(
    { ...snapshots.fresh, gpuTrouble: quote('No C:\\Users\\ada\\nvml.dll'), libraries: [] },
    windows,
  );
  expect(text).toContain('No ~\\nvml.dll');
  expect(text).not.toContain('line 799\n');
  expect(text).toContain('line 800\n');
  expect(text.length).toBeLessThan(gibibytes(1) / 1000);
});

test('its file is called by the moment', () => {
  expect(diagnosticsName(Date.UTC(2026, 10, 22, 10, 15, 30))).toBe(
    'offpeak-diagnostics-2026-11-22T10-15-30-000Z.txt',
  );
});
