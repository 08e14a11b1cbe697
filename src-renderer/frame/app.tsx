import { Loader, MantineProvider, Text } from '@mantine/core';
import { type HotkeyItem, useHotkeys, useMediaQuery } from '@mantine/hooks';
import { useCallback, useDeferredValue, useEffect, useState } from 'react';
import { languageFor, localeFor } from '../../src-shared/language/language.ts';
import { writeFor } from '../../src-shared/language/reader.ts';
import { hours } from '../../src-shared/units.ts';
import { GoContext, keepPlace, keptPlace, PAGES, type Page } from '../agent-link/kept-place.ts';
import { situationOf } from '../agent-link/memo.ts';
import { type Store, StoreContext, useSnapshot, useStore, useView } from '../agent-link/store.ts';
import { t } from '../words/texts.ts';
import { lastPage, Onboarding, PopoverPage, pageOf, pages, takePage } from './pages.ts';
import { Shell } from './shell.tsx';
import { resolver, theme } from './theme.ts';

/** The whole window over one store, or the popover of the tray icon. */
export function App({ store, popover = false }: { store: Store; popover?: boolean }) {
  return (
    <StoreContext value={store}>
      <Themed popover={popover} />
    </StoreContext>
  );
}

function Themed({ popover }: { popover: boolean }) {
  // Until the first picture comes it looks as it did the last time.
  const [before] = useState(() => keptPlace().theme);
  const wish = useView((v) => v.snapshot?.settings.theme ?? before);
  useEffect(() => keepPlace({ theme: wish }), [wish]);
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
      {ready ? popover ? <PopoverPage /> : <Shown /> : <Connecting />}
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

/** Whoever was not shown round yet is first. */
function Shown() {
  const welcomed = useSnapshot((s) => s.settings.welcomed);
  return welcomed ? <Pages /> : <Onboarding />;
}

const near = (page: Page): void => void pages[page].load();

function Pages() {
  const [page, show] = useState<Page>(() => takePage() ?? lastPage());
  const go = useCallback((name: string, tab?: string) => {
    const next = pageOf(name);
    if (next === null) return;
    const { tabs } = keptPlace();
    keepPlace({ page: next, tabs: tab === undefined ? tabs : { ...tabs, [next]: tab } });
    show(next);
  }, []);
  useEffect(() => {
    // Where a notification leads that was clicked while the window was open.
    const follow = () => go(takePage() ?? '');
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }, [go]);
  const store = useStore();
  const sharing = useSnapshot((s) => s.settings.sharing);
  const paused = useSnapshot((s) => situationOf(s).kind === 'paused');
  useHotkeys([
    ...PAGES.map((name, n): HotkeyItem => [`mod+${n + 1}`, () => go(name)]),
    ['mod+,', () => go('settings')],
    ['mod+shift+S', () => store.send({ kind: 'set-sharing', on: !sharing })],
    [
      'mod+shift+P',
      () => store.send(paused ? { kind: 'resume' } : { kind: 'pause', for: hours(1) }),
    ],
  ]);
  // The frame is on the screen before its page, which takes longer.
  const deferred = useDeferredValue<Page | null>(page, null);
  const Chosen = deferred && pages[deferred];
  return (
    <GoContext value={go}>
      <Shell page={page} go={go} near={near}>
        {Chosen && <Chosen />}
      </Shell>
    </GoContext>
  );
}
