import { Button, CloseButton, Divider, Group, Timeline, Title } from '@mantine/core';
import {
  type Icon,
  IconAlertTriangle,
  IconCheck,
  IconCopy,
  IconPlayerPause,
  IconPlayerPlay,
  IconRosetteDiscountCheck,
  IconSend,
  IconX,
} from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import {
  date,
  duration,
  energy,
  moment,
  money,
  netOf,
  testFigure,
  wattage,
} from '../../src-shared/amount.ts';
import type { Answer, Run, RunEvent } from '../../src-shared/question.ts';
import type { Said } from '../../src-shared/said.ts';
import { type Millis, microUsd, millis, watts } from '../../src-shared/units.ts';
import { Fact, TestTag } from '../parts/card.tsx';
import { kindLook } from '../parts/kind-look.ts';
import { type Text, t, worded } from '../words/texts.ts';
import { copyText } from './copy-text.ts';
import { payOf, Result } from './run-result.tsx';

/** Everything about one run, or what its row knew until that is here. */
export type RunDetails = Omit<Extract<Answer, { kind: 'run' }>, 'kind' | 'events'> & {
  /** Null while it is being asked for. */
  readonly events: readonly RunEvent[] | null;
};

type InspectorProps = {
  readonly details: RunDetails;
  /** Why there is no more than the row knew; null where there is. */
  readonly refusal: Said | null;
  readonly now: Millis;
  readonly close: () => void;
};

/** The details of one run, beside the table, which stays in use. */
export function RunInspector({ details, refusal, now, close }: InspectorProps) {
  const { run, events, receipt } = details;
  return (
    <section className="inspector" aria-label={run.title}>
      <header>
        <Title order={2}>{run.title}</Title>
        <CloseButton size="md" aria-label={t('closeDetails')} onClick={close} />
      </header>
      <Group gap={8}>
        <Result outcome={run.outcome} />
        {run.test && <TestTag />}
      </Group>
      <Sums run={run} />
      <Divider color="var(--op-line)" />
      <Facts run={run} now={now} />
      {refusal !== null && (
        <div className="aside" data-state="error" role="alert">
          {t('jobUnread')}: {worded(refusal)}
        </div>
      )}
      {events !== null && events.length > 0 && (
        <>
          <Divider color="var(--op-line)" />
          <Title order={3}>{t('whatHappened')}</Title>
          <Story events={events} />
        </>
      )}
      {receipt && <CopyReceipt key={receipt.id} id={receipt.id} />}
    </section>
  );
}

/** The receipt's number, for whoever wants to check what was paid. */
function CopyReceipt({ id }: { id: string }) {
  const [copied, setCopied] = useState(false);
  return (
    <Button
      className="copy-receipt"
      variant="default"
      leftSection={
        copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />
      }
      onClick={() => setCopied(copyText(id))}
    >
      {t(copied ? 'receiptCopied' : 'copyReceipt')}
    </Button>
  );
}

function Sum({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <div className="label">{name}</div>
      <div className="figure">{children}</div>
    </div>
  );
}

/** Pay, electricity and what is left. Test credits have no net: the electricity is money. */
function Sums({ run }: { run: Run }) {
  const paid = payOf(run);
  const unpaid = paid === null;
  const cost = run.electricity;
  if (run.test) {
    return (
      <div>
        <div className="run-sums">
          <Sum name={t('payTest')}>
            <span className="figure-test">{unpaid ? '–' : testFigure(paid)}</span>
          </Sum>
          <Sum name={t('electricity')}>{cost === null ? '–' : money(microUsd(-cost || 0))}</Sum>
        </div>
        <p className="caption plain">{t('testNet')}</p>
      </div>
    );
  }
  const { net, earned, electricity } = netOf({
    money: paid ?? microUsd(0),
    electricity: cost ?? microUsd(0),
  });
  return (
    <div className="run-sums">
      <Sum name={t('paid')}>{unpaid ? '–' : earned}</Sum>
      <Sum name={t('electricity')}>{cost === null ? '–' : `−${electricity}`}</Sum>
      <Sum name={t('kept')}>{unpaid || cost === null ? '–' : net}</Sum>
    </div>
  );
}

/** Shorter runs give no mean worth telling. */
const SHORTEST_FOR_MEAN = 10_000;

function energyOf(run: Run, ranFor: number): string {
  if (run.joules === null) return t('notMeasured');
  const used = energy(run.joules);
  if (ranFor < SHORTEST_FOR_MEAN) return used;
  const power = wattage(watts(run.joules / (ranFor / 1000)));
  return t('energyAverage', { energy: used, power });
}

function Facts({ run, now }: { run: Run; now: Millis }) {
  const ranFor = millis((run.endedAt ?? now) - run.startedAt);
  return (
    <dl className="run-facts">
      <Fact name={t('detailFor')}>{run.network}</Fact>
      <Fact name={t('detailKind')}>{t(kindLook[run.what].name)}</Fact>
      <Fact name={t('detailGpu')}>{run.gpu}</Fact>
      <Fact name={t('detailStarted')}>{moment(run.startedAt, now)}</Fact>
      {run.endedAt !== null && <Fact name={t('detailEnded')}>{moment(run.endedAt, now)}</Fact>}
      <Fact name={t(run.endedAt === null ? 'runningFor' : 'ranFor')}>{duration(ranFor)}</Fact>
      <Fact name={t('columnEnergy')}>{energyOf(run, ranFor)}</Fact>
      <Fact name={t('detailId')}>
        <span className="run-id">{run.job}</span>
      </Fact>
      {run.because !== '' && <Fact name={t('because')}>{run.because}</Fact>}
    </dl>
  );
}

const eventLook: Readonly<Record<RunEvent['what'], { icon: Icon; name: Text }>> = {
  assigned: { icon: IconPlayerPlay, name: 'eventAssigned' },
  stopped: { icon: IconPlayerPause, name: 'eventStopped' },
  failed: { icon: IconAlertTriangle, name: 'eventFailed' },
  claimed: { icon: IconSend, name: 'eventClaimed' },
  credited: { icon: IconRosetteDiscountCheck, name: 'eventCredited' },
  voided: { icon: IconX, name: 'eventVoided' },
};

const toTheSecond: Intl.DateTimeFormatOptions = {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
};

function Story({ events }: { events: readonly RunEvent[] }) {
  return (
    <Timeline className="story" bulletSize={20} lineWidth={2} active={events.length} color="gray">
      {events.map(({ at, what, detail }, n) => {
        const { icon: Picture, name } = eventLook[what];
        return (
          <Timeline.Item
            // biome-ignore lint/suspicious/noArrayIndexKey: events are only ever added, and two may be alike.
            key={n}
            bullet={<Picture size={12} aria-hidden />}
            title={t(name)}
          >
            {detail !== '' && <div className="caption">{detail}</div>}
            <div className="caption num">{date(at, toTheSecond)}</div>
          </Timeline.Item>
        );
      })}
    </Timeline>
  );
}
