import { Button, Group, Stack } from '@mantine/core';
import { IconDeviceGamepad2, IconGauge, IconMaximize, IconPlayerPause } from '@tabler/icons-react';
import { useState } from 'react';
import type { Snapshot } from '../../src-shared/snapshot.ts';
import { useSnapshot } from '../agent-link/store.ts';
import { Card, CardTitle } from '../parts/card.tsx';
import { nowAt, useChange } from '../parts/changes.tsx';
import { NotAGame, ruleOf } from '../parts/not-a-game.tsx';
import { t } from '../words/texts.ts';
import { GamesCard } from './games-card.tsx';
import { LibrariesCard } from './libraries-card.tsx';

/** What counts as a game: what runs now, and what the owner said about programs. */
export function GameRules() {
  const [look, setLook] = useState(0);
  return (
    <Stack gap={16}>
      <LibrariesCard scanned={() => setLook(look + 1)} />
      <RunningNow />
      <GamesCard look={look} />
      <AlwaysSo />
    </Stack>
  );
}

/** The games that hold a card now, each once. */
function gamesNow({ lanes, settings }: Snapshot) {
  const games = lanes.flatMap(({ phase }) =>
    (phase.kind === 'held' || phase.kind === 'yielding') && phase.because.kind === 'game-running'
      ? [phase.because]
      : [],
  );
  return games
    .filter(({ path }, n) => games.findIndex((one) => one.path === path) === n)
    .map(({ title, path }) => ({
      title,
      path,
      listed: settings.games.some((rule) => rule.path === path && rule.verdict === 'pause'),
    }));
}

function RunningNow() {
  const games = useSnapshot(gamesNow);
  const change = useChange();
  return (
    <Card>
      <CardTitle>{t('gameNow')}</CardTitle>
      {games.length === 0 && <p className="label plain">{t('noGameNow')}</p>}
      {games.map(({ title, path, listed }) => (
        <Group key={path} mt={8} gap={12} wrap="nowrap">
          <div className="tile">
            <IconDeviceGamepad2 size={20} stroke={1.75} aria-hidden />
          </div>
          <div className="grow">
            <div className="choice-title">{title}</div>
            <div className="caption path">{path}</div>
          </div>
          {path !== '' && (
            <Group gap={8} justify="flex-end">
              <NotAGame title={title} path={path} />
              {listed ? (
                <span className="caption">{t('alwaysPaused')}</span>
              ) : (
                <Button
                  variant="default"
                  leftSection={<IconPlayerPause size={16} aria-hidden />}
                  onClick={() =>
                    change(
                      { kind: 'always-pause', ...ruleOf(title, path) },
                      nowAt(title, t('verdictPause')),
                    )
                  }
                >
                  {t('alwaysPause')}
                </Button>
              )}
            </Group>
          )}
        </Group>
      ))}
    </Card>
  );
}

/** What pauses besides the list: it cannot be switched off, so there is no switch. */
function AlwaysSo() {
  const always = useSnapshot((s) => s.settings.when.kind === 'always');
  const look = { size: 18, stroke: 1.75, 'aria-hidden': true };
  return (
    <Card>
      <ul className="always-so">
        <li>
          <IconMaximize {...look} />
          <span>{t('fullScreenIsGame')}</span>
        </li>
        <li>
          <IconGauge {...look} />
          <span>{t(always ? 'busyProgramRuns' : 'busyProgramPauses')}</span>
        </li>
      </ul>
    </Card>
  );
}
