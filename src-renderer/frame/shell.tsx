import { NavLink, Title, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import {
  type Icon,
  IconAdjustmentsHorizontal,
  IconChartBar,
  IconHome,
  IconListDetails,
  IconSettings,
  IconTopologyStar3,
} from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { PAGES, type Page, useScrolled } from '../agent-link/kept-place.ts';
import { heroOf } from '../agent-link/memo.ts';
import { useSnapshot } from '../agent-link/store.ts';
import { deferred } from '../parts/deferred.tsx';
import { Logo } from '../parts/logo.tsx';
import { StateIcon } from '../parts/state-icon.tsx';
import { t } from '../words/texts.ts';

const pageIcon: Readonly<Record<Page, Icon>> = {
  home: IconHome,
  earnings: IconChartBar,
  jobs: IconListDetails,
  limits: IconAdjustmentsHorizontal,
  networks: IconTopologyStar3,
  settings: IconSettings,
};

/** Narrower than this the sidebar is a rail of icons; shell.css has the same number. */
const RAIL = '(max-width: 959px)';

/** Read only by a narrow window. */
const RailTips = deferred(async () => (await import('./rail-tips.tsx')).RailTips);

type ShellProps = {
  page: Page;
  go: (page: Page) => void;
  /** Reads a page that is about to be wanted. */
  near: (page: Page) => void;
  children: ReactNode;
};

/** The frame around a page: where to go, and on every page how things stand. */
export function Shell({ page, go, near, children }: ShellProps) {
  const rail = useMediaQuery(RAIL) ?? false;
  const scrolled = useScrolled(page);
  return (
    <div className="window">
      <nav className="side" aria-label={t('mainNavigation')}>
        <div className="brand">
          <Logo />
          <b>{t('app')}</b>
        </div>
        {PAGES.map((name) => (
          <NavItem key={name} name={name} active={page === name} go={go} near={near} />
        ))}
        {rail && <RailTips />}
        <SideState go={go} />
      </nav>
      <div className="page">
        <header className="title-bar">
          <Title order={1}>{t(page === 'networks' ? 'networksTitle' : page)}</Title>
        </header>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must take the keyboard. */}
        <main key={page} className="scroll" tabIndex={0} aria-label={t(page)} ref={scrolled}>
          {children}
        </main>
      </div>
      <Announcer />
    </div>
  );
}

type NavItemProps = {
  name: Page;
  active: boolean;
  go: (page: Page) => void;
  near: (page: Page) => void;
};

function NavItem({ name, active, go, near }: NavItemProps) {
  const Picture = pageIcon[name];
  return (
    <NavLink
      component="button"
      className="nav"
      data-page={name}
      active={active}
      label={t(name)}
      aria-label={t(name)}
      aria-current={active ? 'page' : undefined}
      leftSection={<Picture size={18} stroke={1.75} aria-hidden />}
      onClick={() => go(name)}
      onPointerEnter={() => near(name)}
      onFocus={() => near(name)}
    />
  );
}

/** The state in a word and half a sentence; leads home. */
function SideState({ go }: { go: (page: Page) => void }) {
  const { state, icon, tag, short } = useSnapshot((s) => heroOf(s));
  return (
    <UnstyledButton
      className="side-state"
      data-state={state}
      aria-label={t('openHome', { state: `${tag}. ${short}` })}
      onClick={() => go('home')}
    >
      <StateIcon icon={icon} size={18} />
      <span>
        <span className="word">{tag}</span>
        <span className="caption">{short}</span>
      </span>
    </UnstyledButton>
  );
}

/** Says a new state aloud, once. Figures and minutes that only move on are not news. */
function Announcer() {
  const { state, word, reason } = useSnapshot((s) => heroOf(s));
  const key = `${state} ${word}`;
  const [said, say] = useState({ key, text: '' });
  if (said.key !== key) say({ key, text: `${word}. ${reason}` });
  const urgent = state === 'error';
  return (
    <VisuallyHidden>
      <div aria-live="polite">{urgent ? '' : said.text}</div>
      <div aria-live="assertive">{urgent ? said.text : ''}</div>
    </VisuallyHidden>
  );
}
