import { describe, expect, test } from 'vitest';
import { largestModel, sharedMemory } from '../../../src-main/agent/offer.ts';
import { LlmJob } from '../../../src-shared/job.ts';
import type { Settings } from '../../../src-shared/settings.ts';
import {
  bytes,
  gibibytes,
  hours,
  mebibytes,
  microUsd,
  millis,
  minutes,
  watts,
} from '../../../src-shared/units.ts';
import {
  assigned,
  away,
  card,
  empty,
  found,
  job,
  live,
  offered,
  reading,
  sharing,
  T0,
} from '../../worlds/machine.ts';

const software = { ...card, software: true };

/** The answer of a machine that waits for work to one offer. */
function answer(
  offer: Partial<typeof offered>,
  wishes: Partial<Settings> = {},
  { gpu = card, paysTest = false, powerLimit = watts(300) } = {},
): string {
  const machine = { ...empty, paysTest, settings: { ...sharing, ...wishes } };
  const seen = { ...away, readings: [reading({ powerLimit })] };
  const { effects } = live(machine, [
    { ...found, gpus: [gpu] },
    seen,
    { ...offered, pay: { amount: microUsd(1_000_000), test: paysTest }, ...offer },
  ]);
  const last = effects.at(-1);
  return last?.kind === 'decline' ? last.because : (last?.kind ?? 'nothing');
}

describe('a job for the card', () => {
  test('is taken where it fits and pays', () => {
    expect(answer({ vram: gibibytes(8) })).toBe('accept');
  });

  test('may take what the owner allows and no more', () => {
    const wishes = { cards: { [card.lane]: { vramMax: gibibytes(4) } } };
    expect(answer({ vram: gibibytes(4) }, wishes)).toBe('accept');
    expect(answer({ vram: bytes(gibibytes(4) + 1) }, wishes)).toBe(
      'the owner does not allow jobs this much memory on the card',
    );
  });

  test('leaves free what others must always find, twice over', () => {
    // Of 12 GiB one is used; 5 % of the card are 614.4 MiB.
    const room = gibibytes(11) - 2 * Math.ceil(gibibytes(12) * 0.05);
    expect(answer({ vram: bytes(room) })).toBe('accept');
    expect(answer({ vram: bytes(room + 1) })).toBe('not enough free memory on the card');
    expect(answer({ vram: mebibytes(1) }, {}, { gpu: { ...card, vramTotal: gibibytes(2) } })).toBe(
      'not enough free memory on the card',
    );
    expect(answer({ vram: gibibytes(12) }, {}, { gpu: software })).toBe('accept');
  });
});

describe('a job that runs a language model', () => {
  const model = (size: number, memory: number | null) => ({
    vram: gibibytes(2),
    model: { size: bytes(size), memory: memory === null ? null : bytes(memory) },
  });

  test('is taken where its model fits on the disk the owner gives and on the card', () => {
    expect(answer(model(gibibytes(2), null))).toBe('accept');
    expect(answer(model(gibibytes(2), gibibytes(8)))).toBe('accept');
    expect(answer(model(gibibytes(21), null))).toBe(
      'its model takes more disk than the owner gives to models',
    );
    expect(answer(model(gibibytes(21), null), { modelDisk: gibibytes(30) })).toBe('accept');
  });

  test('is measured by its model’s header where the model is here, whatever the job says', () => {
    expect(answer(model(gibibytes(2), gibibytes(11)))).toBe('not enough free memory on the card');
    const wishes = { cards: { [card.lane]: { vramMax: gibibytes(4) } } };
    expect(answer(model(gibibytes(2), gibibytes(5)), wishes)).toBe(
      'the owner does not allow jobs this much memory on the card',
    );
  });
});

describe('a model that found no room on the disk', () => {
  const size = gibibytes(5);
  const question = LlmJob.parse({
    id: 'answer',
    kind: 'llm',
    title: 'A story',
    spec: {
      model: { sha256: 'a'.repeat(64), size },
      input: { kind: 'prompt', text: 'Once' },
      context: 256,
      maxTokens: 50,
    },
    pay: job.pay,
    needs: { vram: gibibytes(6), seconds: 1 },
    deadline: job.deadline,
  });
  const named = (bytesOfIt: number, memory: number | null = null) => ({
    vram: gibibytes(6),
    model: { size: bytes(bytesOfIt), memory: memory === null ? null : bytes(memory) },
  });
  const machine = live(empty, [
    found,
    away,
    { ...offered, ...named(size) },
    { ...assigned, job: question },
    { kind: 'no-room', at: T0, lease: 'L1' },
    { kind: 'ended', at: T0, lease: 'L1', outcome: { kind: 'stopped', checkpoint: null } },
  ]).agent;
  const later = minutes(10);
  const answerAt = (at: number, wanted: ReturnType<typeof named>) => {
    const { effects } = live(machine, [{ ...offered, ...wanted, at: millis(T0 + at) }]);
    const said = effects.find(({ kind }) => kind === 'accept' || kind === 'decline');
    return said?.kind === 'decline' ? said.because : said?.kind;
  };

  test('is not taken again for some minutes, and none as large, and the network hears why', () => {
    const full = 'the disk had no room for such a model a few minutes ago';
    expect(answerAt(0, named(size))).toBe(full);
    expect(answerAt(later - 1, named(size))).toBe(full);
    expect(answerAt(later - 1, named(size * 2))).toBe(full);
    expect(answerAt(later, named(size))).toBe('accept');
  });

  test('does not stand in the way of smaller ones, nor of one that is here', () => {
    expect(answerAt(0, named(size - 1))).toBe('accept');
    expect(answerAt(0, named(size, gibibytes(6)))).toBe('accept');
  });

  test('is not even offered meanwhile', () => {
    const [lane] = machine.lanes;
    if (!lane) throw new Error('no lane');
    expect(largestModel(machine, lane)).toBe(size - 1);
    const { agent, effects } = live(machine, [{ ...away, at: millis(T0 + later) }]);
    expect(effects).toContainEqual({ kind: 'advertise' });
    expect(largestModel(agent, lane)).toBe(agent.settings.modelDisk);
  });
});

describe('a job for money', () => {
  // 300 W for two hours at 22 cents: 13.2 cents.
  const long = { takes: hours(2) };
  const pays = (amount: number) => ({ ...long, pay: { amount: microUsd(amount), test: false } });
  const loss = 'the job pays less than its electricity costs';

  test('is refused where its electricity costs more than it pays', () => {
    expect(answer(pays(131_999))).toBe(loss);
    expect(answer(pays(132_000))).toBe('accept');
  });

  test('is taken at a loss by an owner who does not mind', () => {
    expect(answer(pays(1), { pauseWhenDear: false })).toBe('accept');
  });

  test('is reckoned at the price of this hour', () => {
    const tariff = [{ from: 0, to: 1440, pricePerKwh: microUsd(100_000) }];
    expect(answer(pays(60_000), { tariff })).toBe('accept');
  });

  test('is worth taking for test credits whatever they are worth', () => {
    const credits = { ...long, pay: { amount: microUsd(1), test: true } };
    expect(answer(credits, {}, { paysTest: true })).toBe('accept');
  });
});

test('the network is told how much memory the owner shares, and again when they change it', () => {
  const shared = gibibytes(4);
  const cards = { [card.lane]: { vramMax: shared } };
  expect(sharedMemory(sharing, card)).toBe(card.vramTotal);
  expect(sharedMemory({ ...sharing, cards }, card)).toBe(shared);
  const seeking = live(empty, [found, away]).agent;
  const { effects } = live(seeking, [
    { kind: 'settings-changed', at: T0, settings: { ...sharing, cards } },
  ]);
  expect(effects).toContainEqual({ kind: 'advertise' });
});
