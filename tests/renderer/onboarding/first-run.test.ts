import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EstimateStep } from '../../../src-renderer/onboarding/estimate-step.tsx';
import {
  PRESETS,
  presetLimits,
  presetOf,
  presetWatts,
} from '../../../src-renderer/onboarding/limit-presets.ts';
import { LimitsStep } from '../../../src-renderer/onboarding/limits-step.tsx';
import { monthlyElectricity } from '../../../src-renderer/onboarding/monthly-electricity.ts';
import { Onboarding } from '../../../src-renderer/onboarding/onboarding.tsx';
import type { Gpu } from '../../../src-shared/gpu.ts';
import { defaults, type Settings } from '../../../src-shared/settings.ts';
import type { Snapshot } from '../../../src-shared/snapshot.ts';
import { microUsd, watts } from '../../../src-shared/units.ts';
import { read } from '../../worlds/window/draw.ts';
import { gpus, measured } from '../../worlds/window/snapshot-parts.ts';
import { firstRuns } from '../../worlds/window/snapshots-first-run.ts';

type Name = keyof typeof firstRuns;
const names = Object.keys(firstRuns).filter((name): name is Name => name in firstRuns);
const { firstRun, firstRunMeasured, firstRunSoftware } = firstRuns;

const Limits = () => LimitsStep({ preset: 'balanced', choose: () => undefined });
const Estimate = () => EstimateStep({ hoursAway: 9, setHoursAway: () => undefined });

/** The settings after a preset was set. */
const after = (settings: Settings, preset: (typeof PRESETS)[number], all: readonly Gpu[]) => {
  const { temperatureMax, powerLimits } = presetLimits(preset, all);
  const cards = Object.fromEntries(
    powerLimits.map(({ lane, powerLimit }) => [lane, { powerLimit }]),
  );
  return { ...settings, temperatureMax, cards };
};

describe('the first start', () => {
  it.each(names)('is drawn at the moment %s in whole words', (name) => {
    const text = read(firstRuns[name], Onboarding, Limits, Estimate);
    expect(text).toContain('Set up later');
    expect(text).not.toMatch(/undefined|NaN|\[object|\{\w+\}/);
  });

  it('says what was found, and nothing that is not known', () => {
    const text = read(firstRun, Onboarding);
    expect(text).toContain('We found your GPU');
    expect(text).toMatch(/16.GB, 100 to 320.W/);
    expect(text).toContain('Is checked when the first job starts');
    expect(text).toContain('Start the test');
    expect(read(firstRunMeasured, Onboarding)).toMatch(/43\.9.TFLOP\/s, 488.GB\/s/);
    expect(read(firstRunMeasured, Onboarding)).not.toContain('Start the test');
  });

  it('says why a test waits', () => {
    expect(read(firstRuns.firstRunTestWaits, Onboarding)).toContain(
      'The test waits. On battery. Resumes when plugged in.',
    );
    expect(read(firstRuns.firstRunTesting, Onboarding)).toContain('Testing, 10 of 16');
    expect(read(firstRuns.firstRunTesting, Onboarding)).not.toContain('The test waits');
  });

  it('is honest where there is no card', () => {
    expect(read(firstRuns.firstRunNoGpu, Onboarding)).toContain('No GPU found');
    expect(read(firstRuns.firstRunNoGpu, Onboarding)).toContain('No graphics driver answered.');
    const text = read(firstRunSoftware, Onboarding, Limits, Estimate);
    expect(text).toContain('No GPU that Offpeak can use');
    expect(text).toContain('no temperature and no power to limit');
    expect(text).toContain('the electricity is not known');
    expect(text).not.toMatch(/\$\d+\.\d\d(?!\/kWh)/);
  });

  it('shows the watts and degrees that a preset sets, and the speed that was measured there', () => {
    const text = read(firstRunMeasured, Limits);
    expect(text).toMatch(/Quiet 157.W, 70.°C/);
    expect(text).toMatch(/Balanced 200.W, 78.°C Best mix for most people 87.% of its full speed/);
    expect(text).toMatch(/Most pay 242.W, 83.°C/);
    expect(text).toContain('Found 85 games in Steam, Heroic');
    expect(read(firstRuns.firstRunTwoCards, Limits)).toMatch(/Quiet 55.% of the power, 70.°C/);
  });

  it('shows only degrees for a card that takes no power limit', () => {
    const silent: Snapshot = {
      ...firstRun,
      lanes: firstRun.lanes.map((lane) => ({
        ...lane,
        gpu: { ...lane.gpu, powerMax: null, powerMin: null, powerDefault: null },
      })),
    };
    expect(read(silent, Limits)).toMatch(/Quiet 70.°C Hardly/);
  });

  it('promises no pay where only test credits are paid', () => {
    const text = read(firstRunMeasured, Estimate);
    expect(text).toContain('This network pays test credits, which are not money');
    // 280 W for 270 hours at 22 cents.
    expect(text).toMatch(/Electricity per month, about \$16\.63/);
    expect(text).toMatch(/Electricity, 76.kWh/);
    expect(text).toContain('Test credits are not paid out.');
  });
});

describe('a preset', () => {
  const power = fc
    .tuple(
      fc.integer({ min: 30, max: 300 }),
      fc.integer({ min: 1, max: 400 }),
      fc.double({ min: 0.3, max: 1, noNaN: true }),
    )
    .map(([min, more, share]) => ({
      powerMin: watts(min),
      powerMax: watts(min + more),
      powerDefault: watts(min + more * share),
    }));

  it('is always within what the card takes, and more of it is never less', () => {
    fc.assert(
      fc.property(power, (range) => {
        const all = PRESETS.map((preset) => presetWatts({ ...gpus.card, ...range }, preset) ?? -1);
        for (const limit of all) {
          expect(limit).toBeGreaterThanOrEqual(range.powerMin);
          expect(limit).toBeLessThanOrEqual(range.powerMax);
        }
        expect([...all].sort((a, b) => a - b)).toEqual(all);
      }),
    );
  });

  it('is known again after it was set', () => {
    const both: Gpu[] = [gpus.card, gpus.second];
    for (const preset of PRESETS)
      expect(presetOf(after(defaults, preset, both), both)).toBe(preset);
    expect(presetOf(defaults, both)).toBeNull();
  });
});

describe('the electricity of a month', () => {
  const [lane] = firstRunMeasured.lanes;
  if (!lane) throw new Error('no lane');
  const price = microUsd(200_000);
  const at = (powerLimit: number | null, restOfPc = 0): Settings => ({
    ...defaults,
    restOfPc: watts(restOfPc),
    cards: { [lane.lane]: { powerLimit: powerLimit === null ? null : watts(powerLimit) } },
  });

  it('is of what was measured, and at most the limit where nothing was', () => {
    expect(monthlyElectricity(at(null), [lane], 10, price)).toEqual({
      watts: 280,
      kwh: 84,
      cost: 16_800_000,
      measured: true,
    });
    // The test did not see what it draws at 200 W.
    expect(monthlyElectricity(at(200), [lane], 10, price)).toMatchObject({
      watts: 200,
      measured: false,
    });
    const seen = {
      ...lane,
      speed: {
        ...measured,
        points: measured.points.map((point) =>
          point.limit === null ? point : { ...point, power: watts(185) },
        ),
      },
    };
    expect(monthlyElectricity(at(200), [seen], 10, price)).toMatchObject({
      watts: 185,
      measured: true,
    });
  });

  it('has the rest of the PC in it once, and no card that is not shared', () => {
    const two = [lane, { ...lane, lane: gpus.second.lane, gpu: { ...gpus.second } }];
    expect(monthlyElectricity(at(200, 50), two, 10, price)?.watts).toBe(200 + 280 + 50);
    const settings = {
      ...at(200, 50),
      cards: { ...at(200).cards, [gpus.second.lane]: { enabled: false } },
    };
    expect(monthlyElectricity(settings, two, 10, price)?.watts).toBe(250);
  });

  it('is not known where a card does not say what it may draw', () => {
    const silent = {
      ...lane,
      speed: null,
      gpu: { ...lane.gpu, powerMax: null, powerDefault: null },
    };
    expect(monthlyElectricity(at(null), [silent], 10, price)).toBeNull();
    expect(
      monthlyElectricity(at(null), [lane, { ...silent, lane: gpus.second.lane }], 10, price),
    ).toBeNull();
    expect(monthlyElectricity(at(null), firstRunSoftware.lanes, 10, price)).toBeNull();
  });
});
