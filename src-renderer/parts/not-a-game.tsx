import { Button, Popover, Stack, Text } from '@mantine/core';
import { IconEyeOff } from '@tabler/icons-react';
import { t } from '../words/texts.ts';
import { nowAt, useChange } from './changes.tsx';

/** Asks once more: a wrong answer would let work run beside a real game. */
export function NotAGame({ title, path }: { title: string; path: string }) {
  const change = useChange();
  return (
    <Popover position="bottom-start" shadow="md" trapFocus width={280}>
      <Popover.Target>
        <Button variant="default" leftSection={<IconEyeOff size={16} aria-hidden />}>
          {t('notAGame')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('notAGame')}>
        <Stack gap={12} align="flex-start">
          <Text fz={13} lh="20px">
            {t('notAGameQuestion', { title })}
          </Text>
          <Button
            onClick={() =>
              change(
                { kind: 'not-a-game', ...ruleOf(title, path) },
                nowAt(title, t('verdictIgnore')),
              )
            }
          >
            {t('notAGameYes')}
          </Button>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

const LONGEST_TITLE = 200;

/** A program as a rule names it; without a title, by its file. */
export function ruleOf(title: string, path: string): { path: string; title: string } {
  const named = title.trim() || (path.split(/[\\/]/).pop() ?? '').replace(/\.exe$/i, '');
  return { path, title: (named || path).slice(0, LONGEST_TITLE) };
}
