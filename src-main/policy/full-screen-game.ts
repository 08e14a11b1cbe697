import type { Reading } from '../../src-shared/gpu.ts';
import type { Game } from './circumstances.ts';

/** The program in front, which has a whole monitor to itself. A game only if it draws, which the card knows. */
export type FullScreenProgram = {
  readonly pid: number;
  /** As in a `GameRule`. */
  readonly path: string;
  readonly title: string;
};

/** A film in a player keeps a card this busy at most; a game, even a small one, more. Share of the card's work. */
const PLAYING = 0.15;

/**
 * Whether a program that has a screen to itself is played: it draws on a card. Where the driver does not say which program
 * keeps the card busy (Windows), one that is on a busy card is taken for it.
 */
export function fullScreenGame(
  program: FullScreenProgram | null,
  readings: readonly Reading[],
): Game | null {
  if (program === null) return null;
  const plays = readings.some(({ programs, load }) => {
    const there = programs.find(({ pid }) => pid === program.pid);
    if (!there || there.ours) return false;
    const worksForUs = programs.some(({ ours }) => ours);
    return (there.load ?? (worksForUs ? 0 : (load ?? 0))) >= PLAYING;
  });
  return plays ? program : null;
}
