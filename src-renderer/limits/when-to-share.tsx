import { Group, Radio, Select, Stack } from '@mantine/core';
import { IconBatteryOff, IconCash, IconWifiOff } from '@tabler/icons-react';
import { useState } from 'react';
import { NBSP, percent } from '../../src-shared/amount.ts';
import type { QuietHours, When } from '../../src-shared/settings.ts';
import { minutes } from '../../src-shared/units.ts';
import { useSnapshot } from '../agent-link/store.ts';
import { Card, CardTitle } from '../parts/card.tsx';
import { nowAt, nowSwitched, useChange } from '../parts/changes.tsx';
import { NumberField, SwitchRow, TimeField } from '../parts/fields.tsx';
import { type Text, t } from '../words/texts.ts';
import { WeekCard } from './week-grid.tsx';

/** When the card may work: beside what, in which hours, and at whose expense. */
export function WhenToShare() {
  return (
    <div className="when">
      <div className="when-rules">
        <WhenCard />
        <PausesCard />
      </div>
      <Stack gap={16}>
        <WeekCard />
        <QuietHoursCard />
      </Stack>
    </div>
  );
}

const WHEN = ['away', 'working', 'always'] as const satisfies readonly When['kind'][];
const whenWords: Readonly<Record<When['kind'], { title: Text; what: Text }>> = {
  away: { title: 'whenAway', what: 'whenAwayWhat' },
  working: { title: 'whenWorking', what: 'whenWorkingWhat' },
  always: { title: 'whenAlways', what: 'whenAlwaysWhat' },
};

/** Where the owner has not said how long they must be away. */
const USUAL_MINUTES = 5;
/** A day away. */
const MOST_MINUTES = 1440;

function WhenCard() {
  const when = useSnapshot((s) => s.settings.when);
  const set = when.kind === 'away' ? Math.max(1, Math.round(when.after / minutes(1))) : null;
  // The other ways know no minutes; they are kept for the way back.
  const [kept, keep] = useState(set ?? USUAL_MINUTES);
  if (set !== null && set !== kept) keep(set);
  const send = useChange();
  const change = (next: When) =>
    send({ kind: 'change-settings', patch: { when: next } }, t(whenWords[next.kind].title));
  const away = (length: number): When => ({ kind: 'away', after: minutes(length) });
  const of = (kind: string): When => {
    const found = WHEN.find((one) => one === kind) ?? 'away';
    return found === 'away' ? away(kept) : { kind: found };
  };
  return (
    <Card>
      <Radio.Group
        label={<CardTitle>{t('share')}</CardTitle>}
        labelProps={{ mb: 8 }}
        value={when.kind}
        onChange={(kind) => change(of(kind))}
      >
        <Stack gap={8}>
          {WHEN.map((kind) => (
            <Radio.Card key={kind} value={kind} className="choice" p={12}>
              <Group wrap="nowrap" align="flex-start" gap={12}>
                <Radio.Indicator mt={2} />
                <div>
                  <div className="choice-title">{t(whenWords[kind].title)}</div>
                  <div className="caption choice-what">{t(whenWords[kind].what)}</div>
                </div>
              </Group>
            </Radio.Card>
          ))}
        </Stack>
      </Radio.Group>
      <Group justify="space-between" mt={16} wrap="nowrap">
        <span className="label">{t('awayAfter')}</span>
        <NumberField
          label={t('awayAfterMinutes')}
          width={88}
          min={1}
          max={MOST_MINUTES}
          suffix={`${NBSP}min`}
          value={kept}
          disabled={set === null}
          send={(length) =>
            send(
              { kind: 'change-settings', patch: { when: away(length) } },
              nowAt(t('awayAfter'), `${length}${NBSP}min`),
            )
          }
        />
      </Group>
    </Card>
  );
}

function PausesCard() {
  const { pauseOnBattery, pauseOnMetered, pauseWhenDear } = useSnapshot(({ settings }) => ({
    pauseOnBattery: settings.pauseOnBattery,
    pauseOnMetered: settings.pauseOnMetered,
    pauseWhenDear: settings.pauseWhenDear,
  }));
  const test = useSnapshot((s) => s.network.test);
  const send = useChange();
  type Pauses = 'pauseOnBattery' | 'pauseOnMetered' | 'pauseWhenDear';
  const change = (name: Pauses, on: boolean) =>
    send({ kind: 'change-settings', patch: { [name]: on } }, nowSwitched(t(name), on));
  const look = { size: 18, stroke: 1.75, 'aria-hidden': true };
  return (
    <Card>
      <CardTitle>{t('alsoPause')}</CardTitle>
      <Stack gap={12} mt={8}>
        <SwitchRow
          icon={<IconBatteryOff {...look} />}
          label={t('pauseOnBattery')}
          checked={pauseOnBattery}
          change={(on) => change('pauseOnBattery', on)}
        />
        <SwitchRow
          icon={<IconWifiOff {...look} />}
          label={t('pauseOnMetered')}
          checked={pauseOnMetered}
          change={(on) => change('pauseOnMetered', on)}
        />
        <SwitchRow
          icon={<IconCash {...look} />}
          label={t('pauseWhenDear')}
          {...(test ? { caption: t('pauseWhenDearTest') } : {})}
          checked={pauseWhenDear}
          change={(on) => change('pauseWhenDear', on)}
        />
      </Stack>
    </Card>
  );
}

/** From ten in the evening to seven in the morning, at half speed. */
const USUAL_QUIET: QuietHours = { from: 22 * 60, to: 7 * 60, duty: 0.5 };
const DUTIES = [0.75, 0.5, 0.25, 0.1];

function QuietHoursCard() {
  const quiet = useSnapshot((s) => s.settings.quietHours);
  const send = useChange();
  const change = (quietHours: QuietHours | null) =>
    send(
      { kind: 'change-settings', patch: { quietHours } },
      nowSwitched(t('quietHours'), quietHours !== null),
    );
  const set = (part: Partial<QuietHours>) => change({ ...USUAL_QUIET, ...quiet, ...part });
  const duties = quiet && !DUTIES.includes(quiet.duty) ? [quiet.duty, ...DUTIES] : DUTIES;
  return (
    <Card>
      <SwitchRow
        label={t('quietHours')}
        caption={t('quietHoursWhat')}
        checked={quiet !== null}
        change={(on) => change(on ? USUAL_QUIET : null)}
      />
      {quiet && (
        <Group gap={8} mt={12}>
          <span className="label">{t('from')}</span>
          <TimeField label={t('quietFrom')} value={quiet.from} send={(from) => set({ from })} />
          <span className="label">{t('to')}</span>
          <TimeField label={t('quietTo')} end value={quiet.to} send={(to) => set({ to })} />
          <span className="label">{t('at')}</span>
          <Select
            aria-label={t('quietSpeed')}
            size="xs"
            w={112}
            allowDeselect={false}
            value={String(quiet.duty)}
            onChange={(duty) => duty !== null && set({ duty: Number(duty) })}
            data={duties.map((duty) => ({
              value: String(duty),
              label: t('speed', { percent: percent(duty) }),
            }))}
          />
        </Group>
      )}
    </Card>
  );
}
