import { afterAll, beforeAll, expect, test } from 'vitest';
import { ExamplesCard } from '../../../src-renderer/home/examples-card.tsx';
import { GpuCard } from '../../../src-renderer/home/gpu-card.tsx';
import { HeroCard } from '../../../src-renderer/home/hero-card.tsx';
import { StripCard } from '../../../src-renderer/home/strip.tsx';
import { Alerts } from '../../../src-renderer/parts/alerts.tsx';
import { writeFor } from '../../../src-shared/language/reader.ts';
import { quote } from '../../../src-shared/said.ts';
import type { Snapshot } from '../../../src-shared/snapshot.ts';
import { draw } from '../../worlds/window/draw.ts';
import { snapshots } from '../../worlds/window/snapshots.ts';

beforeAll(() => writeFor({ language: 'de', locale: 'de-DE' }));
afterAll(() => writeFor({ language: 'en', locale: 'en-US' }));

/** Words that stand in almost every English sentence, and in no German one. */
const ENGLISH = /\b(?:the|your|you|of|is|are|with|until|for|and|no|not|paused|waiting|today)\b/i;

/** A moment without what others say: titles, drivers' and other processes' own words. */
function bare(snapshot: Snapshot): Snapshot {
  return {
    ...snapshot,
    notices: [],
    gpuTrouble: snapshot.gpuTrouble && quote('X'),
    strip: snapshot.strip.map((part) => ({ ...part, label: '' })),
    lanes: snapshot.lanes.map((lane) =>
      'detail' in lane.phase ? { ...lane, phase: { ...lane.phase, detail: quote('X') } } : lane,
    ),
    examples: snapshot.examples.map((example) => ({ ...example, progress: { kind: 'idle' } })),
  };
}

test.each(Object.entries(snapshots))('Home leaks no English in the moment %s', (_name, moment) => {
  const drawn = draw(bare(moment), Alerts, HeroCard, ExamplesCard, StripCard, GpuCard);
  const said = [
    ...drawn.replace(/<[^>]+>/g, '\n').split('\n'),
    ...[...drawn.matchAll(/(?:aria-label|title)="([^"]*)"/g)].map(([, label = '']) => label),
  ];
  expect(said.filter((text) => ENGLISH.test(text))).toEqual([]);
});

test('numbers have a comma, and stand by their units', () => {
  const drawn = draw(snapshots.earningMoney, HeroCard, GpuCard);
  expect(drawn).toContain('0,91');
  expect(drawn).toContain('max. 16\u00a0GB');
  expect(drawn).not.toMatch(/\d\.\d\d\b(?![^<]*")/);
});
