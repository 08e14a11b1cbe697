import { Group, Slider } from '@mantine/core';
import type { ReactNode } from 'react';
import { figure, NBSP } from '../src-shared/amount.ts';
import { Card, CardTitle } from './card.tsx';
import { useDraft } from './draft.ts';
import { t } from './texts.ts';

type LimitCardProps = {
  readonly title: string;
  readonly unit: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step?: number;
  /** What it is at this moment; null where nobody knows. */
  readonly now: number | null;
  readonly digits?: number;
  readonly send: (next: number) => Promise<unknown>;
  /** What the value means. */
  readonly children: ReactNode;
};

/** One limit: the figure, what it is now, and the slider. */
export function LimitCard(props: LimitCardProps) {
  const { title, unit, value, min, max, step = 1, now, digits = 0, send, children } = props;
  const draft = useDraft(Math.min(Math.max(value, min), max), send);
  const end = (n: number) => ({ value: n, label: `${figure(n, 0)}${NBSP}${unit}` });
  return (
    <Card>
      <Group justify="space-between" align="flex-start" wrap="nowrap">
        <div>
          <CardTitle>{title}</CardTitle>
          <span className="figure figure-main">
            {figure(draft.shown, 0)}
            <span className="unit">{unit}</span>
          </span>
        </div>
        {now !== null && (
          <div className="right">
            <div className="label">{t('nowLabel')}</div>
            <span className="figure limit-now">
              {figure(now, digits)}
              <span className="unit">{unit}</span>
            </span>
          </div>
        )}
      </Group>
      <Slider
        className="limit-slider"
        size={6}
        thumbSize={20}
        label={null}
        thumbLabel={title}
        min={min}
        max={max}
        step={step}
        marks={[end(min), end(max)]}
        value={draft.shown}
        onChange={draft.change}
        onChangeEnd={draft.flush}
      />
      {children}
    </Card>
  );
}
