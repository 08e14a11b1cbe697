import { setTimeout as pause } from 'node:timers/promises';

/** Looks again and again; the whole trial has a limit from outside. */
export async function until<T>(what: string, look: () => T | null, tries = 3000): Promise<T> {
  for (let i = 0; i < tries; i++) {
    const seen = look();
    if (seen !== null) return seen;
    await pause(10);
  }
  throw new Error(`not seen: ${what}`);
}
