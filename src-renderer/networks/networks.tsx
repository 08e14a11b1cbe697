import { Checkbox, Group, Stack, Switch } from '@mantine/core';
import {
  type Icon,
  IconCash,
  IconCpu,
  IconDna2,
  IconFlask,
  IconHeart,
  IconMessages,
  IconPhoto,
  IconTerminal2,
  IconVectorTriangle,
  IconWaveSine,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { moment } from '../../src-shared/amount.ts';
import { JobKind } from '../../src-shared/job-kind.ts';
import type { Snapshot } from '../../src-shared/snapshot.ts';
import { useChangeSettings, useSnapshot } from '../agent-link/store.ts';
import { Alerts } from '../parts/alerts.tsx';
import { Card, CardTitle } from '../parts/card.tsx';
import { Logo } from '../parts/logo.tsx';
import { type Text, t, worded } from '../words/texts.ts';

const LOOK = { size: 22, stroke: 1.75, 'aria-hidden': true } as const;

/** Whom this computer works for, what kinds of jobs it takes, and where money would go. */
export function Networks() {
  return (
    <Stack gap={16}>
      <Alerts />
      <div className="networks">
        <Stack gap={16}>
          <NetworksCard />
          <KindsCard />
        </Stack>
        <Stack gap={16}>
          <PayoutCards />
        </Stack>
      </div>
    </Stack>
  );
}

/** Networks that the design names and nobody has connected yet. */
const LATER: readonly { name: Text; what: Text; tag: Text; mark: Icon; picture: Icon }[] = [
  {
    name: 'foldingName',
    what: 'foldingWhat',
    tag: 'tagDonates',
    mark: IconHeart,
    picture: IconDna2,
  },
  {
    name: 'boincName',
    what: 'boincWhat',
    tag: 'tagDonates',
    mark: IconHeart,
    picture: IconWaveSine,
  },
  { name: 'hordeName', what: 'hordeWhat', tag: 'tagDonates', mark: IconHeart, picture: IconPhoto },
  {
    name: 'commandName',
    what: 'commandWhat',
    tag: 'tagYours',
    mark: IconTerminal2,
    picture: IconTerminal2,
  },
];

function NetworksCard() {
  return (
    <Card className="rows" p={0}>
      <CardTitle>{t('workFor')}</CardTitle>
      <BuiltInRow />
      {LATER.map(({ name, what, tag, mark, picture: Picture }) => (
        <NetworkRow
          key={name}
          later
          picture={<Picture {...LOOK} />}
          name={t(name)}
          tag={t(tag)}
          mark={mark}
          what={t(what)}
        >
          <span className="label nowrap">{t('notAvailable')}</span>
        </NetworkRow>
      ))}
    </Card>
  );
}

/** The one network there is, and how things stand with it. */
const builtInOf = ({ network, connection, settings, takenAt }: Snapshot) => ({
  test: network.test,
  name: worded(network.name),
  on: settings.builtInNetwork,
  state: !settings.builtInNetwork
    ? t('networkOff')
    : connection.kind === 'online'
      ? t('connected')
      : t('notConnected', { when: moment(connection.since, takenAt) }),
});

function BuiltInRow() {
  const { name, test, on, state } = useSnapshot(builtInOf);
  const change = useChangeSettings();
  return (
    <NetworkRow
      picture={<Logo size={24} />}
      name={name}
      tag={t(test ? 'tagTest' : 'tagMoney')}
      mark={test ? IconFlask : IconCash}
      what={state}
    >
      <Switch
        aria-label={name}
        checked={on}
        onChange={({ currentTarget }) => change({ builtInNetwork: currentTarget.checked })}
      />
    </NetworkRow>
  );
}

type NetworkRowProps = {
  readonly picture: ReactNode;
  readonly name: string;
  readonly tag: string;
  readonly mark: Icon;
  readonly what: string;
  /** Nobody can use it yet. */
  readonly later?: boolean;
  readonly children: ReactNode;
};

function NetworkRow(props: NetworkRowProps) {
  const { picture, name, tag, mark: Mark, what, later = false, children } = props;
  return (
    <div className="row network" data-later={later || undefined}>
      <div className="tile">{picture}</div>
      <div className="grow">
        <Group gap="0 8px">
          <span className="network-name">{name}</span>
          <span className="network-tag caption">
            <Mark size={14} aria-hidden />
            {tag}
          </span>
        </Group>
        <div className="caption">{what}</div>
      </div>
      {children}
    </div>
  );
}

const kindWords: Readonly<Record<JobKind, { name: Text; what: Text; picture: Icon }>> = {
  llm: { name: 'allowLlm', what: 'allowLlmWhat', picture: IconMessages },
  kernel: { name: 'allowKernel', what: 'allowKernelWhat', picture: IconCpu },
  embed: { name: 'allowEmbed', what: 'allowEmbedWhat', picture: IconVectorTriangle },
};
const KINDS = ['llm', 'kernel', 'embed'] as const satisfies readonly JobKind[];

function KindsCard() {
  const kinds = useSnapshot((s) => s.settings.kinds);
  const change = useChangeSettings();
  const none = JobKind.options.every((kind) => !kinds[kind]);
  return (
    <Card>
      <CardTitle>{t('jobKinds')}</CardTitle>
      <p className="label plain">{t('jobKindsWhat')}</p>
      <div className="kinds">
        {KINDS.map((kind) => {
          const { name, what, picture: Picture } = kindWords[kind];
          return (
            <Checkbox.Card
              key={kind}
              className="choice"
              p={12}
              checked={kinds[kind]}
              onChange={(on) => change({ kinds: { ...kinds, [kind]: on } })}
            >
              <Group gap={12} wrap="nowrap" align="flex-start">
                <Checkbox.Indicator mt={2} />
                <div className="grow">
                  <div className="choice-title">{t(name)}</div>
                  <div className="caption choice-what">{t(what)}</div>
                </div>
                <Picture size={18} stroke={1.75} color="var(--op-ink3)" aria-hidden />
              </Group>
            </Checkbox.Card>
          );
        })}
      </div>
      {none && (
        <div className="aside" data-state="waiting">
          {t('noKinds')}
        </div>
      )}
    </Card>
  );
}

/** Nothing is paid out yet, and nothing here pretends it is. */
function PayoutCards() {
  const test = useSnapshot((s) => s.network.test);
  return (
    <>
      <Later title={t('payout')} what={t(test ? 'payoutTest' : 'payoutMoney')} />
      <Later title={t('payoutAddress')} what={t('payoutAddressNot')} />
    </>
  );
}

function Later({ title, what }: { title: string; what: string }) {
  return (
    <Card>
      <CardTitle>{title}</CardTitle>
      <p className="later">{t('notAvailable')}</p>
      <p className="caption plain">{what}</p>
    </Card>
  );
}
