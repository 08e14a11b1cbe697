import { Slider } from '@mantine/core';
import { useLayoutEffect, useRef } from 'react';
import { figure, NBSP } from '../../src-shared/amount.ts';
import { t } from '../words/texts.ts';
import type { Draft } from './draft.ts';

/** How many steps a Page key goes. */
const PAGE = 5;
const PERCENT = 100;

/** What can be chosen, and how it is written. */
export type Range = {
  readonly title: string;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
};

type LimitSliderProps = {
  readonly range: Range;
  /** What the track shows, where that is more than can be chosen. */
  readonly domain?: readonly [number, number];
  /** Values that are written below the track. */
  readonly marks: readonly number[];
  /** What it is at this moment, in `domain`; null where nobody knows. */
  readonly now: number | null;
  readonly draft: Draft<number>;
};

/**
 * A slider that is meant when it is let go, or when the keyboard has been still for a moment. Mantine's own knows no Page
 * keys, and tells a screen reader that all of the domain could be chosen.
 */
export function LimitSlider({ range, domain, marks, now, draft }: LimitSliderProps) {
  const { title, unit, min, max, step } = range;
  const [from, to] = domain ?? [min, max];
  const byKey = useRef(false);
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const thumb = box.current?.querySelector('[role="slider"]');
    thumb?.setAttribute('aria-valuemin', String(min));
    thumb?.setAttribute('aria-valuemax', String(max));
  }, [min, max]);
  const within = (value: number) => Math.min(Math.max(value, min), max);
  const written = (value: number) => `${figure(value, 0)}${NBSP}${unit}`;
  const place = now === null ? null : (Math.min(Math.max(now, from), to) - from) / (to - from);
  return (
    <div
      ref={box}
      className="limit-slider"
      onPointerDownCapture={() => {
        byKey.current = false;
      }}
      onKeyDownCapture={(event) => {
        byKey.current = true;
        const pages = { PageUp: PAGE, PageDown: -PAGE }[event.key];
        if (pages === undefined) return;
        event.preventDefault();
        draft.change(within(draft.shown + pages * step));
      }}
    >
      {place !== null && (
        <div className="slider-now" aria-hidden>
          <span className="caption" style={{ left: `${PERCENT * place}%` }}>
            ▾ {t('sliderNow')}
          </span>
        </div>
      )}
      <Slider
        size={6}
        thumbSize={20}
        label={null}
        thumbLabel={title}
        thumbValueText={written}
        min={min}
        max={max}
        {...(domain && { domain: [from, to] as [number, number] })}
        step={step}
        marks={marks.map((value) => ({ value, label: written(value) }))}
        value={draft.shown}
        onChange={(value) => (byKey.current ? draft.change : draft.type)(within(value))}
        onChangeEnd={(value) => {
          if (byKey.current) return;
          draft.change(within(value));
          draft.flush();
        }}
      />
    </div>
  );
}
