import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Errand, openAsker } from '../../../src-renderer/agent-link/answers.ts';
import { gatherRuns } from '../../../src-renderer/jobs/runs.ts';
import { Answered, Question, RUNS_AT_ONCE } from '../../../src-shared/question.ts';
import { quote } from '../../../src-shared/said.ts';
import { inEnglish } from '../../../src-shared/wording.ts';
import { answerFrom, runsOf } from '../../worlds/window/answers.ts';

const ALL = { pay: null, what: null, outcome: null, search: '' } as const;

/** An agent that answers when it is told to. */
function slowAgent() {
  const open: { readonly asked: string; readonly answer: (detail: string) => void }[] = [];
  const errand =
    (asked: string): Errand<never> =>
    () =>
      new Promise((settle) => {
        open.push({
          asked,
          answer: (detail) => settle({ kind: 'refused', detail: quote(detail) }),
        });
      });
  return { open, errand };
}

const nobody = async (): Promise<Answered> => ({
  kind: 'refused',
  detail: quote('nobody is there'),
});
/** Lets everything that is due happen. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('what the window asks', () => {
  it('is asked one at a time, and of what is wanted meanwhile only the newest', async () => {
    const { open, errand } = slowAgent();
    const shown: string[] = [];
    const asker = openAsker<never>(nobody, ({ name }) => shown.push(name));
    for (const name of ['m', 'ma', 'mat', 'matrix']) asker.want(name, errand(name));
    expect(open.map(({ asked }) => asked)).toEqual(['m']);
    open[0]?.answer('');
    await settled();
    expect(open.map(({ asked }) => asked)).toEqual(['m', 'matrix']);
    open[1]?.answer('');
    await settled();
    expect(shown).toEqual(['matrix']);
  });

  it('is shown even if the same is already asked again, so that busy books hide nothing', async () => {
    const { open, errand } = slowAgent();
    const shown: string[] = [];
    const asker = openAsker<never>(nobody, ({ name }) => shown.push(name));
    asker.want('runs', errand('runs'));
    asker.want('runs', errand('runs'));
    open[0]?.answer('');
    await settled();
    expect(shown).toEqual(['runs']);
    expect(open).toHaveLength(2);
  });

  it('is shown to nobody who has left', async () => {
    const { open, errand } = slowAgent();
    const shown: string[] = [];
    const asker = openAsker<never>(nobody, ({ name }) => shown.push(name));
    asker.want('runs', errand('runs'));
    asker.leave();
    open[0]?.answer('');
    await settled();
    expect(shown).toEqual([]);
  });
});

describe('the list of jobs', () => {
  it('holds every run once, in order, however many pages are shown', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 350 }),
        fc.integer({ min: 1, max: 5 }),
        async (count, pages) => {
          const runs = runsOf(count, false);
          const agent = answerFrom(runs);
          const got = await gatherRuns(async (q) => agent(Question.parse(q)), ALL, pages);
          if ('kind' in got) throw new Error(inEnglish(got.detail));
          expect(got.runs).toEqual(runs.slice(0, pages * RUNS_AT_ONCE));
          expect(got.more).toBe(count > pages * RUNS_AT_ONCE);
          expect(new Set(got.days.map((day) => day.from)).size).toBe(got.days.length);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('misses none and doubles none where a job begins between two pages', async () => {
    const before = runsOf(250, false);
    const after = runsOf(251, false);
    let asked = 0;
    const got = await gatherRuns(
      async (q) => {
        asked += 1;
        return answerFrom(asked === 1 ? before : after)(Question.parse(q));
      },
      ALL,
      3,
    );
    if ('kind' in got) throw new Error(inEnglish(got.detail));
    expect(got.runs.map(({ id }) => id)).toEqual(Array.from({ length: 250 }, (_, n) => 250 - n));
  });

  it('says why when it cannot be read', async () => {
    const refused = { kind: 'refused', detail: quote('The books are being mended.') } as const;
    expect(await gatherRuns(async () => refused, ALL, 2)).toEqual(refused);
  });

  it('is read by the same parser as every answer', () => {
    const agent = answerFrom(runsOf(40, false));
    const questions = [
      { kind: 'runs', filter: ALL, before: null },
      { kind: 'run', id: 7 },
      {
        kind: 'csv',
        what: { kind: 'runs', filter: ALL },
        language: 'de',
        locale: 'de-DE',
      },
    ];
    for (const question of questions) {
      const answer = agent(Question.parse(question));
      expect(answer.kind).not.toBe('refused');
      expect(Answered.parse(answer)).toEqual(answer);
    }
  });
});
