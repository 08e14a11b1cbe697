import { Group } from '@mantine/core';
import type { ReactNode } from 'react';
import { figure } from '../../src-shared/amount.ts';
import { Card, CardTitle } from '../parts/card.tsx';
import { useDraft } from '../parts/draft.ts';
import { LimitSlider, type Range } from '../parts/limit-slider.tsx';
import { t } from '../words/texts.ts';
import { LimitFigure } from './limit-figure.tsx';

type LimitCardProps = {
  readonly range: Range;
  readonly value: number;
  readonly domain: readonly [number, number];
  readonly marks: readonly number[];
  /** What it is at this moment; null where nobody knows. */
  readonly now: number | null;
  readonly digits?: number;
  readonly send: (next: number) => Promise<unknown>;
  /** What the value means. */
  readonly children: ReactNode;
};

/** One limit: the figure, what it is now, and the slider. */
export function LimitCard(props: LimitCardProps) {
  const { range, value, domain, marks, now, digits = 0, send, children } = props;
  const draft = useDraft(Math.min(Math.max(value, range.min), range.max), send);
  return (
    <Card>
      <Group justify="space-between" align="flex-start" wrap="nowrap">
        <div>
          <CardTitle>{range.title}</CardTitle>
          <LimitFigure range={range} draft={draft} />
        </div>
        {now !== null && (
          <div className="right">
            <div className="label">{t('nowLabel')}</div>
            <span className="figure limit-now">
              {figure(now, digits)}
              <span className="unit">{range.unit}</span>
            </span>
          </div>
        )}
      </Group>
      <LimitSlider range={range} domain={domain} marks={marks} now={now} draft={draft} />
      {children}
    </Card>
  );
}
