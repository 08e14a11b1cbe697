import { Stack, Tabs } from '@mantine/core';
import { type Icon, IconClock, IconCpu2, IconDeviceGamepad2 } from '@tabler/icons-react';
import { type ComponentType, useState } from 'react';
import { useTab } from '../agent-link/kept-place.ts';
import { useSnapshot } from '../agent-link/store.ts';
import { Alerts } from '../parts/alerts.tsx';
import { Changes } from '../parts/changes.tsx';
import { type Text, t } from '../words/texts.ts';
import { GameRules } from './game-rules.tsx';
import { GpuChoice, GpuLimits } from './gpu-limits.tsx';
import { WhenToShare } from './when-to-share.tsx';

const TABS = ['gpu', 'when', 'games'] as const;
const tabs: Readonly<
  Record<
    (typeof TABS)[number],
    { icon: Icon; name: Text; Panel: ComponentType<{ chosen?: string | null }> }
  >
> = {
  gpu: { icon: IconCpu2, name: 'tabGpu', Panel: GpuLimits },
  when: { icon: IconClock, name: 'tabWhen', Panel: WhenToShare },
  games: { icon: IconDeviceGamepad2, name: 'tabGames', Panel: GameRules },
};

/** What the owner allows: how hot and strong, when, and beside which programs. */
export function Limits() {
  const [tab, open] = useTab('limits', TABS, 'gpu');
  const [chosen, choose] = useState<string | null>(null);
  const several = useSnapshot((s) => s.lanes.length > 1);
  return (
    <Changes>
      <Stack gap={16}>
        <Alerts />
        <Tabs
          value={tab}
          onChange={open}
          variant="pills"
          className="limit-tabs"
          keepMounted={false}
        >
          <div className="limit-head">
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
            {tab === 'gpu' && several ? (
              <GpuChoice chosen={chosen} choose={choose} />
            ) : (
              <span className="caption">{t('atOnce')}</span>
            )}
          </div>
          {TABS.map((name) => {
            const { Panel } = tabs[name];
            return (
              <Tabs.Panel key={name} value={name} pt={16}>
                <Panel chosen={chosen} />
              </Tabs.Panel>
            );
          })}
        </Tabs>
      </Stack>
    </Changes>
  );
}
