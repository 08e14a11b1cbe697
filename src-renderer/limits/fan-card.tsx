import { Group, Text } from '@mantine/core';
import { IconCarFan } from '@tabler/icons-react';
import { percent } from '../../src-shared/amount.ts';
import { Card, CardTitle } from '../parts/card.tsx';
import { t } from '../words/texts.ts';

/** The fan, which nobody here controls. `fan`: the share of its full speed; null where nobody knows. */
export function FanCard({ fan }: { fan: number | null }) {
  return (
    <Card>
      <Group gap={12} wrap="nowrap" align="flex-start">
        <IconCarFan
          className="no-shrink"
          size={20}
          stroke={1.75}
          color="var(--op-ink3)"
          aria-hidden
        />
        <div>
          <CardTitle>
            {fan === null ? t('fanTitle') : t('fan', { percent: percent(fan) })}
          </CardTitle>
          <Text className="caption">{t('fanWhat')}</Text>
        </div>
      </Group>
    </Card>
  );
}
