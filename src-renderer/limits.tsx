import { Stack, Tabs } from '@mantine/core';
import { type Icon, IconClock, IconCpu2, IconDeviceGamepad2 } from '@tabler/icons-react';
import type { ComponentType } from 'react';
import { Alerts } from './alerts.tsx';
import { GameRules } from './game-rules.tsx';
import { GpuLimits } from './gpu-limits.tsx';
import { useTab } from './place.ts';
import { type Text, t } from './texts.ts';
import { WhenToShare } from './when-to-share.tsx';

const TABS = ['gpu', 'when', 'games'] as const;
const tabs: Readonly<
  Record<(typeof TABS)[number], { icon: Icon; name: Text; Panel: ComponentType }>
> = {
  gpu: { icon: IconCpu2, name: 'tabGpu', Panel: GpuLimits },
  when: { icon: IconClock, name: 'tabWhen', Panel: WhenToShare },
  games: { icon: IconDeviceGamepad2, name: 'tabGames', Panel: GameRules },
};

/** What the owner allows: how hot and strong, when, and beside which programs. */
export function Limits() {
  const [tab, open] = useTab('limits', TABS, 'gpu');
  return (
    <Stack gap={16}>
      <Alerts />
      <Tabs value={tab} onChange={open} variant="pills" className="limit-tabs" keepMounted={false}>
        <Tabs.List aria-label={t('limits')}>
          {TABS.map((name) => {
            const { icon: Picture, name: label } = tabs[name];
            return (
              <Tabs.Tab key={name} value={name} leftSection={<Picture size={16} aria-hidden />}>
                {t(label)}
              </Tabs.Tab>
            );
          })}
        </Tabs.List>
        {TABS.map((name) => {
          const { Panel } = tabs[name];
          return (
            <Tabs.Panel key={name} value={name} pt={16}>
              <Panel />
            </Tabs.Panel>
          );
        })}
      </Tabs>
    </Stack>
  );
}
