import type { ReactNode } from 'react';
import { clock, money } from '../../src-shared/amount.ts';
import { millis } from '../../src-shared/units.ts';
import { useSnapshot } from '../agent-link/store.ts';
import { t } from '../words/texts.ts';
import { DAY, type PricePart, partsOfDay } from './tariff-day.ts';

/** Pixels of the lowest and the highest price. */
const LOW = 4;
const HIGH = 12;
const PERCENT = 100;
/** Bills name tenths of a cent. */
const written = (price: PricePart['price']) =>
  `${money(price, {}, price % 10_000 === 0 ? 2 : 3)}/kWh`;
/** A minute of the day as this reader writes times. */
const timeOf = (minute: number) => clock(millis(new Date(2026, 0, 5, 0, minute).getTime()));

/** What electricity costs through the day, below the hours of the week; and the legend of both. No row where one price holds. */
export function PriceRow({ children }: { children: ReactNode }) {
  const parts = useSnapshot((s) => partsOfDay(s.settings));
  const prices = [...new Set(parts.map(({ price }) => price))].sort((a, b) => b - a);
  const [dearest = 0] = prices;
  const cheapest = prices.at(-1) ?? 0;
  const height = (price: number) =>
    LOW + ((HIGH - LOW) * (price - cheapest)) / Math.max(1, dearest - cheapest);
  const several = prices.length > 1;
  return (
    <>
      {several && (
        <div className="price-row">
          <span className="caption" aria-hidden>
            {t('weekPrice')}
          </span>
          <div
            role="img"
            aria-label={`${t('weekPriceWhat')}: ${parts
              .map(({ from, to, price }) => `${timeOf(from)}–${timeOf(to % DAY)} ${written(price)}`)
              .join('; ')}`}
          >
            {parts.map(({ from, to, price }) => (
              <i
                key={from}
                style={{ width: `${(PERCENT * (to - from)) / DAY}%`, height: height(price) }}
              />
            ))}
          </div>
        </div>
      )}
      <div className="week-legend caption" aria-hidden>
        {children}
        {several &&
          prices.map((price) => (
            <span key={price}>
              <i className="price" style={{ height: height(price) }} />
              {written(price)}
            </span>
          ))}
      </div>
    </>
  );
}
