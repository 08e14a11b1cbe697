import { Button, Group } from '@mantine/core';
import { IconAdjustments, IconPlayerPlay } from '@tabler/icons-react';
import { useGo } from '../agent-link/kept-place.ts';
import { heroOf, situationOf } from '../agent-link/memo.ts';
import { useSnapshot, useStore } from '../agent-link/store.ts';
import { Card } from '../parts/card.tsx';
import { actionsFor, type HeroAction } from '../parts/hero-actions.ts';
import { NotAGame } from '../parts/not-a-game.tsx';
import { PauseButton } from '../parts/pause-button.tsx';
import { SaveDiagnostics, TryAgain } from '../parts/repairs.tsx';
import { ShareSwitch } from '../parts/share-switch.tsx';
import { t } from '../words/texts.ts';
import { Today } from './today.tsx';

/** The switch, the state and why, what to do about it, and what today brought. */
export function HeroCard() {
  const { state, word, reason } = useSnapshot((s) => heroOf(s));
  const actions = useSnapshot((s) => actionsFor(situationOf(s)));
  return (
    <Card p={24} className="hero-card" data-state={state}>
      <ShareSwitch iconSize={21} />
      <div className="hero-words">
        <h2 id="hero-word" className="figure figure-main">
          {word}
        </h2>
        <p id="hero-reason" className="pretty">
          {reason}
        </p>
        <Group gap={8}>
          {actions.map((action) => (
            <Action key={action.kind} action={action} />
          ))}
        </Group>
      </div>
      <Today />
    </Card>
  );
}

function Action({ action }: { action: HeroAction }) {
  const store = useStore();
  const go = useGo();
  switch (action.kind) {
    case 'pause':
      return <PauseButton />;
    case 'resume':
      return (
        <Button
          leftSection={<IconPlayerPlay size={16} aria-hidden />}
          onClick={() => store.send({ kind: 'resume' })}
        >
          {t('resume')}
        </Button>
      );
    case 'start-now':
      return (
        <Button
          variant="default"
          leftSection={<IconPlayerPlay size={16} aria-hidden />}
          onClick={() => store.send({ kind: 'start-now' })}
        >
          {t('startNow')}
        </Button>
      );
    case 'try-again':
      return <TryAgain />;
    case 'diagnostics':
      return <SaveDiagnostics />;
    case 'limits':
      return (
        <Button
          variant="default"
          leftSection={<IconAdjustments size={16} aria-hidden />}
          onClick={() => go('limits', 'gpu')}
        >
          {t('changeLimits')}
        </Button>
      );
    case 'not-a-game':
      return <NotAGame title={action.title} path={action.path} />;
  }
}
