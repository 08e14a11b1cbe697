import { createContext, type RefCallback, useCallback, useContext, useState } from 'react';
import { z } from 'zod';
import { Settings } from '../src-shared/settings.ts';

const KEY = 'offpeak.place';

/** Where the owner was: a window that was closed opens there again. */
const Place = z.object({
  page: z.string().max(40).default(''),
  /** The tab of each page that has some. */
  tabs: z.record(z.string(), z.string().max(40)).default({}),
  /** How far each page was scrolled, pixels. */
  scrolled: z.record(z.string(), z.number().min(0)).default({}),
  /** How the window looked: needed before the first picture comes. */
  theme: Settings.shape.theme.default('system'),
});
type Place = z.infer<typeof Place>;

const NOWHERE: Place = Place.parse({});

/** What was kept last, by this window or the popover; the beginning where that is nothing legible. */
export function keptPlace(): Readonly<Place> {
  try {
    return Place.safeParse(JSON.parse(localStorage.getItem(KEY) ?? '{}')).data ?? NOWHERE;
  } catch {
    return NOWHERE; // A browser may forbid a page to keep anything.
  }
}

export function keepPlace(part: Partial<Place>): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...keptPlace(), ...part }));
  } catch {
    // Then the next window begins at its beginning.
  }
}

/** Where a page may lead to another one. */
export const GoContext = createContext<(page: string, tab?: string) => void>(() => {});

/** Goes to a page, and to one of its tabs; a page that there is not changes nothing. */
export const useGo = () => useContext(GoContext);

/** The open tab of a page, as it was left. */
export function useTab<Name extends string>(
  page: string,
  names: readonly Name[],
  first: Name,
): readonly [Name, (next: string | null) => void] {
  const [tab, show] = useState(
    () => names.find((name) => name === keptPlace().tabs[page]) ?? first,
  );
  return [
    tab,
    (next) => {
      const known = names.find((name) => name === next);
      if (!known) return;
      show(known);
      keepPlace({ tabs: { ...keptPlace().tabs, [page]: known } });
    },
  ];
}

/** Scrolling is many events, and only where it ends matters. */
const SCROLL_ENDS_MS = 150;

/** For the scroll area of a page: puts it where it was left, and keeps where it is left. */
export function useScrolled(page: string): RefCallback<HTMLElement> {
  return useCallback(
    (area: HTMLElement) => {
      const wish = keptPlace().scrolled[page] ?? 0;
      area.scrollTop = wish;
      // What a page draws a moment later, such as an answer, makes it long enough.
      const grown = new ResizeObserver(() => {
        if (area.scrollTop < wish) area.scrollTop = wish;
      });
      if (wish > 0 && area.firstElementChild) grown.observe(area.firstElementChild);
      let timer: ReturnType<typeof setTimeout> | undefined;
      const keep = () => {
        keepPlace({ scrolled: { ...keptPlace().scrolled, [page]: area.scrollTop } });
      };
      const scrolled = () => {
        clearTimeout(timer);
        timer = setTimeout(keep, SCROLL_ENDS_MS);
      };
      const touched = () => grown.disconnect();
      area.addEventListener('scroll', scrolled, { passive: true });
      area.addEventListener('wheel', touched, { passive: true });
      area.addEventListener('keydown', touched);
      area.addEventListener('pointerdown', touched);
      return () => {
        clearTimeout(timer);
        grown.disconnect();
        area.removeEventListener('scroll', scrolled);
        area.removeEventListener('wheel', touched);
        area.removeEventListener('keydown', touched);
        area.removeEventListener('pointerdown', touched);
      };
    },
    [page],
  );
}
