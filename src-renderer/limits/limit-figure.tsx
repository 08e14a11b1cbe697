import { NumberInput, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { figure, NBSP } from '../../src-shared/amount.ts';
import type { Draft } from '../parts/draft.ts';
import type { Range } from '../parts/limit-slider.tsx';
import { t } from '../words/texts.ts';

/** The value of a limit, large. It is a button: pressed, it can be written. */
export function LimitFigure({ range, draft }: { range: Range; draft: Draft<number> }) {
  const { title, unit, min, max, step } = range;
  const [writing, write] = useState<number | string | null>(null);
  const value = figure(draft.shown, 0);
  function finish(meant: boolean): void {
    if (meant && typeof writing === 'number') {
      draft.change(Math.min(Math.max(Math.round(writing), min), max));
      draft.flush();
    }
    write(null);
  }
  if (writing !== null)
    return (
      <NumberInput
        aria-label={title}
        autoFocus
        size="xs"
        w={104}
        my={3}
        hideControls
        allowNegative={false}
        allowDecimal={false}
        min={min}
        max={max}
        step={step}
        suffix={`${NBSP}${unit}`}
        value={writing}
        onChange={write}
        onFocus={({ currentTarget }) => currentTarget.select()}
        onBlur={() => finish(true)}
        onKeyDown={({ key }) => {
          if (key === 'Enter' || key === 'Escape') finish(key === 'Enter');
        }}
      />
    );
  return (
    <UnstyledButton
      className="figure figure-main limit-figure"
      aria-label={t('writeLimit', { what: title, value: `${value}${NBSP}${unit}` })}
      title={t('writeLimitHint')}
      onClick={() => write(draft.shown)}
    >
      {value}
      <span className="unit">{unit}</span>
    </UnstyledButton>
  );
}
