import { late } from './late.tsx';
import { keptPlace } from './place.ts';
import { PAGES, type Page } from './shell.tsx';

/** Every page by its name. Each is read when it is wanted, and before that when somebody points at its name. */
export const pages = {
  home: late(async () => (await import('./home.tsx')).Home),
  earnings: late(async () => (await import('./earnings.tsx')).Earnings),
  jobs: late(async () => (await import('./jobs.tsx')).Jobs),
  limits: late(async () => (await import('./limits.tsx')).Limits),
  networks: late(async () => (await import('./networks.tsx')).Networks),
  settings: late(async () => (await import('./settings-page.tsx')).SettingsPage),
} satisfies Record<Page, unknown>;

/** The first run, and the popover of the tray icon: windows without pages. */
export const Onboarding = late(async () => (await import('./onboarding.tsx')).Onboarding);
export const TrayPage = late(async () => (await import('./tray-page.tsx')).TrayPage);

export const pageOf = (name: string): Page | null => PAGES.find((page) => page === name) ?? null;

/** The page that the window was left on. */
export const lastPage = (): Page => pageOf(keptPlace().page) ?? 'home';

const askedPage = (): Page | null => pageOf(window.location.hash.slice(1));

/** The page that the address asks for, once: what stands behind # is taken away, so that it can be asked for again. */
export function takePage(): Page | null {
  const asked = askedPage();
  if (window.location.hash !== '')
    window.history.replaceState(null, '', window.location.pathname + window.location.search);
  return asked;
}

/** Reads what is going to be drawn first. */
export function loadFirst(popover: boolean): void {
  void (popover ? TrayPage : pages[askedPage() ?? lastPage()]).load();
}
