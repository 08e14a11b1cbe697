import { Loader, MantineProvider, Text } from '@mantine/core';
import { useHotkeys, useMediaQuery } from '@mantine/hooks';
import { useState } from 'react';
import { hours } from '../src-shared/units.ts';
import { Earnings } from './earnings.tsx';
import { Home } from './home.tsx';
import { type Page, Shell } from './shell.tsx';
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
  return (
    <MantineProvider theme={theme} cssVariablesResolver={resolver} forceColorScheme={scheme}>
      {ready ? <Pages /> : <Connecting />}
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

function Pages() {
  const [page, go] = useState<Page>('home');
  const store = useStore();
  const sharing = useSnapshot((s) => s.settings.sharing);
  const paused = useSnapshot((s) => s.settings.pausedUntil !== null);
  useHotkeys([
    ['mod+1', () => go('home')],
    ['mod+2', () => go('earnings')],
    ['mod+shift+S', () => store.send({ kind: 'set-sharing', on: !sharing })],
    [
      'mod+shift+P',
      () => store.send(paused ? { kind: 'resume' } : { kind: 'pause', for: hours(1) }),
    ],
  ]);
  return (
    <Shell page={page} go={go}>
      {page === 'home' ? <Home /> : <Earnings />}
    </Shell>
  );
}
