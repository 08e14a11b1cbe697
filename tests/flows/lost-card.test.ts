import { afterEach, expect, test } from 'vitest';
import { hero } from '../../src-shared/moment/sentence.ts';
import { eventually } from '../worlds/seen-processes.ts';
import { type CardMachine, heldBy, openCardMachine, paidJobs, stepOn } from './card-machine.ts';
import { counted, countingJob } from './shop.ts';

const STEPS = 400;

let machine: CardMachine;
afterEach(() => machine.close());

test('a card that stops responding gives its job back and says so; when it answers again it earns by itself', async () => {
  machine = await openCardMachine({ checkpointMs: 250, settings: { when: { kind: 'always' } } });
  const { window, books, shop } = machine;
  await shop.submit(countingJob('a', STEPS));
  await window.until('the job to run', (s) => (stepOn(s) ?? 0) > 0);
  await eventually('a checkpoint', () => books.leases().some(({ step }) => (step ?? 0) > 0));

  machine.measure({ lost: true });
  const lost = await window.until('the loss to be seen', (s) => heldBy(s) !== null);
  expect(heldBy(lost)).toEqual({ kind: 'gpu-lost' });
  expect(hero(lost)).toMatchObject({ state: 'error', word: 'GPU stopped responding' });
  await eventually('the runner to be gone', () => machine.runners().length === 0);
  await eventually('the job to be given back', () => books.leases().length === 0);
  const { state } = await shop.status('a');
  expect(state).toMatchObject({ kind: 'waiting' });

  machine.measure();
  await window.until('the job to go on', (s) => stepOn(s) !== null);
  await window.until('the pay', (s) => paidJobs(s) === 1, 60_000);
  expect(await shop.counters('a')).toEqual(counted(STEPS));
  expect(await machine.agent.stop()).toBe(0);
}, 90_000);
