import { createContext, type RefCallback, useCallback, useContext, useState } from 'react';
import { z } from 'zod';
import { EarningsRange } from '../../src-shared/earnings.ts';
import { Settings } from '../../src-shared/settings.ts';

const KEY = 'offpeak.place';

/** Where the owner was: a window that was closed opens there again. */
const Place = z.object({
  page: z.string().max(40).default(''),
  /** The tab of each page that has some. */
  tabs: z.record(z.string(), z.string().max(40)).default({}),
  /** How far each page was scrolled, pixels. */
  scrolled: z.record(z.string(), z.number().min(0)).default({}),
  /** The period of Earnings that was looked at last. */
  range: EarningsRange.nullable().catch(null).default(null),
  /** How the window looked: needed before the first snapshot comes. */
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
/** What a page draws a moment later, such as an answer, may be what makes it long enough. */
const GROWS_FOR_MS = 2000;

/** For the scroll area of a page: puts it where it was left, and keeps where it is left. */
export function useScrolled(page: string): RefCallback<HTMLElement> {
  return useCallback(
    (area: HTMLElement) => {
      const wish = keptPlace().scrolled[page] ?? 0;
      const until = performance.now() + GROWS_FOR_MS;
      let frame = 0;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const put = () => {
        area.scrollTop = wish;
        frame =
          area.scrollTop + 1 < wish && performance.now() < until ? requestAnimationFrame(put) : 0;
      };
      const touched = () => {
        cancelAnimationFrame(frame);
        frame = 0;
      };
      const scrolled = () => {
        clearTimeout(timer);
        timer = setTimeout(() => {
          if (frame === 0)
            keepPlace({ scrolled: { ...keptPlace().scrolled, [page]: area.scrollTop } });
        }, SCROLL_ENDS_MS);
      };
      if (wish > 0) put();
      area.addEventListener('scroll', scrolled, { passive: true });
      for (const hand of ['wheel', 'keydown', 'pointerdown'] as const)
        area.addEventListener(hand, touched, { passive: true });
      return () => {
        clearTimeout(timer);
        touched();
        area.removeEventListener('scroll', scrolled);
        for (const hand of ['wheel', 'keydown', 'pointerdown'] as const)
          area.removeEventListener(hand, touched);
      };
    },
    [page],
  );
}

export type Page = (typeof PAGES)[number];

export const PAGES = ['home', 'earnings', 'jobs', 'limits', 'networks', 'settings'] as const;
