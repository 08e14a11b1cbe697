import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Child } from '../../../src-main/children/child.ts';
import {
  type End,
  judgeEnd,
  keepChild,
  type Meaning,
  type Rests,
} from '../../../src-main/children/keeper.ts';
import { nodeSpawn } from '../../../src-main/children/node-child.ts';
import { quote, type Said } from '../../../src-shared/said.ts';
import { hours, millis, minutes, seconds } from '../../../src-shared/units.ts';
import { mailbox } from '../../worlds/mailbox.ts';
import { saying } from '../../worlds/saying.ts';
import { isAlive } from '../../worlds/seen-processes.ts';
import { tempFolder } from '../../worlds/temp-folder.ts';

vi.setConfig({ testTimeout: 30_000 });

const RESTS: Rests = { first: seconds(1), longest: minutes(1), soundAfter: minutes(1) };
const needed: Meaning = { kind: 'needed' };
const crash = { crashesBefore: 0, lived: seconds(5), detail: quote('It ended.') };

test('a process that was sound for long rests as after its first crash, whatever was before', () => {
  const judge = (crashesBefore: number, lived = crash.lived) =>
    judgeEnd(needed, { ...crash, crashesBefore, lived }, RESTS);
  expect([0, 1, 2, 3].map((before) => judge(before).rest)).toEqual([1, 2, 4, 8].map(seconds));
  expect(judge(50).rest).toBe(minutes(1));
  expect(judge(50, millis(minutes(1) + 1))).toEqual({
    end: { kind: 'crashed', crashes: 1, because: quote('It ended.') },
    rest: seconds(1),
  });
});

test('however a process crashes, the rest is never shorter than the first nor longer than the longest', () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 0, max: hours(1) }), (crashesBefore, lived) => {
      const { rest } = judgeEnd(
        needed,
        { crashesBefore, lived: millis(lived), detail: quote('') },
        RESTS,
      );
      expect(rest).toBeGreaterThanOrEqual(RESTS.first);
      expect(rest).toBeLessThanOrEqual(RESTS.longest);
    }),
  );
});

test('what has nothing to do is not blamed for its end, and what was ended is told with our reason', () => {
  expect(judgeEnd({ kind: 'leaving', again: minutes(10) }, crash, RESTS)).toEqual({
    end: { kind: 'left' },
    rest: minutes(10),
  });
  expect(judgeEnd({ kind: 'leaving', again: null }, crash, RESTS).rest).toBeNull();
  expect(judgeEnd({ kind: 'distrusted', because: quote('It lied.') }, crash, RESTS).end).toEqual({
    kind: 'crashed',
    crashes: 1,
    because: quote('It lied.'),
  });
});

/** Keeps a real process that does what this text says each time it is started, and says its pid as its first word. */
function keep(
  script: string,
  options: {
    readonly meaning?: (word: unknown) => Meaning;
    readonly rests?: Partial<Rests>;
    readonly silence?: { readonly after: typeof RESTS.first; readonly because: Said };
  } = {},
) {
  const file = join(tempFolder(), 'kept.mjs');
  writeFileSync(file, script);
  const life = new AbortController();
  onTestFinished(() => life.abort());
  const words = mailbox<unknown>();
  const ends = mailbox<End>();
  const children = mailbox<Child>();
  const spawn = nodeSpawn(file);
  const keeper = keepChild({
    spawn: (listen) => {
      const child = spawn(listen);
      children.put(child);
      return child;
    },
    signal: life.signal,
    rests: { first: millis(5), longest: millis(20), soundAfter: minutes(1), ...options.rests },
    ...(options.silence && { silence: options.silence }),
    greeting: () => [{ hello: children.seen().length }],
    heard: (word) => {
      words.put(word);
      return options.meaning?.(word) ?? { kind: 'alive' };
    },
    ended: ends.put,
  });
  const started = (count: number) => children.until(() => children.seen().length >= count);
  return { keeper, life, words, ends, children, started };
}
/** Says back what it is told. */
const ECHO = `process.on('message', (word) => process.send(word)); process.on('disconnect', () => process.exit());`;
const DIE = `process.on('message', () => { console.error('Xid 79'); process.exit(1); });`;

test('a process that dies is started again and greeted anew, and its crashes in a row are counted', async () => {
  const { ends, started } = keep(DIE);
  await ends.until(({ kind }) => kind === 'crashed' && ends.seen().length === 3);
  expect(ends.seen()).toMatchObject([1, 2, 3].map((crashes) => ({ kind: 'crashed', crashes })));
  expect(ends.seen()[0]).toMatchObject({ because: saying('Xid 79') });
  await started(4);
});

test('a process that lives is told what there is to say, and not replaced', async () => {
  const { keeper, words, children } = keep(ECHO);
  await words.until((word) => JSON.stringify(word) === '{"hello":1}');
  expect(keeper.post({ say: 'this' })).toBe(true);
  await words.until((word) => JSON.stringify(word) === '{"say":"this"}');
  expect(children.seen()).toHaveLength(1);
});

test('a process that falls silent is ended and replaced, and the reason is ours', async () => {
  const silence = { after: millis(50), because: quote('It does not answer.') };
  const { ends, started } = keep(`process.on('message', () => { for (;;); });`, { silence });
  expect(await ends.until(() => true)).toEqual({
    kind: 'crashed',
    crashes: 1,
    because: quote('It does not answer.'),
  });
  await started(2);
});

test('once it talked nonsense, nothing it says is heard, and it is replaced', async () => {
  const babble = `process.on('message', () => { process.send('nonsense'); process.send('secrets'); });`;
  const { ends, words, started } = keep(babble, {
    meaning: () => ({ kind: 'distrusted', because: quote('It lied.') }),
    rests: { first: hours(1), longest: hours(1) },
  });
  await started(1);
  expect(await ends.until(() => true)).toMatchObject({ because: quote('It lied.') });
  expect(words.seen()).toEqual(['nonsense']);
});

test('what leaves because there is nothing to do is never tried again, or after its rest', async () => {
  const leave = `process.on('message', () => process.send('nothing', () => process.exit(0)));`;
  const gone = keep(leave, { meaning: () => ({ kind: 'leaving', again: null }) });
  expect(await gone.ends.until(() => true)).toEqual({ kind: 'left' });
  expect(gone.keeper.post({})).toBe(false);
  gone.keeper.hurry();
  expect(gone.children.seen()).toHaveLength(1);

  const back = keep(leave, { meaning: () => ({ kind: 'leaving', again: millis(1) }) });
  await back.started(2);
});

test('whoever needs it at once does not wait for the rest of a crash, and gets one, not two', async () => {
  const { keeper, ends, started, children } = keep(DIE, {
    rests: { first: hours(1), longest: hours(1) },
  });
  await ends.until(() => true);
  expect(keeper.post({})).toBe(false);
  keeper.hurry();
  keeper.hurry();
  await started(2);
  expect(children.seen()).toHaveLength(2);
});

test('at the end of the app it is ended, not told and not replaced, and none is started after', async () => {
  const { life, words, children, ends, keeper } = keep(ECHO);
  await words.until(() => true);
  const [child] = children.seen();
  const pid = child?.pid() ?? 0;
  expect(isAlive(pid)).toBe(true);
  life.abort();
  await child?.gone;
  expect(isAlive(pid)).toBe(false);
  keeper.hurry();
  expect(children.seen()).toHaveLength(1);
  expect(ends.seen()).toEqual([]);
});
