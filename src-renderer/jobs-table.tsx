import { Table } from '@mantine/core';
import {
  type Icon,
  IconCircleXFilled,
  IconHourglassFilled,
  IconRosetteDiscountCheckFilled,
} from '@tabler/icons-react';
import { duration, moment, pay } from '../src-shared/amount.ts';
import type { PaidJob } from '../src-shared/earnings.ts';
import type { StateKind } from '../src-shared/snapshot.ts';
import { type Millis, microUsd } from '../src-shared/units.ts';
import { Card, CardTitle, TestTag } from './card.tsx';
import { type Text, t } from './texts.ts';

const looks: Readonly<Record<PaidJob['status'], { icon: Icon; state: StateKind; name: Text }>> = {
  claimed: { icon: IconHourglassFilled, state: 'waiting', name: 'statusClaimed' },
  credited: { icon: IconRosetteDiscountCheckFilled, state: 'earning', name: 'statusCredited' },
  voided: { icon: IconCircleXFilled, state: 'error', name: 'statusVoided' },
};

/** The latest jobs, newest first. */
export function JobsTable({ jobs, now }: { jobs: readonly PaidJob[]; now: Millis }) {
  return (
    <Card p={0}>
      <div style={{ padding: '16px 16px 4px' }}>
        <CardTitle>{t('latestJobs')}</CardTitle>
      </div>
      <Table
        className="table"
        horizontalSpacing={16}
        verticalSpacing={8}
        borderColor="var(--op-line)"
      >
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('columnJob')}</Table.Th>
            <Table.Th className="right">{t('columnEnded')}</Table.Th>
            <Table.Th className="right">{t('columnWorked')}</Table.Th>
            <Table.Th>{t('columnStatus')}</Table.Th>
            <Table.Th className="right">{t('columnPay')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {jobs.map((job) => (
            <Row key={job.job} job={job} now={now} />
          ))}
        </Table.Tbody>
      </Table>
    </Card>
  );
}

function Row({ job, now }: { job: PaidJob; now: Millis }) {
  const { icon: Mark, state, name } = looks[job.status];
  // A rejected job is worth nothing, whatever it would have paid.
  const amount = job.status === 'voided' ? microUsd(0) : job.amount;
  return (
    <Table.Tr>
      <Table.Td className="title" title={job.title}>
        {job.title}
      </Table.Td>
      <Table.Td className="right nowrap">{moment(job.at, now)}</Table.Td>
      <Table.Td className="right nowrap">{duration(job.activeFor)}</Table.Td>
      <Table.Td>
        <span className="status" data-state={state}>
          <Mark size={16} color="var(--here)" aria-hidden />
          {t(name)}
        </span>
      </Table.Td>
      <Table.Td className="right nowrap" fw={600}>
        {pay({ amount, test: job.test })} {job.test && <TestTag />}
      </Table.Td>
    </Table.Tr>
  );
}
