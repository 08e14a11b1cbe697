import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Networks } from '../../../src-renderer/networks/networks.tsx';
import {
  meanPrice,
  pricesByHour,
  priceTicks,
  stretches,
} from '../../../src-renderer/settings/price-hours.ts';
import { SettingsPage } from '../../../src-renderer/settings/settings-page.tsx';
import type { Snapshot } from '../../../src-shared/snapshot.ts';
import { microUsd } from '../../../src-shared/units.ts';
import { draw, read } from '../../worlds/window/draw.ts';
import { snapshots } from '../../worlds/window/snapshots.ts';

const { earningMoney, fresh, limited, offline } = snapshots;

describe('the networks', () => {
  it('name the one there is, what it pays, and how things stand with it', () => {
    expect(read(fresh, Networks)).toContain('Test network Test credits Connected');
    expect(read(earningMoney, Networks)).toContain('Pays US$');
    expect(read(offline, Networks)).toMatch(/No connection since \d/);
    const off = { ...fresh, settings: { ...fresh.settings, builtInNetwork: false } };
    expect(read(off, Networks)).toContain('Switched off: it sends no work');
  });

  it('give no control to what does not exist yet', () => {
    const html = draw(fresh, Networks);
    expect(html.match(/role="switch"/g)).toHaveLength(1);
    expect(read(fresh, Networks).match(/Not available yet/g)).toHaveLength(6);
    expect(html).not.toMatch(/<input[^>]*type="text"/);
  });

  it('say that nothing will run where no kind of job is allowed', () => {
    const kinds = (on: boolean): Snapshot => ({
      ...fresh,
      settings: { ...fresh.settings, kinds: { kernel: false, llm: on, embed: false } },
    });
    expect(read(kinds(false), Networks)).toContain('no job will ever be taken');
    expect(read(kinds(true), Networks)).not.toContain('no job will ever be taken');
    expect(
      draw(kinds(true), Networks).match(/role="checkbox"[^>]*aria-checked="true"/g),
    ).toHaveLength(1);
  });
});

describe('the settings', () => {
  it('offer to start at login only where that can be arranged', () => {
    expect(read(fresh, SettingsPage)).toContain('Start at login Opens in the tray');
    const headless = { ...fresh, startsAtLogin: null };
    expect(read(headless, SettingsPage)).toContain('only an installed Offpeak with a display can');
    const switches = (s: Snapshot) => draw(s, SettingsPage).match(/role="switch"/g)?.length ?? 0;
    expect(switches(fresh) - switches(headless)).toBe(1);
  });

  it('tell the prices of a day in a sentence', () => {
    const [, told = ''] =
      /aria-label="Price per kWh by hour, US\$: ([^"]+)"/.exec(draw(limited, SettingsPage)) ?? [];
    expect(told.match(/\$[\d.]+\/kWh from \d\d/g)).toHaveLength(5);
    expect(told.match(/\$[\d.]+(?=\/kWh)/g)).toEqual([
      '$0.17',
      '$0.22',
      '$0.345',
      '$0.22',
      '$0.17',
    ]);
    expect(read(fresh, SettingsPage)).not.toContain('Price per kWh by hour');
  });

  it('name the version, and no update that does not exist', () => {
    expect(read(fresh, SettingsPage)).toContain('Version 0.1.0');
    expect(read(fresh, SettingsPage)).not.toMatch(/[Uu]pdate/);
  });
});

describe('the prices of a day', () => {
  const cents = (n: number) => microUsd(n * 10_000);

  it('are the mean of an hour in which they change, and the first of two that overlap', () => {
    const prices = pricesByHour({
      pricePerKwh: cents(20),
      tariff: [
        { from: 23 * 60 + 30, to: 60, pricePerKwh: cents(10) },
        { from: 0, to: 120, pricePerKwh: cents(40) },
      ],
    });
    expect([23, 0, 1, 2].map((hour) => prices[hour])).toEqual([15, 10, 40, 20].map(cents));
  });

  it('have the mean of the hours that are shared', () => {
    const prices = pricesByHour({
      pricePerKwh: cents(30),
      tariff: [{ from: 0, to: 360, pricePerKwh: cents(10) }],
    });
    expect(meanPrice(prices, null)).toBe(cents(25));
    expect(meanPrice(prices, Array(7).fill(1))).toBe(cents(10));
    expect(meanPrice(prices, Array(7).fill(0))).toBeNull();
  });

  it('are told whole, whatever they are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 10_000_000 }), { minLength: 24, maxLength: 24 }),
        (all) => {
          const prices = all.map((price) => microUsd(price));
          const told = stretches(prices);
          expect(told.flatMap(({ from, to, price }) => Array(to - from).fill(price))).toEqual(
            prices,
          );
          const most = microUsd(Math.max(...prices));
          const ticks = priceTicks(most);
          expect(ticks[0]).toBe(0);
          expect(ticks.at(-1)).toBeGreaterThanOrEqual(most);
          expect(ticks.length).toBeLessThanOrEqual(5);
        },
      ),
    );
  });
});
