import { Button, SegmentedControl, Select, Stack } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { Settings } from '../../src-shared/settings.ts';
import { useSaveAnswer } from '../agent-link/answers.ts';
import { useChangeSettings, useSnapshot, useStore } from '../agent-link/store.ts';
import { Alerts } from '../parts/alerts.tsx';
import { Card, CardTitle } from '../parts/card.tsx';
import { SwitchRow } from '../parts/fields.tsx';
import { Row } from '../parts/row.tsx';
import { type Text, t } from '../words/texts.ts';
import { ElectricityCard } from './electricity-price.tsx';

const Theme = Settings.shape.theme;
const themeName: Readonly<Record<Settings['theme'], Text>> = {
  system: 'themeSystem',
  light: 'themeLight',
  dark: 'themeDark',
};

/** How Offpeak behaves and looks, what electricity costs, and what to send to somebody who helps. */
export function SettingsPage() {
  return (
    <Stack gap={16}>
      <Alerts />
      <div className="settings">
        <Stack gap={16}>
          <GeneralCard />
          <HelpCard />
        </Stack>
        <ElectricityCard />
      </div>
    </Stack>
  );
}

function GeneralCard() {
  const { theme, keepAwake, notifications } = useSnapshot(({ settings }) => ({
    theme: settings.theme,
    keepAwake: settings.keepAwake,
    notifications: settings.notifications,
  }));
  const change = useChangeSettings();
  return (
    <Card className="rows" p={0}>
      <CardTitle>{t('general')}</CardTitle>
      <LoginRow />
      <LanguageRow />
      <Row label={t('theme')}>
        <SegmentedControl
          aria-label={t('theme')}
          value={theme}
          onChange={(next) => change({ theme: Theme.parse(next) })}
          data={Theme.options.map((name) => ({ value: name, label: t(themeName[name]) }))}
        />
      </Row>
      <div className="row">
        <SwitchRow
          label={t('notifications')}
          caption={t('notificationsWhat')}
          checked={notifications}
          change={(on) => change({ notifications: on })}
        />
      </div>
      <div className="row">
        <SwitchRow
          label={t('keepAwake')}
          caption={t('keepAwakeWhat')}
          checked={keepAwake}
          change={(on) => change({ keepAwake: on })}
        />
      </div>
    </Card>
  );
}

function LoginRow() {
  const on = useSnapshot((s) => s.startsAtLogin);
  const store = useStore();
  if (on === null) return <Row label={t('startAtLogin')} caption={t('startAtLoginNot')} />;
  return (
    <div className="row">
      <SwitchRow
        label={t('startAtLogin')}
        caption={t('startAtLoginWhat')}
        checked={on}
        change={(next) => store.send({ kind: 'start-at-login', on: next })}
      />
    </div>
  );
}

const Spoken = Settings.shape.language;

function LanguageRow() {
  const language = useSnapshot((s) => s.settings.language);
  const change = useChangeSettings();
  return (
    <Row label={t('language')}>
      <Select
        aria-label={t('language')}
        size="xs"
        w={152}
        allowDeselect={false}
        value={language}
        onChange={(next) => change({ language: Spoken.parse(next) })}
        data={[
          { value: 'system', label: t('languageSystem') },
          // Each in itself, so that whoever cannot read the window finds their own.
          { value: 'en', label: 'English' },
          { value: 'de', label: 'Deutsch' },
        ]}
      />
    </Row>
  );
}

function HelpCard() {
  const version = useSnapshot((s) => s.version);
  const saveAnswer = useSaveAnswer();
  const [asking, setAsking] = useState(false);
  const save = async () => {
    setAsking(true);
    await saveAnswer({ kind: 'diagnostics' });
    setAsking(false);
  };
  return (
    <Card className="rows" p={0}>
      <CardTitle>{t('help')}</CardTitle>
      <Row label={t('version', { version })} />
      <Row label={t('diagnostics')} caption={t('diagnosticsWhat')}>
        <Button
          variant="default"
          className="no-shrink"
          disabled={asking}
          leftSection={<IconDownload size={16} aria-hidden />}
          onClick={save}
        >
          {t('saveDiagnostics')}
        </Button>
      </Row>
    </Card>
  );
}
