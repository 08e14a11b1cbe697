import { describe, expect, test } from 'vitest';
import type { Circumstances } from '../../../src-main/policy/circumstances.ts';
import type { GpuProgram } from '../../../src-shared/gpu.ts';
import { bytes, gibibytes, mebibytes, millis } from '../../../src-shared/units.ts';
import { card, game, T0 } from '../../worlds/machine.ts';
import { program, showing, watched, why, wishing } from './circumstances.ts';

const busy = (...programs: GpuProgram[]) => showing({ programs });
const afterSix = (now: Partial<Circumstances>) =>
  watched([
    [0, now],
    [3, now],
    [6, now],
  ]).at(-1);

describe('another program that keeps the card busy', () => {
  const rendering = busy(program());

  test('is given the card after five seconds, at once', () => {
    const held = 'other-program';
    expect(
      watched([
        [0, rendering],
        [4, rendering],
        [5, rendering],
      ]),
    ).toEqual([null, null, held]);
    const { memory } = why(rendering);
    expect(why({ ...rendering, now: millis(T0 + 6000) }, memory).hold).toEqual({
      urgency: 'evict',
      reason: { kind: held, title: 'blender', load: 0.84 },
    });
  });

  test('does not count while it only starts, rests in between, or does little', () => {
    expect(
      watched([
        [0, rendering],
        [4, busy(program({ load: 0.1 }))],
        [6, rendering],
        [10, rendering],
      ]),
    ).toEqual([null, null, null, null]);
    expect(afterSix(busy(program({ load: 0.29 })))).toBeNull();
  });

  test('keeps the card through a gap between two pictures, and gives it back after ten seconds', () => {
    const rests = busy(program({ load: 0 }));
    expect(
      watched([
        [0, rendering],
        [5, rendering],
        [6, rests],
        [12, rendering],
        [13, rests],
        [21, rests],
        [22, rests],
      ]).slice(1),
    ).toEqual([...Array(5).fill('other-program'), null]);
  });

  test('holds the card in both careful modes and not in the third', () => {
    const mode = (kind: 'working' | 'always') => wishing({ when: { kind } });
    expect(afterSix({ ...rendering, ...mode('working') })).toBe('other-program');
    expect(afterSix({ ...rendering, ...mode('always') })).toBeNull();
  });

  test('is never our own runner', () => {
    expect(afterSix(busy(program({ ours: true, load: 1, name: 'offpeak-runner' })))).toBeNull();
  });

  test.each(['dwm.exe', 'gnome-shell', 'firefox', 'chrome.exe', 'steamwebhelper', 'Xorg'])(
    'is not %s, which draws what the owner sees, unless it does far more than that',
    (name) => {
      expect(afterSix(busy(program({ name, load: 0.59 })))).toBeNull();
      expect(afterSix(busy(program({ name, load: 0.6 })))).toBe('other-program');
    },
  );

  test('is named by the one that does most, and not named where the system is silent', () => {
    const both = busy(program({ load: 0.4 }), program({ pid: 78, load: 0.5, name: 'ffmpeg.exe' }));
    const { memory } = why(both);
    const later = { now: millis(T0 + 6000) };
    expect(why({ ...both, ...later }, memory).hold?.reason).toMatchObject({ title: 'ffmpeg' });
    const nameless = busy(program({ name: null }));
    expect(why({ ...nameless, ...later }, why(nameless).memory).hold?.reason).toMatchObject({
      title: '',
    });
  });

  test('that belongs to a game does not keep the card when the game is over', () => {
    const playing = { ...rendering, games: [game] };
    expect(
      watched([
        [0, playing],
        [60, playing],
        [61, rendering],
        [64, rendering],
      ]).at(-1),
    ).toBeNull();
  });
});

describe('where the driver tells only what the whole card does', () => {
  const silent = program({ load: null, memory: null });
  const loaded = (load: number, ...programs: GpuProgram[]) =>
    showing({ load, programs: programs.length > 0 ? programs : [silent] });

  test('its load counts while we do not work, and not while we do', () => {
    expect(afterSix({ ...loaded(0.5), working: false })).toBe('other-program');
    expect(afterSix({ ...loaded(1), working: true })).toBeNull();
  });

  test('it must be higher where only the desktop is on the card', () => {
    const desktop = program({ name: 'dwm.exe', load: null, memory: null });
    expect(afterSix(loaded(0.5, desktop))).toBeNull();
    expect(afterSix(loaded(0.7, desktop))).toBe('other-program');
  });
});

describe('graphics memory that others want', () => {
  const used = (memory: number, ...programs: GpuProgram[]) =>
    showing({ memoryUsed: bytes(memory), programs });
  const almostAll = card.vramTotal - mebibytes(500);

  test('is given back at once, to the largest of them by name', () => {
    const small = program({ pid: 1, name: 'dwm.exe', memory: mebibytes(200), load: 0 });
    const large = program({ pid: 2, name: 'Resolve.exe', memory: gibibytes(4), load: 0 });
    expect(why(used(almostAll, small, large)).hold).toEqual({
      urgency: 'evict',
      reason: { kind: 'memory-wanted', title: 'Resolve' },
    });
  });

  test('is 5 % of a large card and half a gibibyte of a small one', () => {
    const others = program({ load: 0 });
    const free = (total: number, left: number) =>
      why({
        gpu: { ...card, vramTotal: bytes(total) },
        ...used(total - left, others),
      }).hold?.reason.kind;
    expect(free(gibibytes(24), gibibytes(1.1))).toBe('memory-wanted');
    expect(free(gibibytes(24), gibibytes(1.3))).toBeUndefined();
    expect(free(gibibytes(4), mebibytes(511))).toBe('memory-wanted');
    expect(free(gibibytes(4), mebibytes(512))).toBeUndefined();
  });

  test('is nobody’s wish where the card is full of our own work, or not measured', () => {
    expect(why(used(almostAll, program({ ours: true }))).hold).toBeNull();
    expect(
      why({ gpu: { ...card, software: true }, ...used(almostAll, program()) }).hold,
    ).toBeNull();
    expect(why(showing({ memoryUsed: null, programs: [program({ load: 0 })] })).hold).toBeNull();
  });

  test('has no name where Windows does not say who holds how much', () => {
    const silent = program({ memory: null, load: null });
    expect(why(used(almostAll, silent)).hold?.reason).toEqual({
      kind: 'memory-wanted',
      title: null,
    });
  });
});
