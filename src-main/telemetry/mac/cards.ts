import { execFile, execFileSync } from 'node:child_process';
import { totalmem } from 'node:os';
import { PCI_NUMBERS } from '../../../src-shared/card-maker.ts';
import { type Gpu, LaneId, UNREAD } from '../../../src-shared/gpu.ts';
import { bytes, type Millis, seconds } from '../../../src-shared/units.ts';
import { lostReading } from '../card/lost-reading.ts';
import { untoldPower } from '../card/power.ts';
import type { CardSource, CardSourceOpened } from '../card/source.ts';
import { type IoregCard, parseIoreg } from './ioreg-card.ts';

/** A look starts a program, some milliseconds of CPU. */
const LOOK_EVERY: Millis = seconds(5);
/** What was seen longer ago says nothing about now. */
const SEEN_KEPT: Millis = seconds(30);
const PATIENCE: Millis = seconds(5);
/** Its memory is the computer's: the half of it that the owner needs is none of ours. */
const SHARE_OF_MEMORY = 0.5;

/** Prints the accelerators of this Mac; see `parseIoreg`. */
const IOREG = ['/usr/sbin/ioreg', '-r', '-d', '1', '-w', '0', '-c', 'IOAccelerator'] as const;

/**
 * The chip of a Mac. What macOS tells without an administrator is its load and its memory: no degrees, no watts, no programs.
 * `words`: the program that prints them.
 */
export function openMacCards(words: readonly [string, ...string[]] = IOREG): CardSourceOpened {
  const [program, ...args] = words;
  let cards: readonly IoregCard[];
  try {
    const options = { timeout: PATIENCE, encoding: 'utf8', stdio: 'pipe' } as const;
    cards = parseIoreg(execFileSync(program, args, options));
  } catch {
    return { kind: 'absent' };
  }
  const [first] = cards;
  if (first === undefined) return { kind: 'absent' };
  const gpu = gpuOf(first);
  let seenAt: Millis | null = null;
  let askedAt: Millis | null = null;
  let latest: IoregCard | undefined = first;

  function ask(now: Millis): void {
    askedAt = now;
    execFile(program, args, { timeout: PATIENCE, encoding: 'utf8' }, (error, said) => {
      // Said too late or not at all: what was seen grows old.
      if (error) return;
      [latest] = parseIoreg(said);
      seenAt = now;
    });
  }

  const source: CardSource = {
    gpus: [gpu],
    read(now) {
      seenAt ??= now;
      if (askedAt === null) askedAt = now;
      else if (Math.abs(now - askedAt) >= LOOK_EVERY) ask(now);
      if (latest === undefined || Math.abs(now - seenAt) > SEEN_KEPT)
        return [lostReading(gpu.lane)];
      const { load, memoryUsed } = latest;
      return [
        {
          ...UNREAD,
          lane: gpu.lane,
          lost: false,
          load,
          memoryUsed: memoryUsed === null ? null : bytes(memoryUsed),
        },
      ];
    },
    powerOf: (lane) => (lane === gpu.lane ? untoldPower : null),
    close: () => undefined,
  };
  return { kind: 'open', source };
}

const gpuOf = ({ model }: IoregCard): Gpu => ({
  // A Mac has one.
  lane: LaneId.parse('apple'),
  name: model.slice(0, 200),
  backend: 'webgpu',
  software: false,
  index: 0,
  vramTotal: bytes(Math.floor(totalmem() * SHARE_OF_MEMORY)),
  powerMax: null,
  powerMin: null,
  powerDefault: null,
  pci: null,
  driver: null,
  // The maker's number, although its chips are on no PCI bus.
  chip: { vendor: PCI_NUMBERS.apple, device: null, codename: null, alone: true },
});
