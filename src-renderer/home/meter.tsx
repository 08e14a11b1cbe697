import { IconFlameFilled } from '@tabler/icons-react';
import { memo } from 'react';
import { figure, NBSP } from '../../src-shared/amount.ts';
import { t } from '../words/texts.ts';

export type MeterProps = {
  readonly label: string;
  /** Null: the driver does not say. */
  readonly value: number | null;
  readonly unit: string;
  /** The end of the scale, which starts at 0. Null: not known, so no bar is drawn. */
  readonly max: number | null;
  readonly limit?: number | null;
  /** Whether reaching the limit is worth a warning. */
  readonly warns?: boolean;
  readonly digits?: number;
  readonly note?: string;
  /** What is behind the figure, for who points at it. */
  readonly more?: string;
};

/** One reading: a figure, and a bar with its limit as a tick. Drawn anew only when what it shows changes. */
export const Meter = memo(function Meter(props: MeterProps) {
  const { label, value, unit, max, limit = null, warns = false, digits = 0, note = '' } = props;
  const { more = '' } = props;
  const shown = value === null ? null : figure(value, digits);
  const reached = warns && value !== null && limit !== null && value >= limit;
  const limitText = limit === null ? null : `${figure(limit, 0)}${NBSP}${unit}`;
  const aside = limitText === null ? note : t(reached ? 'atLimit' : 'limit', { value: limitText });
  const spoken =
    shown === null
      ? t('meterEmpty', { label })
      : `${label} ${shown}${NBSP}${unit}${aside ? `, ${aside}` : ''}`;
  return (
    <div title={more}>
      <span className="label">{label}</span>
      <div className="meter-figures">
        <span className={`figure nowrap${shown === null ? ' figure-unknown' : ''}`}>
          {shown ?? '–'}
          <span className="unit">{unit}</span>
        </span>
        <span className="caption num nowrap" style={reached ? hotStyle : undefined}>
          {reached && <IconFlameFilled size={13} style={{ verticalAlign: -2 }} aria-hidden />}{' '}
          {aside}
        </span>
      </div>
      <div className="meter-track" role="img" aria-label={spoken}>
        {value !== null && max !== null && max > 0 && (
          <Scale value={value / max} limit={limit === null ? null : limit / max} hot={reached} />
        )}
      </div>
    </div>
  );
});

type ScaleProps = { value: number; limit: number | null; hot: boolean };

/**
 * The bar of a meter, on a scale from 0 to 1. By hand, because it is drawn anew every second on every card: with Mantine's
 * BulletChart four of them took a millisecond. What moves is a transform, which changes no layout.
 */
function Scale({ value, limit, hot }: ScaleProps) {
  const left = (share: number) => ({ left: `${Math.min(share, 1) * 100}%` });
  return (
    <>
      {limit !== null && limit < 1 && <span className="meter-over" style={left(limit)} />}
      <span
        className="meter-bar"
        data-hot={hot || undefined}
        style={{ transform: `translateX(${(Math.min(value, 1) - 1) * 100}%)` }}
      />
      {limit !== null && <span className="meter-limit" style={left(limit)} />}
    </>
  );
}

const hotStyle = { color: 'var(--hot-text)', fontWeight: 600 };
