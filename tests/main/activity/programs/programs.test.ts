import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ProcessTable } from '../../../../src-main/activity/programs/process-table.ts';
import {
  openProgramPoll,
  POLL_EVERY,
  RECHECK_EVERY,
} from '../../../../src-main/activity/programs/programs.ts';
import { millis } from '../../../../src-shared/units.ts';

/** Which program each process runs at one look; null where the system hides it. */
type Moment = ReadonlyMap<number, string | null>;

const CALM = Math.ceil(RECHECK_EVERY / POLL_EVERY) + 1;

/** Looks at one moment after the other, four a second; says what was told at each. */
function watch(moments: readonly Moment[]): string[][] {
  let now: Moment = new Map();
  const table: ProcessTable = {
    pids: () => [...now.keys()],
    exeOf: (pid) => now.get(pid) ?? null,
  };
  let news: string[] = [];
  const poll = openProgramPoll(table, {
    started: (pid, program) => news.push(`${pid} started ${program}`),
    ended: (pid) => news.push(`${pid} ended`),
  });
  return moments.map((moment, beat) => {
    news = [];
    now = moment;
    poll(millis(beat * POLL_EVERY));
    return news;
  });
}

const program = fc.constantFrom('/games/doom', '/games/hl2', '/usr/bin/bash', 'guard.exe');

/** The lives of one process number: how long nobody has it, and then who, for how many looks. */
const lives = fc.array(
  fc.record({
    gap: fc.integer({ min: 1, max: 12 }),
    length: fc.integer({ min: 1, max: 40 }),
    program,
  }),
  { maxLength: 4 },
);

test('every program that is there at one look is told once, and its end once', () => {
  fc.assert(
    fc.property(fc.array(lives, { maxLength: 8 }), (machine) => {
      const moments: Map<number, string>[] = [new Map()];
      const expected = machine.map((ofPid, pid) => {
        let beat = 0;
        for (const { gap, length, program: path } of ofPid) {
          beat += gap;
          for (const end = beat + length; beat < end; beat++) {
            while (moments.length <= beat + 1) moments.push(new Map());
            moments[beat]?.set(pid, path);
          }
        }
        return ofPid.flatMap(({ program: path }) => [`${pid} started ${path}`, `${pid} ended`]);
      });
      const told = watch(moments).flat();
      const byPid = machine.map((_, pid) => told.filter((one) => one.startsWith(`${pid} `)));
      expect(byPid).toEqual(expected);
    }),
  );
});

test('a program is told at the first look that sees it, and its end at the first that does not', () => {
  const there: Moment = new Map([[7, '/games/doom']]);
  const nobody: Moment = new Map();
  expect(watch([nobody, there, there, nobody])).toEqual([
    [],
    ['7 started /games/doom'],
    [],
    ['7 ended'],
  ]);
});

test('whatever processes do, what was told is never wrong twice, and right after five calm seconds', () => {
  const moment: fc.Arbitrary<Moment> = fc
    .dictionary(fc.integer({ min: 1, max: 6 }).map(String), fc.option(program))
    .map((all) => new Map(Object.entries(all).map(([pid, path]) => [Number(pid), path])));
  fc.assert(
    fc.property(fc.array(moment, { minLength: 1, maxLength: 60 }), (wild) => {
      const last = wild.at(-1) ?? new Map();
      const moments = [...wild, ...Array<Moment>(CALM).fill(last)];
      const believed = new Map<number, string>();
      for (const [beat, news] of watch(moments).entries()) {
        for (const one of news) {
          const [, pid = '', path] = /^(\d+) (?:started (.+)|ended)$/.exec(one) ?? [];
          if (path === undefined) expect(believed.delete(Number(pid))).toBe(true);
          else {
            expect(believed.get(Number(pid))).not.toBe(path);
            believed.set(Number(pid), path);
          }
        }
        for (const pid of believed.keys()) expect(moments[beat]?.has(pid)).toBe(true);
      }
      const shown = [...last].filter(([, path]) => path !== null);
      expect(believed).toEqual(new Map(shown));
    }),
  );
});

test('a script that becomes the game within its first two seconds is the game at the next look', () => {
  const run = (path: string): Moment => new Map([[7, path]]);
  expect(watch([run('/bin/sh'), run('/bin/sh'), run('/games/doom')]).at(-1)).toEqual([
    '7 started /games/doom',
  ]);
});
