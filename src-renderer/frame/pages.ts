import { keptPlace, PAGES, type Page } from '../agent-link/kept-place.ts';
import { deferred } from '../parts/deferred.tsx';

/** Every page by its name. Each is read when it is wanted, and before that when somebody points at its name. */
export const pages = {
  home: deferred(async () => (await import('../home/home.tsx')).Home),
  earnings: deferred(async () => (await import('../earnings/earnings.tsx')).Earnings),
  jobs: deferred(async () => (await import('../jobs/jobs.tsx')).Jobs),
  limits: deferred(async () => (await import('../limits/limits.tsx')).Limits),
  networks: deferred(async () => (await import('../networks/networks.tsx')).Networks),
  settings: deferred(async () => (await import('../settings/settings-page.tsx')).SettingsPage),
} satisfies Record<Page, unknown>;

/** The first run, and the popover of the tray icon: windows without pages. */
export const Onboarding = deferred(
  async () => (await import('../onboarding/onboarding.tsx')).Onboarding,
);
export const PopoverPage = deferred(
  async () => (await import('../popover/popover.tsx')).PopoverPage,
);

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
  void (popover ? PopoverPage : pages[askedPage() ?? lastPage()]).load();
}
