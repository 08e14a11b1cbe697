import { expect, test } from 'vitest';
import { newAgent } from '../../../src-main/agent/new-agent.ts';
import type { SpeedWork } from '../../../src-main/agent/speed-work.ts';
import { openSpeedTest, speedJobPrefix } from '../../../src-main/own-jobs/speed-test.ts';
import { JobId } from '../../../src-shared/job.ts';
import type { CardSpeed } from '../../../src-shared/speed.ts';
import { inEnglish } from '../../../src-shared/wording.ts';
import { away, card, found, live, offered, sharing, T0 } from '../../worlds/machine.ts';
import { tempFolder } from '../../worlds/temp-folder.ts';

const BUYER_TOKEN = 'c'.repeat(64);
const home = { url: 'http://127.0.0.1:1', buyerToken: BUYER_TOKEN };

/** What is answered to an offer of this job, on the built-in network or on another one, while nothing is measured. */
function answerTo(job: string, exchange: typeof home | null) {
  const speedJobs = exchange && speedJobPrefix(exchange.buyerToken);
  const agent = newAgent(T0, sharing, { trusted: true, models: true, speedJobs });
  const offer = { ...offered, job: JobId.parse(job) };
  return live(agent, [found, away, offer]).effects.at(-1);
}

test('a buyer may call a job as they like, on a foreign network and on the built-in one', () => {
  const like = `${speedJobPrefix('d'.repeat(64))}1-1`;
  for (const exchange of [null, home])
    for (const job of ['speed-boat', 'speed-', 'speed-mfx3k1-1', like])
      expect(answerTo(job, exchange)).toMatchObject({ kind: 'accept' });
  const ours = `${speedJobPrefix(BUYER_TOKEN)}1-1`;
  expect(answerTo(ours, null)).toMatchObject({ kind: 'accept' });
});

test('what an earlier test left in the built-in network is not run by any card', () => {
  const left = `${speedJobPrefix(BUYER_TOKEN)}mfx3k1-1`;
  expect(answerTo(left, home)).toMatchObject({ kind: 'decline', offer: 'o1' });
  expect(left).not.toContain(BUYER_TOKEN.slice(0, 8));
});

const programs = 'src-runner/kernels/speed';
/** The buyer's side of the test on a network that nobody answers on, and what it tells. */
function speedTest(folder: string) {
  const told: string[] = [];
  const test = openSpeedTest({
    exchange: home,
    programs,
    folder,
    report: ({ job, detail }) => told.push(`${job}: ${inEnglish(detail)}`),
    notice: (what) => told.push(inEnglish(what)),
    signal: new AbortController().signal,
    now: () => T0,
  });
  return { test, told };
}

test('a network that does not answer is heard of, under the job that was to be handed in', async () => {
  const { test, told } = speedTest(tempFolder());
  const work: SpeedWork = { kind: 'fp32', amount: 1, backend: 'cuda', software: false };
  await test.submit(`${speedJobPrefix(BUYER_TOKEN)}1-1`, work);
  expect(told).toEqual([expect.stringContaining(`${speedJobPrefix(BUYER_TOKEN)}1-1: `)]);
});

test('a speed is kept over a restart, for the driver it was measured under', () => {
  const folder = tempFolder();
  const speeds = { memory: 300, fp32: 9000, fp16: 18_000, int32: 4500, tokens: null };
  const points = [{ limit: null, power: null, speeds }];
  const speed: CardSpeed = { name: card.name, driver: card.driver, measuredAt: T0, points };
  const { test, told } = speedTest(folder);
  test.keep(card.lane, speed);
  for (const known of [test, speedTest(folder).test]) {
    expect(known.of(card)).toEqual(speed);
    expect(known.speedsOf(card)).toEqual(speeds);
    expect(known.of({ ...card, driver: '590.10' })).toBeNull();
  }
  expect(told).toEqual([]);
});
