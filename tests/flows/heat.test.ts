import { afterEach, expect, test } from 'vitest';
import { hero } from '../../src-shared/moment/sentence.ts';
import type { Snapshot } from '../../src-shared/snapshot.ts';
import { celsius } from '../../src-shared/units.ts';
import { eventually } from '../worlds/seen-processes.ts';
import {
  type CardMachine,
  heldBy,
  isFree,
  laneView,
  openCardMachine,
  paidJobs,
  stepOn,
} from './card-machine.ts';
import { counted, countingJob } from './shop.ts';

const LIMIT = celsius(78);
const STEPS = 500;

let machine: CardMachine;
afterEach(() => machine.close());

const temperatureOf = (s: Snapshot) => laneView(s)?.reading?.temperature;
const slowdownOf = (s: Snapshot) => laneView(s)?.slowdown ?? null;

test('a card at its limit is slowed; one that gets hotter all the same stops, and goes on when it has cooled', async () => {
  machine = await openCardMachine({
    settings: { temperatureMax: LIMIT, when: { kind: 'always' } },
  });
  const { window, books, shop } = machine;
  await shop.submit(countingJob('a', STEPS));
  const cold = await window.until('the job to run', (s) => (stepOn(s) ?? 0) > 0);
  expect(slowdownOf(cold)).toBeNull();

  machine.measure({ temperature: LIMIT });
  const slowed = await window.until('the work to be slowed', (s) => slowdownOf(s) !== null);
  expect(slowdownOf(slowed)?.because).toBe('heat');
  expect(hero(slowed)).toMatchObject({ state: 'hot', word: 'Earning, slowed' });
  const before = stepOn(slowed) ?? STEPS;

  machine.measure({ temperature: LIMIT + 6 });
  const held = await window.until('the stop', (s) => heldBy(s) !== null);
  expect(heldBy(held)).toEqual({ kind: 'too-hot', temperature: 84, limit: 78, resumesBelow: 70 });
  expect(hero(held)).toMatchObject({
    state: 'hot',
    word: 'Too hot, stopped',
    reason:
      'GPU reached 84\u00a0°C; your limit is 78\u00a0°C. Resumes below 70\u00a0°C. Check the airflow.',
  });
  await eventually('the runner to be gone', () => machine.runners().length === 0);
  await eventually('the job to be given back', () => books.leases().length === 0);
  // Nothing else was ever saved: the step under way was finished first, however slow the work had become.
  const { state } = await shop.status('a');
  const saved = state.kind === 'waiting' ? state.step : 0;
  expect(saved).toBeGreaterThanOrEqual(before);
  await window.until('the card to be free', isFree);

  machine.measure({ temperature: LIMIT - 8 });
  const warm = await window.until('a cooler card', (s) => temperatureOf(s) === 70);
  expect(heldBy(warm)).toEqual(heldBy(held));
  machine.measure();
  const again = await window.until('the job to go on', (s) => stepOn(s) !== null);
  expect(stepOn(again)).toBeGreaterThanOrEqual(saved);
  await window.until('the pay', (s) => paidJobs(s) === 1, 60_000);
  expect(await shop.counters('a')).toEqual(counted(STEPS));
  expect(await machine.agent.stop()).toBe(0);
}, 90_000);
