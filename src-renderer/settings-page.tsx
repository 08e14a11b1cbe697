import { Group, SegmentedControl, Stack } from '@mantine/core';
import { Settings } from '../src-shared/settings.ts';
import { Alerts } from './alerts.tsx';
import { Card, CardTitle } from './card.tsx';
import { ElectricityCard } from './electricity-price.tsx';
import { SwitchRow } from './fields.tsx';
import { useChangeSettings, useSnapshot } from './store.ts';
import { type Text, t } from './texts.ts';

const Theme = Settings.shape.theme;
const themeName: Readonly<Record<Settings['theme'], Text>> = {
  system: 'themeSystem',
  light: 'themeLight',
  dark: 'themeDark',
};

/** How Offpeak looks, what electricity costs, and whether the computer may sleep. */
export function SettingsPage() {
  return (
    <Stack gap={16}>
      <Alerts />
      <div className="settings">
        <GeneralCard />
        <ElectricityCard />
      </div>
    </Stack>
  );
}

function GeneralCard() {
  const theme = useSnapshot((s) => s.settings.theme);
  const keepAwake = useSnapshot((s) => s.settings.keepAwake);
  const change = useChangeSettings();
  return (
    <Card>
      <CardTitle>{t('general')}</CardTitle>
      <Stack gap={16} mt={12}>
        <Group justify="space-between" wrap="nowrap">
          <span className="label">{t('theme')}</span>
          <SegmentedControl
            aria-label={t('theme')}
            value={theme}
            onChange={(next) => change({ theme: Theme.parse(next) })}
            data={Theme.options.map((name) => ({ value: name, label: t(themeName[name]) }))}
          />
        </Group>
        <SwitchRow
          label={t('keepAwake')}
          caption={t('keepAwakeWhat')}
          checked={keepAwake}
          change={(on) => change({ keepAwake: on })}
        />
      </Stack>
    </Card>
  );
}
