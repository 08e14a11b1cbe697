/** Longest foreign words (a game's title, a driver's message) within our sentences; a Windows tray tooltip holds 127. */
export const TITLE_MAX = 60;
const DETAIL_MAX = 200;

/** Foreign text made fit for one line: no control characters, no runs of space, not endless. */
export function plain(text: string, max: number): string {
  const line = text.replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ').trim();
  const letters = Array.from(line);
  return letters.length <= max
    ? line
    : `${letters
        .slice(0, max - 1)
        .join('')
        .trim()}…`;
}

/** A detail as a sentence, or nothing; it may go on after a colon. */
export function asSentence(detail: string): string {
  const line = plain(detail, DETAIL_MAX);
  if (line === '') return '';
  return /[.!?…]$/u.test(line) ? line : `${line}.`;
}

/** A detail as a sentence of its own, or nothing. */
export function ownSentence(detail: string): string {
  const [first = '', ...rest] = asSentence(detail);
  return first.toUpperCase() + rest.join('');
}
