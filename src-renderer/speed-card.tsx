import { Button, Group, Progress, Table, Text } from '@mantine/core';
import { IconBolt, IconRefresh } from '@tabler/icons-react';
import { figure, moment, NBSP, wattage } from '../src-shared/amount.ts';
import type { LaneId } from '../src-shared/gpu.ts';
import type { Snapshot } from '../src-shared/snapshot.ts';
import type { SpeedPoint } from '../src-shared/speed.ts';
import { Card, CardTitle } from './card.tsx';
import { SpeedCurve } from './speed-curve.tsx';
import { useSnapshot, useStore } from './store.ts';
import { t } from './texts.ts';

/** All that is drawn of one card's speed. Null where there is no such card any more. */
function speedOf({ lanes, speedTest, network, takenAt }: Snapshot, lane: LaneId) {
  const speed = lanes.find((one) => one.lane === lane)?.speed ?? null;
  const mine = speedTest.kind !== 'idle' && speedTest.lane === lane;
  return {
    speed,
    now: takenAt,
    running: mine && speedTest.kind === 'running' ? speedTest : null,
    trouble: mine && speedTest.kind === 'failed' ? speedTest.detail : null,
    busy: speedTest.kind === 'running',
    // It is made of jobs of the built-in test network; elsewhere nobody hands them in.
    possible: network.test,
  };
}

/** What the card was measured at, and the button that measures it. */
export function SpeedCard({ lane }: { lane: LaneId }) {
  const { speed, now, running, trouble, busy, possible } = useSnapshot((s) => speedOf(s, lane));
  const store = useStore();
  if (!possible && speed === null) return null;
  return (
    <Card>
      <Group justify="space-between" wrap="nowrap" gap={16}>
        <div>
          <CardTitle>{t('speedTitle')}</CardTitle>
          <Text className="caption" mt={4}>
            {speed === null
              ? t('speedWhat')
              : t('speedMeasured', { when: moment(speed.measuredAt, now) })}
          </Text>
        </div>
        {possible && (
          <Button
            variant="default"
            className="no-shrink"
            disabled={busy}
            leftSection={
              speed === null ? (
                <IconBolt size={16} aria-hidden />
              ) : (
                <IconRefresh size={16} aria-hidden />
              )
            }
            onClick={() => store.send({ kind: 'run-speed-test', lane })}
          >
            {t(speed === null ? 'measure' : 'measureAgain')}
          </Button>
        )}
      </Group>
      {running && (
        <Progress
          mt={12}
          size={6}
          value={(100 * running.done) / running.of}
          aria-label={t('speedTitle')}
        />
      )}
      {trouble !== null && (
        <Text className="caption" mt={8}>
          {trouble}
        </Text>
      )}
      {speed && <SpeedCurve points={speed.points} />}
      {speed && <SpeedTable points={speed.points} />}
    </Card>
  );
}

function SpeedTable({ points }: { points: readonly SpeedPoint[] }) {
  return (
    <Table className="table" mt={8} verticalSpacing={6} borderColor="var(--op-line)">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('columnLimit')}</Table.Th>
          <Table.Th className="right">{t('columnDrew')}</Table.Th>
          <Table.Th className="right">{t('columnMemory')}</Table.Th>
          <Table.Th className="right">{t('columnSingle')}</Table.Th>
          <Table.Th className="right">{t('columnHalf')}</Table.Th>
          <Table.Th className="right">{t('columnWhole')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {points.map(({ limit, power, speeds }) => (
          <Table.Tr key={limit ?? 'own'}>
            <Table.Td>{limit === null ? t('limitAsItIs') : wattage(limit)}</Table.Td>
            <Table.Td className="right">{measured(power, 1, 'W')}</Table.Td>
            <Table.Td className="right">{measured(speeds.memory, 1, 'GB/s')}</Table.Td>
            <Table.Td className="right">{measured(speeds.fp32, 1000, 'TFLOP/s')}</Table.Td>
            <Table.Td className="right">{measured(speeds.fp16, 1000, 'TFLOP/s')}</Table.Td>
            <Table.Td className="right">{measured(speeds.int32, 1000, 'TOP/s')}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

/** Three figures are all that such a measurement is good for. */
function measured(value: number | null, per: number, unit: string): string {
  if (value === null) return '–';
  const shown = value / per;
  return `${figure(shown, shown >= 100 ? 0 : shown >= 10 ? 1 : 2)}${NBSP}${unit}`;
}
