import fc from 'fast-check';
import { z } from 'zod';
import { Said } from '../../src-shared/said.ts';
import { anySaid } from './any-said.ts';

/** Most a generated list or text holds: enough for every shape, small enough to run a thousand of them. */
const LONGEST = 4;

/** Texts that a careless sentence trips over. */
const TEXTS = [
  '',
  '  ',
  '\n\u0000',
  '\u202eabc',
  'Élan 🎮 vital',
  'x'.repeat(90),
  'Why?',
  'It broke.',
];

function numbers(schema: z.ZodNumber): fc.Arbitrary<number> {
  const bound = Number.MAX_SAFE_INTEGER;
  const min = Math.max(schema.minValue ?? -bound, -bound);
  const max = Math.min(schema.maxValue ?? bound, bound);
  return schema.format === 'safeint'
    ? fc.oneof(fc.integer({ min, max }), fc.integer({ min, max: Math.min(max, min + 5_000_000) }))
    : fc.double({ min, max, noNaN: true });
}

function texts(schema: z.ZodString): fc.Arbitrary<string> {
  const [pattern] = schema._zod.bag.patterns ?? [];
  const text = pattern
    ? fc.stringMatching(pattern)
    : fc.oneof(fc.string(), fc.constantFrom(...TEXTS));
  return text.filter((t) => schema.safeParse(t).success);
}

/** The checks that a list has one length and no other, and that it is not too short. */
const Exactly = z.object({ check: z.literal('length_equals'), length: z.number() });
const AtLeast = z.object({ check: z.literal('min_length'), minimum: z.number() });

/** Values that `schema` takes, read off the schema itself. Throws on a kind of schema it does not know. */
export function arbitraryOf(schema: unknown): fc.Arbitrary<unknown> {
  if (schema === Said) return anySaid(fc.oneof(fc.string(), fc.constantFrom(...TEXTS)));
  if (schema instanceof z.ZodObject) {
    const shape: Record<string, unknown> = schema.shape;
    return fc.record(
      Object.fromEntries(Object.entries(shape).map(([key, of]) => [key, arbitraryOf(of)])),
    );
  }
  if (schema instanceof z.ZodUnion) return fc.oneof(...schema.options.map(arbitraryOf));
  if (schema instanceof z.ZodNullable)
    return fc.option(arbitraryOf(schema.unwrap()), { nil: null });
  if (schema instanceof z.ZodOptional)
    return fc.option(arbitraryOf(schema.unwrap()), { nil: undefined });
  if (schema instanceof z.ZodRecord)
    return fc.dictionary(fc.constantFrom('GPU-0', 'software'), arbitraryOf(schema.valueType));
  if (schema instanceof z.ZodArray) {
    const exact = schema.def.checks?.flatMap(({ _zod }) => Exactly.safeParse(_zod.def).data ?? []);
    const { length } = exact?.[0] ?? { length: null };
    const least = schema.def.checks?.flatMap(({ _zod }) => AtLeast.safeParse(_zod.def).data ?? []);
    return fc.array(
      arbitraryOf(schema.element),
      length === null
        ? { minLength: least?.[0]?.minimum ?? 0, maxLength: LONGEST }
        : { minLength: length, maxLength: length },
    );
  }
  if (schema instanceof z.ZodPipe) return arbitraryOf(schema.in);
  if (schema instanceof z.ZodLiteral) return fc.constantFrom(...schema.values);
  if (schema instanceof z.ZodEnum) return fc.constantFrom(...schema.options);
  if (schema instanceof z.ZodNumber) return numbers(schema);
  if (schema instanceof z.ZodString) return texts(schema);
  if (schema instanceof z.ZodBoolean) return fc.boolean();
  throw new Error(`no values are known for this schema: ${String(schema)}`);
}
