import { Tooltip } from '@mantine/core';
import { IconMinus } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { clock, duration } from '../../src-shared/amount.ts';
import { PC_OFF, type Segment, type StateKind } from '../../src-shared/snapshot.ts';
import { type Millis, millis, minutes, wholeMinute } from '../../src-shared/units.ts';
import { useSnapshot } from '../agent-link/store.ts';
import { Card, CardTitle } from '../parts/card.tsx';
import { StateIcon, stateLook } from '../parts/state-icon.tsx';
import { t } from '../words/texts.ts';
import {
  HEIGHT,
  placeOf,
  STRIP_LENGTH,
  stripBars,
  stripTicks,
  stripTotals,
  TICK_HOURS,
} from './strip-layout.ts';

/** From this length on a paused bar is wide enough for its icon at every window size. */
const ICON_FROM = minutes(45);

const nameOf = (state: StateKind | 'gap'): string =>
  t(state === 'gap' ? 'stateGap' : stateLook[state].name);

const percentOf = (fraction: number): string => `${(fraction * 100).toFixed(3)}%`;

const labelOf = (bar: Segment): string =>
  [
    nameOf(bar.state),
    bar.label === PC_OFF ? t('pcOff') : bar.label,
    `${clock(bar.from)} – ${clock(bar.to)}`,
    duration(millis(bar.to - bar.from)),
  ]
    .filter((part) => part !== '')
    .join(' · ');

/** The last 24 hours as they are drawn: anew once a minute, not with every snapshot. */
function useDay() {
  const now = useSnapshot((s) => wholeMinute(s.takenAt));
  const strip = useSnapshot((s) => s.strip);
  const bars = useMemo(() => stripBars(strip, now), [strip, now]);
  const totals = stripTotals(bars);
  const parts = totals
    .map(({ state, length }) => `${nameOf(state)} ${duration(length)}`)
    .join(', ');
  return { now, bars, totals, summary: parts ? t('stripSummary', { parts }) : t('stripEmpty') };
}

/** The strip alone, small. */
export function SmallStrip() {
  const { now, bars, summary } = useDay();
  return <Bars bars={bars} now={now} summary={summary} small />;
}

/** The last 24 hours at a glance. */
export function StripCard() {
  const { now, bars, totals, summary } = useDay();
  return (
    <Card>
      <CardTitle>{t('last24')}</CardTitle>
      <Bars bars={bars} now={now} summary={summary} />
      <div className="legend caption" style={{ marginTop: 12 }} aria-hidden>
        {totals.map(({ state, length }) => (
          <span key={state} data-state={state}>
            {state === 'gap' ? (
              <IconMinus size={14} />
            ) : (
              <StateIcon icon={stateLook[state].icon} size={14} />
            )}
            <span className="num">
              <span style={{ color: 'var(--op-ink2)' }}>{nameOf(state)}</span> {duration(length)}
            </span>
          </span>
        ))}
      </div>
    </Card>
  );
}

type BarsProps = { bars: readonly Segment[]; now: Millis; summary: string; small?: boolean };

function Bars({ bars, now, summary, small = false }: BarsProps) {
  const [pointed, point] = useState<Segment | null>(null);
  return (
    <div role="img" aria-label={summary} style={{ marginTop: small ? 8 : 12 }}>
      <Tooltip.Floating position="top" label={pointed ? labelOf(pointed) : ''} disabled={!pointed}>
        <div className={small ? 'strip small' : 'strip'} onPointerLeave={() => point(null)}>
          <div className="base" />
          {bars.map((bar) => {
            const length = bar.to - bar.from;
            return (
              <div
                key={bar.from}
                className="bar"
                data-state={bar.state}
                onPointerEnter={() => point(bar)}
                style={{
                  left: percentOf(placeOf(bar.from, now)),
                  width: `max(1px, calc(${percentOf(length / STRIP_LENGTH)} - 1px))`,
                  height: percentOf(HEIGHT[bar.state]),
                }}
              >
                {bar.state === 'paused' && length > ICON_FROM && !small && (
                  <StateIcon icon={stateLook.paused.icon} size={16} />
                )}
              </div>
            );
          })}
          <div className="now" />
        </div>
      </Tooltip.Floating>
      <div className="ticks caption">
        {stripTicks(now, small ? 2 * TICK_HOURS : TICK_HOURS).map((at) => (
          <span key={at} style={{ left: percentOf(placeOf(at, now)) }}>
            {clock(at)}
          </span>
        ))}
      </div>
    </div>
  );
}
