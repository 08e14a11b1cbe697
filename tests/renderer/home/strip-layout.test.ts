import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  placeOf,
  stripBars,
  stripTicks,
  stripTotals,
} from '../../../src-renderer/home/strip-layout.ts';
import { type Segment, StateKind } from '../../../src-shared/snapshot.ts';
import { hours, millis, minutes, seconds } from '../../../src-shared/units.ts';
import { NOW, snapshots } from '../../worlds/window/snapshots.ts';

type Piece = readonly [number, Segment['state'], string?];

/** Segments one after another that end now; lengths in seconds. */
function ending(...pieces: readonly Piece[]): Segment[] {
  let from = NOW - pieces.reduce((sum, [length]) => sum + seconds(length), 0);
  return pieces.map(([length, state, label = '']) => {
    const segment = { from: millis(from), to: millis(from + seconds(length)), state, label };
    from = segment.to;
    return segment;
  });
}

const outline = (bars: readonly Segment[]) => bars.map((b) => [b.state, (b.to - b.from) / 1000]);

describe('the strip of the last 24 hours', () => {
  it('shows the owner’s day as it was', () => {
    const bars = stripBars(snapshots.earningMoney.strip, NOW);
    expect(bars).toHaveLength(14);
    expect(stripTotals(bars).map((t) => [t.state, t.length / minutes(1)])).toEqual([
      ['earning', 665],
      ['paused', 235],
      ['waiting', 238],
      ['hot', 12],
      ['off', 290],
    ]);
  });

  it('gives a moment too short to see to its longer neighbour', () => {
    const bars = stripBars(
      ending([600, 'earning'], [20, 'waiting'], [3000, 'paused', 'Doom']),
      NOW,
    );
    expect(outline(bars)).toEqual([
      ['earning', 600],
      ['paused', 3020],
    ]);
  });

  it('joins what a short interruption had cut', () => {
    const bars = stripBars(ending([600, 'earning'], [20, 'waiting'], [900, 'earning']), NOW);
    expect(outline(bars)).toEqual([['earning', 1520]]);
  });

  it('keeps two games apart', () => {
    const bars = stripBars(ending([600, 'paused', 'Doom'], [600, 'paused', 'Quake']), NOW);
    expect(bars.map((b) => b.label)).toEqual(['Doom', 'Quake']);
  });

  it('cuts off what is older than a day', () => {
    const [bar] = stripBars(ending([30 * 3600, 'earning']), NOW);
    expect(bar && placeOf(bar.from, NOW)).toBe(0);
  });

  it('leaves the hours empty in which Offpeak did not run, and counts them', () => {
    const [early] = ending([3600, 'earning'], [7200, 'off']);
    const bars = stripBars([...(early ? [early] : []), ...ending([3600, 'waiting'])], NOW);
    expect(stripTotals(bars)).toContainEqual({ state: 'gap', length: hours(1) });
  });

  it('never overlaps, never leaves the day, and never draws more than can be told apart', () => {
    const piece = fc.tuple(
      fc.integer({ min: 1, max: 4000 }),
      fc.constantFrom(...StateKind.options),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 200 }), (pieces) => {
        const bars = stripBars(ending(...pieces), NOW);
        expect(bars.length).toBeLessThanOrEqual(120);
        let last = NOW - hours(24);
        for (const bar of bars) {
          expect(bar.from).toBeGreaterThanOrEqual(last);
          expect(bar.to).toBeGreaterThan(bar.from);
          last = bar.to;
        }
        expect(last).toBeLessThanOrEqual(NOW);
      }),
      { numRuns: 50 },
    );
  });

  it('writes every third hour below', () => {
    expect(stripTicks(NOW).map((at) => new Date(at).getHours())).toEqual([
      0, 3, 6, 9, 12, 15, 18, 21,
    ]);
  });
});
