import { Loader, MantineProvider, Text } from '@mantine/core';
import { type HotkeyItem, useHotkeys, useMediaQuery } from '@mantine/hooks';
import { type ComponentType, lazy, Suspense, useState } from 'react';
import { languageFor, localeFor } from '../src-shared/language.ts';
import { writeFor } from '../src-shared/reader.ts';
import { situation } from '../src-shared/situation.ts';
import { hours } from '../src-shared/units.ts';
import { Earnings } from './earnings.tsx';
import { Home } from './home.tsx';
import { Jobs } from './jobs.tsx';
import { Networks } from './networks.tsx';
import { Onboarding } from './onboarding.tsx';
import { SettingsPage } from './settings-page.tsx';
import { PAGES, type Page, Shell } from './shell.tsx';
import { type Store, StoreContext, useSnapshot, useStore, useView } from './store.ts';
import { t } from './texts.ts';
import { resolver, theme } from './theme.ts';

/** The whole window over one store. */
export function App({ store }: { store: Store }) {
  return (
    <StoreContext value={store}>
      <Themed />
    </StoreContext>
  );
}

function Themed() {
  const wish = useView((v) => v.snapshot?.settings.theme ?? 'system');
  const systemDark = useMediaQuery('(prefers-color-scheme: dark)', false, {
    getInitialValueInEffect: false,
  });
  const ready = useView((v) => v.snapshot !== null);
  const scheme = wish === 'system' ? (systemDark ? 'dark' : 'light') : wish;
  const spoken = useView((v) => v.snapshot?.settings.language ?? 'system');
  const language = languageFor(spoken, navigator.languages);
  writeFor({ language, locale: localeFor(language, navigator.languages) });
  document.documentElement.lang = language;
  return (
    // Another language is another window: nothing that was worded in the old one stays.
    <MantineProvider
      key={language}
      theme={theme}
      cssVariablesResolver={resolver}
      forceColorScheme={scheme}
    >
      {ready ? <Shown /> : <Connecting />}
    </MantineProvider>
  );
}

function Connecting() {
  const stale = useView((v) => v.stale);
  return (
    <main className="alone">
      <Loader size="sm" aria-hidden />
      <Text role="status">{stale ?? t('connecting')}</Text>
    </main>
  );
}

/** Brings the chart code with it, which a window opened on another page does without. */
const Limits = lazy(async () => ({ default: (await import('./limits.tsx')).Limits }));
/** Whoever was not shown round yet is first. */
function Shown() {
  const welcomed = useSnapshot((s) => s.settings.welcomed);
  return welcomed ? <Pages /> : <Onboarding />;
}

const pages: Readonly<Record<Page, ComponentType>> = {
  home: Home,
  earnings: Earnings,
  jobs: Jobs,
  limits: Limits,
  networks: Networks,
  settings: SettingsPage,
};

function Pages() {
  const [page, go] = useState<Page>('home');
  const store = useStore();
  const sharing = useSnapshot((s) => s.settings.sharing);
  const paused = useSnapshot((s) => situation(s).kind === 'paused');
  useHotkeys([
    ...PAGES.map((name, n): HotkeyItem => [`mod+${n + 1}`, () => go(name)]),
    ['mod+,', () => go('settings')],
    ['mod+shift+S', () => store.send({ kind: 'set-sharing', on: !sharing })],
    [
      'mod+shift+P',
      () => store.send(paused ? { kind: 'resume' } : { kind: 'pause', for: hours(1) }),
    ],
  ]);
  const Chosen = pages[page];
  return (
    <Shell page={page} go={go}>
      <Suspense>
        <Chosen />
      </Suspense>
    </Shell>
  );
}
