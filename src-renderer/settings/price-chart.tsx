import { date, money, NBSP } from '../../src-shared/amount.ts';
import { type MicroUsd, millis } from '../../src-shared/units.ts';
import { useSnapshot } from '../agent-link/store.ts';
import { t } from '../words/texts.ts';
import { meanPrice, pricesByHour, priceTicks, stretches } from './price-hours.ts';

/** Hours that are named under the bars. */
const NAMED = [0, 6, 12, 18];
const DAY_HOURS = 24;
/** Bills name tenths of a cent; whole cents are written as such. */
const TENTH_OF_A_CENT = 1000;
const CENT = 10_000;

/** A price as it stands on a bill: `$0.22/kWh`. */
export const priceWords = (price: MicroUsd): string => {
  const exact = Math.round(price / TENTH_OF_A_CENT) * TENTH_OF_A_CENT;
  return `${money(price, {}, exact % CENT === 0 ? 2 : 3)}/kWh`;
};

/** Any day will do: only its time is written. */
const hourWords = (hour: number): string =>
  date(
    millis(new Date(2026, 0, 1, hour % DAY_HOURS).getTime()),
    { hour: '2-digit', minute: '2-digit' },
    {},
  ).replace(' ', NBSP);

/** What a kilowatt-hour costs in each of the 24 hours, as bars and as a sentence. */
export function PriceChart() {
  const { pricePerKwh, tariff, schedule } = useSnapshot(({ settings }) => ({
    pricePerKwh: settings.pricePerKwh,
    tariff: settings.tariff,
    schedule: settings.schedule,
  }));
  const prices = pricesByHour({ pricePerKwh, tariff });
  const mean = meanPrice(prices, schedule);
  const ticks = priceTicks(prices.reduce((most, price) => (price > most ? price : most)));
  const top = ticks.at(-1) ?? 1;
  const least = Math.min(...prices);
  const told = stretches(prices).map(({ from, to, price }) =>
    t('priceStretch', { from: hourWords(from), to: hourWords(to), price: priceWords(price) }),
  );
  return (
    <div className="price-chart">
      <div className="price-heads">
        <span className="label">{t('priceByHour')}</span>
        {mean !== null && (
          <span className="label num">{t('priceMean', { price: priceWords(mean) })}</span>
        )}
      </div>
      <div role="img" aria-label={`${t('priceByHour')}: ${told.join(', ')}.`}>
        <div className="price-plot" aria-hidden>
          {ticks.map((tick) => (
            <div key={tick} className="price-tick" style={{ bottom: `${(100 * tick) / top}%` }}>
              <span className="caption num">{money(tick, {}, 2)}</span>
            </div>
          ))}
          <div className="price-bars">
            {prices.map((price, hour) => (
              <i
                // biome-ignore lint/suspicious/noArrayIndexKey: the place is the hour.
                key={hour}
                data-cheapest={price === least || undefined}
                style={{ height: `${(100 * price) / top}%` }}
              />
            ))}
          </div>
        </div>
        <div className="price-hours caption num" aria-hidden>
          {NAMED.map((hour) => (
            <span key={hour} style={{ left: `${(100 * hour) / DAY_HOURS}%` }}>
              {hourWords(hour)}
            </span>
          ))}
        </div>
      </div>
    </div>
  );
}
