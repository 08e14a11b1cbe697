import fc from 'fast-check';
import {
  countedBy,
  quote,
  type Said,
  type SaidValue,
  type SayKey,
  sayable,
  wantedBy,
} from '../../src-shared/said.ts';

/** Every sentence that one process has another one tell. */
export const everyKey = Object.keys(sayable).filter((key): key is SayKey =>
  Object.hasOwn(sayable, key),
);

/** Anything that a sound peer may say: a quote of `words`, or any of our sentences with whatever it is told. */
export function anySaid(words: fc.Arbitrary<string>): fc.Arbitrary<Said> {
  const quoted = words.map(quote);
  const value: fc.Arbitrary<SaidValue> = fc.oneof(
    words,
    quoted,
    fc.integer(),
    fc.record({
      figure: fc.double({ noNaN: true, noDefaultInfinity: true }),
      digits: fc.integer({ min: 0, max: 6 }),
    }),
  );
  const ours = fc.constantFrom(...everyKey).chain((say) =>
    fc.record({
      say: fc.constant(say),
      with: fc.record(
        Object.fromEntries(
          wantedBy(say).map((name) => [name, countedBy(say).includes(name) ? fc.integer() : value]),
        ),
      ),
    }),
  );
  return fc.oneof(quoted, ours);
}
