import { Chip, Divider, Group, Switch, Text } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import { clock, date } from '../../src-shared/amount.ts';
import { Week } from '../../src-shared/settings.ts';
import { millis } from '../../src-shared/units.ts';
import { useSnapshot } from '../agent-link/store.ts';
import { Card, CardTitle } from '../parts/card.tsx';
import { nowAt, useChange } from '../parts/changes.tsx';
import { useDraft } from '../parts/draft.ts';
import {
  block,
  DAYS,
  everyDay,
  HOURS,
  type Hour,
  hoursShared,
  isShared,
  PRESETS,
  paint,
  presetOf,
  presets,
  step,
} from '../parts/week.ts';
import { t, type Text as Words } from '../words/texts.ts';
import { PriceRow } from './price-row.tsx';
import { cheapHours } from './tariff-day.ts';

const presetName = {
  always: 'weekAlways',
  nights: 'weekNights',
  weekends: 'weekWeekends',
  cheap: 'weekCheap',
  own: 'weekOwn',
} as const satisfies Record<(typeof PRESETS)[number] | 'cheap' | 'own', Words>;

/** A Monday, for the names of days and hours as this reader writes them. */
const monday = (day: number, hour: number) => millis(new Date(2026, 0, 5 + day, hour).getTime());
const dayName = (day: number, weekday: 'short' | 'long') => date(monday(day, 12), { weekday });
const hourName = (hour: number) => clock(monday(0, hour));

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);
/** A time is written over every sixth hour. */
const TICK = 6;

/** Under this name the window keeps the week that was switched off last, for the way back. */
const KEPT = 'offpeak-week';

function useKeptWeek() {
  const [kept, keep] = useLocalStorage<unknown>({ key: KEPT, defaultValue: null });
  return [Week.safeParse(kept).data ?? presets.nights, (week: Week) => keep([...week])] as const;
}

/** The week in which sharing is allowed: ready-made, or painted hour by hour. */
export function WeekCard() {
  const schedule = useSnapshot((s) => s.settings.schedule);
  const hoursOfDay = useSnapshot((s) => cheapHours(s.settings));
  const change = useChange();
  const [kept, keep] = useKeptWeek();
  // A next key may come before the picture of the last one.
  const draft = useDraft<Week | null>(schedule, (next) =>
    change(
      { kind: 'change-settings', patch: { schedule: next && [...next] } },
      nowAt(t('week'), t('weekHours', { hours: hoursShared(next) })),
    ),
  );
  const set = (next: Week | null) => {
    if (next === null && draft.shown !== null) keep(draft.shown);
    draft.change(next);
    draft.flush();
  };
  const cheap = hoursOfDay === null ? null : everyDay(hoursOfDay);
  const preset = presetOf(draft.shown, cheap) ?? 'own';
  const offered: readonly (keyof typeof presetName)[] = [
    ...PRESETS,
    ...(cheap ? (['cheap'] as const) : []),
    ...(preset === 'own' ? (['own'] as const) : []),
  ];
  const weekOf = (name: string): Week | null =>
    name === 'own'
      ? draft.shown
      : name === 'cheap'
        ? cheap
        : presets[PRESETS.find((one) => one === name) ?? 'always'];
  const hours = hoursShared(draft.shown);
  return (
    <Card>
      <Group justify="space-between" mb={4} wrap="nowrap">
        <CardTitle>{t('week')}</CardTitle>
        <Switch
          className="week-switch"
          size="sm"
          labelPosition="left"
          label={t('weekUse')}
          checked={draft.shown !== null}
          onChange={({ currentTarget }) => set(currentTarget.checked ? kept : null)}
        />
      </Group>
      <Text className="label" mb={12} id="week-help">
        {t('weekHelp')}
      </Text>
      <Chip.Group value={preset} onChange={(name) => set(weekOf(name))}>
        <Group gap={8} mb={16} role="radiogroup" aria-label={t('weekPresets')}>
          {offered.map((name) => (
            <Chip key={name} value={name} size="xs" variant="outline" radius="md">
              {t(presetName[name])}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      <Grid schedule={draft.shown} set={set} />
      <PriceRow>
        <span>
          <i data-shared />
          {t('weekShared')}
        </span>
        <span>
          <i />
          {t('weekClosed')}
        </span>
      </PriceRow>
      <Divider color="var(--op-line)" my={12} />
      <span className="label num">{t('weekAllowed', { hours })}</span>
      {hours === 0 && (
        <div className="aside" data-state="hot">
          {t('weekEmpty')}
        </div>
      )}
    </Card>
  );
}

/** A stroke with the mouse: from where, to where, and whether it shares. */
type Stroke = { readonly from: Hour; readonly to: Hour; readonly shared: boolean };

type GridProps = { schedule: Week | null; set: (next: Week | null) => void };

function Grid({ schedule, set }: GridProps) {
  const [here, go] = useState<Hour>({ day: 0, hour: 0 });
  const [stroke, draw] = useState<Stroke | null>(null);
  const grid = useRef<HTMLTableElement>(null);
  const shown = stroke ? paint(schedule, block(stroke.from, stroke.to), stroke.shared) : schedule;

  const focus = (to: Hour) => {
    go(to);
    grid.current?.querySelector<HTMLElement>(`[data-hour="${to.day} ${to.hour}"]`)?.focus();
  };
  function press(event: KeyboardEvent): void {
    const to = step(event.key, here);
    if (event.key === ' ') set(paint(schedule, [here], !isShared(schedule, here)));
    else if (to === null) return;
    else {
      focus(to);
      // What is under the brush goes on: shared hours over shared ones, closed hours over closed ones.
      if (event.shiftKey) set(paint(schedule, block(here, to), isShared(schedule, here)));
    }
    event.preventDefault();
  }
  const hourAt = ({ clientX, clientY }: PointerEvent): Hour | null => {
    const [day, hour] = (
      document.elementFromPoint(clientX, clientY)?.getAttribute('data-hour') ?? ''
    )
      .split(' ')
      .map(Number);
    return day === undefined || hour === undefined ? null : { day, hour };
  };
  function start(event: PointerEvent): void {
    const from = hourAt(event);
    if (from === null || event.button !== 0) return;
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
    focus(from);
    draw({ from, to: from, shared: !isShared(schedule, from) });
  }
  function finish(): void {
    if (stroke) set(shown);
    draw(null);
  }

  return (
    <table
      ref={grid}
      // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table that takes the keyboard is a grid.
      role="grid"
      className="week"
      aria-label={t('week')}
      aria-describedby="week-help"
      aria-multiselectable
      onKeyDown={press}
      onPointerDown={start}
      onPointerMove={(event) => {
        const to = stroke && hourAt(event);
        if (to && (to.day !== stroke.to.day || to.hour !== stroke.to.hour)) draw({ ...stroke, to });
      }}
      onPointerUp={finish}
      onPointerCancel={() => draw(null)}
    >
      <thead aria-hidden>
        <tr>
          <td />
          {numbers(HOURS / TICK).map((n) => (
            <td key={n} colSpan={TICK} className="caption num">
              {hourName(n * TICK)}
            </td>
          ))}
        </tr>
      </thead>
      <tbody>
        {numbers(DAYS).map((day) => (
          <tr key={day}>
            <th scope="row" className="caption">
              {dayName(day, 'short')}
            </th>
            {numbers(HOURS).map((hour) => {
              const shared = isShared(shown, { day, hour });
              const begins = hour === 0 || isShared(shown, { day, hour: hour - 1 }) !== shared;
              const ends =
                hour === HOURS - 1 || isShared(shown, { day, hour: hour + 1 }) !== shared;
              return (
                <td
                  key={hour}
                  // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: as above.
                  role="gridcell"
                  data-hour={`${day} ${hour}`}
                  data-shared={shared || undefined}
                  data-begins={begins || undefined}
                  data-ends={ends || undefined}
                  data-tick={hour % TICK === 0 || undefined}
                  aria-selected={shared}
                  aria-label={`${dayName(day, 'long')} ${hourName(hour)}`}
                  tabIndex={here.day === day && here.hour === hour ? 0 : -1}
                />
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
