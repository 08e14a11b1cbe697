import { Group, Text } from '@mantine/core';
import { figure, gigabytes, NBSP } from '../../src-shared/amount.ts';
import { gibibytes } from '../../src-shared/units.ts';
import { useSnapshot } from '../agent-link/store.ts';
import { Card, CardTitle } from '../parts/card.tsx';
import { nowAt, useChange } from '../parts/changes.tsx';
import { NumberField } from '../parts/fields.tsx';
import { t } from '../words/texts.ts';

/** The most disk that can be chosen for models here, GB. */
const MOST_MODEL_DISK = 4000;

/** How much disk language models may take: one limit for the whole computer. */
export function ModelsCard() {
  const disk = useSnapshot((s) => gigabytes(s.settings.modelDisk));
  const change = useChange();
  return (
    <Card>
      <CardTitle>{t('models')}</CardTitle>
      <Group justify="space-between" gap={8} mt={8} wrap="nowrap">
        <span className="label">{t('modelDisk')}</span>
        <NumberField
          label={t('modelDiskMost')}
          width={96}
          min={0}
          max={MOST_MODEL_DISK}
          suffix={`${NBSP}GB`}
          value={Math.round(disk)}
          send={(most) =>
            change(
              { kind: 'change-settings', patch: { modelDisk: gibibytes(most) } },
              nowAt(t('modelDisk'), `${figure(most, 0)}${NBSP}GB`),
            )
          }
        />
      </Group>
      <Text className="caption" mt={8}>
        {t('modelDiskWhat')}
      </Text>
    </Card>
  );
}
