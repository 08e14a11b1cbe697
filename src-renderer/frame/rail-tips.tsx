import { Tooltip } from '@mantine/core';
import { PAGES } from '../agent-link/kept-place.ts';
import { t } from '../words/texts.ts';

/** The names of the pages, for who points at an icon of the narrow sidebar. */
export function RailTips() {
  return PAGES.map((name) => (
    <Tooltip key={name} target={`[data-page="${name}"]`} label={t(name)} position="right" />
  ));
}
