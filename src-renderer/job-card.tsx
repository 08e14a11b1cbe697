import { EmptyState, Group, Progress, Stack, Text } from '@mantine/core';
import { IconCpu, IconMoonStars } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { duration, moment, pay } from '../src-shared/amount.ts';
import type { PaidJob } from '../src-shared/earnings.ts';
import type { LanePhase, RunningJob, Snapshot } from '../src-shared/snapshot.ts';
import { millis } from '../src-shared/units.ts';
import { Card, CardTitle, Fact, TestTag } from './card.tsx';
import { useSnapshot } from './store.ts';
import { t } from './texts.ts';

const jobOf = (phase: LanePhase): readonly RunningJob[] =>
  phase.kind === 'running' || phase.kind === 'preparing' || phase.kind === 'yielding'
    ? [phase.job]
    : [];

/** Jobs as they are drawn: how long they run is told in whole units, so that most seconds change nothing. */
const running = ({ lanes, takenAt }: Snapshot) =>
  lanes
    .flatMap(({ phase }) => jobOf(phase))
    .map((job) => ({
      ...job,
      startedAt: 0,
      runningFor: duration(millis(takenAt - job.startedAt)),
    }));
type Running = ReturnType<typeof running>[number];

const lastJob = ({ earnings, takenAt }: Snapshot) => {
  const [job] = earnings.jobs;
  return job ? { ...job, ended: moment(job.at, takenAt) } : null;
};

/** What runs now; else the last job; else that nothing ran yet. */
export function JobCard() {
  const jobs = useSnapshot(running);
  const last = useSnapshot(lastJob);
  const network = useSnapshot((s) => s.network.name);
  if (jobs.length > 0) {
    return (
      <Card className="column">
        <CardTitle>{t('runningNow')}</CardTitle>
        <Stack gap={16} mt={12}>
          {jobs.map((job) => (
            <RunningNow key={job.id} job={job} network={network} />
          ))}
        </Stack>
      </Card>
    );
  }
  if (last) {
    return (
      <Card className="column">
        <CardTitle>{t('lastJob')}</CardTitle>
        <LastJob job={last} />
      </Card>
    );
  }
  return (
    <Card className="column">
      <CardTitle>{t('runningNow')}</CardTitle>
      <EmptyState
        m="auto"
        size="sm"
        icon={<IconMoonStars size={32} stroke={1.5} aria-hidden />}
        title={t('nothingRunning')}
        description={t('nothingRunningWhy')}
      />
    </Card>
  );
}

function Heading({ title, sub }: { title: string; sub: string }) {
  return (
    <Group gap={12} wrap="nowrap" mb={12}>
      <div className="tile">
        <IconCpu size={20} stroke={1.75} aria-hidden />
      </div>
      <div style={{ minWidth: 0 }}>
        <Text fw={600} truncate title={title}>
          {title}
        </Text>
        {sub !== '' && <span className="label">{sub}</span>}
      </div>
    </Group>
  );
}

const Facts = ({ children }: { children: ReactNode }) => (
  <dl style={{ margin: 0, display: 'grid', gap: 4 }}>{children}</dl>
);

function Amount({ job }: { job: { pay: Running['pay'] } }) {
  return (
    <>
      {pay(job.pay)} {job.pay.test && <TestTag />}
    </>
  );
}

function RunningNow({ job, network }: { job: Running; network: string }) {
  const steps = t('steps', { step: job.step, steps: job.steps });
  return (
    <div>
      <Heading title={job.title} sub={t('forNetwork', { network })} />
      <Progress
        value={Math.min(100, (job.step / job.steps) * 100)}
        size={6}
        mb={4}
        color="var(--op-bar)"
        aria-label={`${t('progress')}: ${steps}`}
      />
      <div className="caption num" style={{ marginBottom: 8 }}>
        {steps}
      </div>
      <Facts>
        <Fact name={t('runningFor')}>{job.runningFor}</Fact>
        <Fact name={t('pays')}>
          <Amount job={job} />
        </Fact>
      </Facts>
    </div>
  );
}

function LastJob({ job }: { job: PaidJob & { ended: string } }) {
  return (
    <div style={{ marginTop: 12 }}>
      <Heading title={job.title} sub="" />
      <Facts>
        <Fact name={t('ended')}>{job.ended}</Fact>
        <Fact name={t('ranFor')}>{duration(job.activeFor)}</Fact>
        <Fact name={t('paid')}>
          {job.status === 'voided' ? (
            t('statusVoided')
          ) : (
            <Amount job={{ pay: { amount: job.amount, test: job.test } }} />
          )}
        </Fact>
      </Facts>
    </div>
  );
}
