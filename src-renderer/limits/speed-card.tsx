import { Button, Group, Progress, Table, Text } from '@mantine/core';
import { IconBolt, IconRefresh } from '@tabler/icons-react';
import { figure, moment, NBSP, wattage } from '../../src-shared/amount.ts';
import type { LaneId } from '../../src-shared/gpu.ts';
import type { Snapshot } from '../../src-shared/snapshot.ts';
import type { SpeedPoint } from '../../src-shared/speed.ts';
import { useSnapshot, useStore } from '../agent-link/store.ts';
import { Card, CardTitle } from '../parts/card.tsx';
import { t, worded } from '../words/texts.ts';

/** All that is drawn of one card's speed. Null where there is no such card any more. */
function speedOf({ lanes, speedTest, network, takenAt }: Snapshot, lane: LaneId) {
  const speed = lanes.find((one) => one.lane === lane)?.speed ?? null;
  const mine = speedTest.kind !== 'idle' && speedTest.lane === lane;
  return {
    speed,
    when: speed && moment(speed.measuredAt, takenAt),
    running: mine && speedTest.kind === 'running' ? speedTest : null,
    trouble: mine && speedTest.kind === 'failed' ? worded(speedTest.detail) : null,
    busy: speedTest.kind === 'running',
    // It is made of jobs of the built-in test network; elsewhere nobody hands them in.
    possible: network.test,
  };
}
type Speed = ReturnType<typeof speedOf>;

/** What the card was measured at, and whether it can be. */
export const useSpeed = (lane: LaneId): Speed => useSnapshot((s) => speedOf(s, lane));

/** Begins the speed test. Nothing where that cannot be run. */
export function MeasureButton({ lane, speed: of }: { lane: LaneId; speed: Speed }) {
  const { speed, busy, possible } = of;
  const store = useStore();
  const Mark = speed === null ? IconBolt : IconRefresh;
  if (!possible) return null;
  return (
    <Button
      variant="default"
      className="no-shrink"
      disabled={busy}
      leftSection={<Mark size={16} aria-hidden />}
      onClick={() => store.send({ kind: 'run-speed-test', lane })}
    >
      {t(speed === null ? 'measure' : 'measureAgain')}
    </Button>
  );
}

/** How far the test is, or why it did not come to an end. */
export function SpeedNews({ running, trouble }: Speed) {
  return (
    <>
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
    </>
  );
}

/** The speed of a card that has no power limit to choose by it. */
export function SpeedCard({ lane }: { lane: LaneId }) {
  const of = useSpeed(lane);
  const { speed, when, possible } = of;
  if (!possible && speed === null) return null;
  return (
    <Card>
      <Group justify="space-between" wrap="nowrap" gap={16}>
        <div>
          <CardTitle>{t('speedTitle')}</CardTitle>
          <Text className="caption" mt={4}>
            {when === null ? t('speedWhat') : t('speedMeasured', { when })}
          </Text>
        </div>
        <MeasureButton lane={lane} speed={of} />
      </Group>
      <SpeedNews {...of} />
      {speed && <SpeedTable points={speed.points} />}
    </Card>
  );
}

/** Every figure of the test, one line for each power limit. */
export function SpeedTable({ points }: { points: readonly SpeedPoint[] }) {
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
