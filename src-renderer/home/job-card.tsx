import { Button, EmptyState, Group, Progress, Stack, Text } from '@mantine/core';
import {
  type Icon,
  IconCpu,
  IconMessages,
  IconMoonStars,
  IconPlayerSkipForward,
  IconShieldCheck,
  IconVectorTriangle,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { duration, moment, pay } from '../../src-shared/amount.ts';
import type { PaidJob } from '../../src-shared/earnings.ts';
import type { JobKind } from '../../src-shared/job-kind.ts';
import type { Lockdown, Protection } from '../../src-shared/lockdown.ts';
import type { LanePhase, RunningJob, Snapshot } from '../../src-shared/snapshot.ts';
import { PAGES, useGo } from '../agent-link/kept-place.ts';
import { useSnapshot, useStore } from '../agent-link/store.ts';
import { Card, CardTitle, Fact, TestTag } from '../parts/card.tsx';
import { t, worded } from '../words/texts.ts';
import { jobPay } from './job-pay.ts';

const jobOf = (phase: LanePhase): readonly RunningJob[] =>
  phase.kind === 'running' || phase.kind === 'preparing' || phase.kind === 'yielding'
    ? [phase.job]
    : [];

/** Jobs as they are drawn: figures are told in whole units, so that most seconds change little. */
const running = ({ lanes, takenAt, priceNow }: Snapshot) =>
  lanes.flatMap(({ lane, phase, lockdown }) =>
    jobOf(phase).map((job) => ({
      lane,
      id: job.id,
      title: job.title,
      what: job.what,
      test: job.pay.test,
      step: job.step,
      steps: job.steps,
      leaving: phase.kind === 'yielding',
      sandboxed: isSandboxed(lockdown),
      ...jobPay(job, takenAt, priceNow),
    })),
  );
type Running = ReturnType<typeof running>[number];

/** What an owner means by it: neither files, nor network, nor programs. */
const PROMISED: readonly Protection[] = ['files', 'network', 'programs', 'processes'];
const isSandboxed = (lockdown: Lockdown | null): boolean =>
  PROMISED.every((what) => lockdown?.held.includes(what));

const lastJob = ({ earnings, takenAt }: Snapshot) => {
  const [job] = earnings.jobs;
  return job ? { ...job, ended: moment(job.at, takenAt) } : null;
};

/** What runs now; else the last job; else that nothing ran yet. */
export function JobCard() {
  const jobs = useSnapshot(running);
  const last = useSnapshot(lastJob);
  const network = useSnapshot((s) => worded(s.network.name));
  if (jobs.length > 0) {
    return (
      <Card className="column">
        <Group justify="space-between" wrap="nowrap">
          <CardTitle>{t('runningNow')}</CardTitle>
          {jobs.every((job) => job.sandboxed) && (
            <span className="caption sandboxed" title={t('sandboxedMeaning')}>
              <IconShieldCheck size={16} aria-hidden />
              {t('sandboxed')}
            </span>
          )}
        </Group>
        <Stack gap={16} mt={12} style={{ flex: 1 }}>
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

/** Kinds of jobs as pictures. */
export const kindIcon: Readonly<Record<JobKind, Icon>> = {
  kernel: IconCpu,
  llm: IconMessages,
  embed: IconVectorTriangle,
};

function Heading({ what, title, sub }: { what: JobKind; title: string; sub: string }) {
  const Picture = kindIcon[what];
  return (
    <Group gap={12} wrap="nowrap" mb={12}>
      <div className="tile">
        <Picture size={20} stroke={1.75} aria-hidden />
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

function RunningNow({ job, network }: { job: Running; network: string }) {
  const store = useStore();
  const go = useGo();
  const steps = t('steps', { step: job.step, steps: job.steps });
  return (
    <div className="column job-now">
      <Heading what={job.what} title={job.title} sub={t('forNetwork', { network })} />
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
          {job.pays} {job.test && <TestTag />}
        </Fact>
        <Fact name={t('jobPower')}>{job.electricity ?? t('jobPowerUnknown')}</Fact>
        {job.keeps !== null && (
          <Fact name={t('jobKeep')} sum>
            <b>{job.keeps}</b>
          </Fact>
        )}
      </Facts>
      <Group gap={8} mt="auto" pt={12} grow>
        {PAGES.some((page: string) => page === 'jobs') && (
          <Button variant="default" onClick={() => go('jobs')}>
            {t('details')}
          </Button>
        )}
        <Button
          variant="default"
          disabled={job.leaving}
          leftSection={<IconPlayerSkipForward size={16} aria-hidden />}
          onClick={() => store.send({ kind: 'skip-job', lane: job.lane })}
        >
          {job.leaving ? t('jobGoesBack') : t('skipJob')}
        </Button>
      </Group>
    </div>
  );
}

function LastJob({ job }: { job: PaidJob & { ended: string } }) {
  return (
    <div style={{ marginTop: 12 }}>
      <Heading what="kernel" title={job.title} sub="" />
      <Facts>
        <Fact name={t('ended')}>{job.ended}</Fact>
        <Fact name={t('ranFor')}>{duration(job.activeFor)}</Fact>
        <Fact name={t('paid')}>
          {job.status === 'voided' ? (
            t('statusVoided')
          ) : (
            <>
              {pay(job)} {job.test && <TestTag />}
            </>
          )}
        </Fact>
      </Facts>
    </div>
  );
}
