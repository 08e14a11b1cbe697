import { Button, Menu } from '@mantine/core';
import { IconChevronDown, IconClockPause } from '@tabler/icons-react';
import { PAUSES, pauseLabel, pauseLength } from '../../src-shared/pause.ts';
import { hours, millis } from '../../src-shared/units.ts';
import { useStore } from '../agent-link/store.ts';
import { t } from '../words/texts.ts';

/** Pause 1 hour, and beside it all pauses. */
export function PauseButton({ wide = false }: { wide?: boolean }) {
  const store = useStore();
  return (
    <Button.Group style={wide ? { flex: 1 } : undefined}>
      <Button
        variant="default"
        fullWidth={wide}
        leftSection={<IconClockPause size={16} aria-hidden />}
        onClick={() => store.send({ kind: 'pause', for: hours(1) })}
      >
        {t('pauseHour')}
      </Button>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" px={8} aria-label={t('morePauses')}>
            <IconChevronDown size={16} aria-hidden />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {PAUSES.map((pause) => (
            <Menu.Item
              key={pause}
              onClick={() =>
                store.send({ kind: 'pause', for: pauseLength(pause, millis(Date.now())) })
              }
            >
              {pauseLabel(pause, millis(Date.now()))}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </Button.Group>
  );
}
