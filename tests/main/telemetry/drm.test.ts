import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDrmClient } from '../../../src-main/telemetry/linux/drm-client.ts';
import { millis } from '../../../src-shared/units.ts';
import { ARC, drmMachine, type OpenCard, RADEON } from '../../worlds/computer/drm-machine.ts';
import { tempFolder } from '../../worlds/temp-folder.ts';

const machineWith = (cards: Parameters<typeof drmMachine>[0]) => drmMachine(cards, tempFolder());

const SLOT = '0000:0b:00.0';

/** A game on a Radeon, as amdgpu tells of it. */
const game = (gfxNs: number, more: Partial<OpenCard> = {}): OpenCard => ({
  pid: 4242,
  fd: 7,
  says: [
    'drm-driver:\tamdgpu',
    'drm-client-id:\t33',
    `drm-pdev:\t${SLOT}`,
    'drm-memory-vram:\t4194304 KiB',
    `drm-engine-gfx:\t${gfxNs} ns`,
    'drm-engine-compute:\t0 ns',
  ],
  ...more,
});

test('another program on a Radeon is seen with its memory, and its share of the card from the second look on', () => {
  const { open, run } = machineWith({ card0: RADEON });
  run(game(1_000_000_000));
  const cards = open();
  const program = { pid: 4242, memory: 4 * 1024 ** 3, name: null, ours: false };
  expect(cards.read(millis(10_000))[0]?.programs).toEqual([{ ...program, load: null }]);
  run(game(2_800_000_000));
  // A look costs a list of all processes, so what was seen holds for a moment.
  expect(cards.read(millis(11_000))[0]?.programs).toEqual([{ ...program, load: null }]);
  expect(cards.read(millis(12_000))[0]?.programs).toEqual([{ ...program, load: 0.9 }]);
  expect(cards.read(millis(14_000))[0]?.programs).toEqual([{ ...program, load: 0 }]);
});

test('copies of one open file count once, two contexts of one program together, and a card’s programs only there', () => {
  const { open, run } = machineWith({ card0: RADEON, card1: ARC });
  const second = { fd: 9, says: game(0).says.map((line) => line.replace('33', '34')) };
  for (const file of [game(0), game(0, { fd: 8 }), game(0, second)]) run(file);
  const cards = open();
  cards.read(millis(0));
  const later = {
    fd: 9,
    says: second.says.map((line) => line.replace('gfx:\t0', 'gfx:\t400000000')),
  };
  for (const file of [game(600_000_000), game(600_000_000, { fd: 8 }), game(0, later)]) run(file);
  const [arc, radeon] = cards.read(millis(2000));
  expect(radeon?.programs).toMatchObject([{ pid: 4242, load: 0.5, memory: 8 * 1024 ** 3 }]);
  expect(arc?.programs).toEqual([]);
});

test('a program that ends is on no card, and one that opens the card later is found', () => {
  const { open, run, end } = machineWith({ card0: RADEON });
  run(game(0));
  // It reads a film first.
  run({ pid: 99, fd: 3, says: ['drm-client-id:\t1'] }, '/home/owner/film.mkv');
  const cards = open();
  const seenAt = (ms: number) => cards.read(millis(ms))[0]?.programs.map(({ pid }) => pid);
  expect(seenAt(0)).toEqual([4242]);
  end(4242);
  run({ ...game(0), pid: 99, fd: 4 });
  expect(seenAt(2000)).toEqual([99]);
});

test('a program that opens the card after hours is looked for as soon as the card works for nobody that is known', () => {
  const { open, run, put } = machineWith({
    card0: { ...RADEON, 'device/gpu_busy_percent': '0' },
  });
  run({ pid: 99, fd: 3, says: ['drm-client-id:\t1'] }, '/home/owner/scene.blend');
  const cards = open();
  const seenAt = (ms: number) => cards.read(millis(ms))[0]?.programs.map(({ pid }) => pid);
  for (let ms = 0; ms < 500_000; ms += 2000) expect(seenAt(ms)).toEqual([]);
  run({ ...game(0), pid: 99, fd: 4 });
  expect(seenAt(502_000)).toEqual([]);
  put('card0', 'device/gpu_busy_percent', '95');
  expect(seenAt(504_000)).toEqual([]);
  expect(seenAt(506_000)).toEqual([99]);
});

test('the cycles of an Arc are shares of its own clock', () => {
  const says = (busy: number, total: number) => [
    'drm-driver:\txe',
    'drm-client-id:\t3',
    'drm-pdev:\t0000:03:00.0',
    'drm-resident-vram0:\t16 MiB',
    'drm-total-vram0:\t32 MiB',
    `drm-cycles-rcs:\t${busy}`,
    `drm-total-cycles-rcs:\t${total}`,
    `drm-cycles-ccs:\t${busy}`,
    `drm-total-cycles-ccs:\t${total}`,
    'drm-engine-capacity-ccs:\t4',
  ];
  const { open, run } = machineWith({ card0: ARC });
  run({ pid: 7, fd: 3, says: says(1000, 10_000) });
  const cards = open();
  cards.read(millis(0));
  run({ pid: 7, fd: 3, says: says(4000, 20_000) });
  expect(cards.read(millis(2000))[0]?.programs).toMatchObject([
    { pid: 7, memory: 16 * 1024 ** 2, load: 0.3 },
  ]);
});

test('a counter that falls behind is no work, and a driver that says nonsense is not believed', () => {
  const { open, run } = machineWith({ card0: RADEON });
  run(game(5_000_000_000));
  const cards = open();
  cards.read(millis(0));
  run(game(4_000_000_000));
  expect(cards.read(millis(2000))[0]?.programs[0]?.load).toBe(0);
  run(game(900_000_000_000));
  expect(cards.read(millis(4000))[0]?.programs[0]?.load).toBe(1);
  run(
    game(0, {
      says: [
        'drm-pdev:\tx',
        'drm-client-id:\t1',
        'drm-engine-gfx:\tmuch',
        'drm-memory-vram:\t-3 KiB',
      ],
    }),
  );
  expect(cards.read(millis(6000))[0]?.programs).toEqual([]);
});

test('whatever stands in such a file, it is read as numbers or not at all', () => {
  const line = fc.oneof(
    fc.string(),
    fc
      .tuple(
        fc.constantFrom(
          'drm-pdev',
          'drm-client-id',
          'drm-engine-gfx',
          'drm-cycles-rcs',
          'drm-engine-capacity-gfx',
          'drm-total-vram0',
        ),
        fc.oneof(
          fc.string(),
          fc.nat().map(String),
          fc.nat().map((n) => `${n} KiB`),
        ),
      )
      .map(([key, value]) => `${key}:\t${value}`),
  );
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const client = parseDrmClient(lines.join('\n'));
      if (client === null) return;
      expect(client.memory === null || client.memory >= 0).toBe(true);
      for (const { done, count } of client.engines.values()) {
        expect(done).toBeGreaterThanOrEqual(0);
        expect(count).toBeGreaterThan(0);
      }
    }),
  );
});
