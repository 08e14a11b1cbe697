import { expect, test } from 'vitest';
import { openSpeedTest, speedJobPrefix } from '../../../src-main/own-jobs/speed-test.ts';
import { LaneId } from '../../../src-shared/gpu.ts';
import { FromGateway } from '../../../src-shared/network-protocol.ts';
import { card, empty, found, live, T0 } from '../../worlds/machine.ts';
import { tempFolder } from '../../worlds/temp-folder.ts';

const BUYER_TOKEN = 'c'.repeat(64);

/** A speed test that nobody has started, with one card, on the built-in network or on another one. */
const speedTest = (exchange: { url: string; buyerToken: string } | null) =>
  openSpeedTest({
    agent: () => live(empty, [found]).agent,
    exchange,
    programs: 'no test is run, and so none is read',
    folder: tempFolder(),
    tryLimit: () => undefined,
    measured: () => undefined,
    notice: () => undefined,
    changed: () => undefined,
    signal: new AbortController().signal,
    now: () => T0,
  });
const home = { url: 'http://127.0.0.1:1', buyerToken: BUYER_TOKEN };

function offerOf(job: string) {
  const needs = { vram: 1024, seconds: 1 };
  const pay = { amount: 1000, test: false };
  const offer = FromGateway.parse({ kind: 'offer', offer: 'o1', lane: card.lane, job, needs, pay });
  if (offer.kind !== 'offer') throw new Error('not an offer');
  return offer;
}

test('a buyer may call a job as they like, on a foreign network and on the built-in one', () => {
  const like = `${speedJobPrefix('d'.repeat(64))}1-1`;
  for (const exchange of [null, home])
    for (const job of ['speed-boat', 'speed-', 'speed-mfx3k1-1', like])
      expect(speedTest(exchange).declines(offerOf(job))).toBeNull();
  expect(speedTest(null).declines(offerOf(`${speedJobPrefix(BUYER_TOKEN)}1-1`))).toBeNull();
});

test('what an earlier test left in the built-in network is not run by any card', () => {
  const left = `${speedJobPrefix(BUYER_TOKEN)}mfx3k1-1`;
  expect(speedTest(home).declines(offerOf(left))).toMatchObject({ kind: 'decline', offer: 'o1' });
  expect(left).not.toContain(BUYER_TOKEN.slice(0, 8));
});

test('whether a card can be measured is known before anything is changed for it', () => {
  expect(speedTest(home).refuses(card.lane)).toBeNull();
  expect(speedTest(home).refuses(LaneId.parse('GPU-elsewhere'))).toBe('There is no such card.');
  expect(speedTest(null).refuses(card.lane)).toContain('built-in network only');
});
