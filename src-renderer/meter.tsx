import { BulletChart } from '@mantine/charts';
import { Group } from '@mantine/core';
import { IconFlameFilled } from '@tabler/icons-react';
import { memo } from 'react';
import { figure, NBSP } from '../src-shared/amount.ts';
import { t } from './texts.ts';

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
      <Group justify="space-between" align="baseline" gap={8} wrap="nowrap" mb={6}>
        <span className={`figure nowrap${shown === null ? ' figure-unknown' : ''}`}>
          {shown ?? '–'}
          <span className="unit">{unit}</span>
        </span>
        <span className="caption num nowrap" style={reached ? hotStyle : undefined}>
          {reached && <IconFlameFilled size={13} style={{ verticalAlign: -2 }} aria-hidden />}{' '}
          {aside}
        </span>
      </Group>
      {value === null || max === null || max <= 0 ? (
        <div className="meter-track" role="img" aria-label={spoken} />
      ) : (
        <BulletChart
          role="img"
          aria-label={spoken}
          value={Math.min(value, max)}
          {...(limit === null ? {} : { target: Math.min(limit, max) })}
          size={12}
          barSize={6}
          targetRatio={1}
          targetSize={2}
          barColor={reached ? 'var(--hot)' : 'var(--op-bar)'}
          targetColor="var(--op-ink)"
          ranges={
            limit === null || limit >= max
              ? [{ value: max, color: 'var(--op-track)' }]
              : [
                  { value: limit, color: 'var(--op-track)' },
                  { value: max, color: 'var(--op-over)' },
                ]
          }
        />
      )}
    </div>
  );
});

const hotStyle = { color: 'var(--hot-text)', fontWeight: 600 };
