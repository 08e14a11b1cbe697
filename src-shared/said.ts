import { z } from 'zod';
import { diskWords } from './words/disk-words.ts';
import { driverWords } from './words/driver-words.ts';
import { jobWords } from './words/job-words.ts';
import { networkWords } from './words/network-words.ts';
import { orderWords } from './words/order-words.ts';
import { runnerWords } from './words/runner-words.ts';
import { verdictWords } from './words/verdict-words.ts';

// Trouble is a value. Processes, files and lines say *what* is so; words are put on where a person reads, in their language
// of that moment (wording.ts). No key stands in two catalogs.

/** Everything that one process may have another one tell the owner. */
export const sayable = {
  ...diskWords,
  ...driverWords,
  ...jobWords,
  ...networkWords,
  ...orderWords,
  ...runnerWords,
  ...verdictWords,
} as const;
export type SayKey = keyof typeof sayable;

/** A number that is to be read, with so many digits after the point; a bare number is one that a text counts by. */
export type Figure = { readonly figure: number; readonly digits: number };

/** What is filled into a text. */
export type SaidValue = string | number | Figure | Said;

/** A sentence, or a part of one, without its words. `quote`: a stranger's own words, such as a driver's or the system's. */
export type Said =
  | { readonly say: SayKey; readonly with: Readonly<Record<string, SaidValue>> }
  | { readonly quote: string };

/** The names in a text. What counts has texts within, which the compiler cannot read: there any name will do. */
type NamesIn<Text extends string> = Text extends `${string}, plural,${string}`
  ? string
  : Text extends `${string}{${infer Name}}${infer Rest}`
    ? Name | NamesIn<Rest>
    : never;
type NamesOf<Key extends SayKey> = NamesIn<(typeof sayable)[Key]['en']>;
type Filling<Key extends SayKey> = [NamesOf<Key>] extends [never]
  ? readonly []
  : readonly [values: { readonly [Name in NamesOf<Key>]: SaidValue }];

/** A sentence of ours, with all that its text wants to be told. */
export const said = <Key extends SayKey>(key: Key, ...[values]: Filling<Key>): Said => ({
  say: key,
  with: values ?? {},
});

/** Characters; a driver's message can be endless. */
const LONGEST = 4000;
const clipped = (text: string): string => text.slice(0, LONGEST);

/** Somebody else's own words: they stay in their language. */
export const quote = (text: string): Said => ({ quote: clipped(text) });

/** The words of anything thrown, which nobody translates. */
export const quoteError = (error: unknown): Said =>
  quote(error instanceof Error ? error.message : String(error));

/** Several sentences, one after the other; null where there is none. */
export const together = (all: readonly Said[]): Said | null =>
  all.reduceRight<Said | null>(
    (rest, one) => (rest === null ? one : said('oneAfterOther', { one, other: rest })),
    null,
  );

/** What a text wants to be told. */
export const wantedBy = (key: SayKey): string[] => [
  ...new Set([...sayable[key].en.matchAll(/\{(\w+)\s*[,}]/g)].map(([, name = '']) => name)),
];

/** What a text counts by, in whatever language: these must be numbers. */
export const countedBy = (key: SayKey): string[] => [
  ...new Set(
    Object.values(sayable[key]).flatMap((text) =>
      [...text.matchAll(/\{(\w+),\s*plural\s*,/g)].map(([, name = '']) => name),
    ),
  ),
];

const isKey = (key: string): key is SayKey => Object.hasOwn(sayable, key);

/** What another version of Offpeak says may be unknown here, or told with other values or kinds of them: then its name is told. */
const known = ({
  say: key,
  with: values,
}: {
  say: string;
  with: Record<string, SaidValue>;
}): Said =>
  isKey(key) &&
  wantedBy(key).every((name) => Object.hasOwn(values, name)) &&
  countedBy(key).every((name) => Number.isFinite(values[name]))
    ? { say: key, with: values }
    : said('unknownWords', { key });

/** No sentence of ours stands in more others. */
const DEEPEST = 6;
/** No text of ours wants more. */
const MOST_VALUES = 10;

const text = z.string().transform(clipped);
const Quote = z.object({ quote: text });
const Figure = z.object({ figure: z.number(), digits: z.int().min(0).max(6) });

function saidWithin(depth: number): z.ZodType<Said> {
  const plain = z.union([text, z.number(), Figure]);
  const value: z.ZodType<SaidValue> = depth === 0 ? plain : z.union([plain, saidWithin(depth - 1)]);
  const values = z
    .record(z.string().max(40), value)
    .refine((all) => Object.keys(all).length <= MOST_VALUES, 'too many values');
  return z.union([Quote, z.object({ say: z.string().max(60), with: values }).transform(known)]);
}

/** The parser at every door: what comes out can be worded in every language. */
export const Said: z.ZodType<Said> = saidWithin(DEEPEST);
