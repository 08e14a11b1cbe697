/** Numbers from 0 to 1 that a printed seed brings back (mulberry32, https://gist.github.com/tommyettinger/46a874533244883189143505d203312c). */
export function randomness(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The seed of OFFPEAK_TEST_SEED, or a new one. */
export const seedOfThisRun = (): number =>
  Number(process.env.OFFPEAK_TEST_SEED ?? Math.floor(Math.random() * 1_000_000));
