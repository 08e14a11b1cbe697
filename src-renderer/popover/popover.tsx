import { Button, Group } from '@mantine/core';
import { IconArrowUpRight, IconDeviceGamepad2, IconPlayerPlay } from '@tabler/icons-react';
import { useEffect } from 'react';
import { netOf, percent, testFigure } from '../../src-shared/amount.ts';
import { isBroken } from '../../src-shared/moment/situation.ts';
import type { LaneView, Snapshot } from '../../src-shared/snapshot.ts';
import { heroOf, situationOf } from '../agent-link/memo.ts';
import { useSnapshot, useStore } from '../agent-link/store.ts';
import { cardLook } from '../home/gpu-card.tsx';
import { kindIcon } from '../home/job-card.tsx';
import { jobPay } from '../home/job-pay.ts';
import { Meter } from '../home/meter.tsx';
import { SmallStrip } from '../home/strip.tsx';
import { balance } from '../home/today.tsx';
import { Card, CardTitle, TestTag } from '../parts/card.tsx';
import { actionsFor } from '../parts/hero-actions.ts';
import { PauseButton } from '../parts/pause-button.tsx';
import { TryAgain } from '../parts/repairs.tsx';
import { ShareSwitch } from '../parts/share-switch.tsx';
import { StateTag } from '../parts/state-icon.tsx';
import { t } from '../words/texts.ts';

/** Home in short, as the tray icon opens it. */
export function PopoverPage() {
  useEffect(() => {
    // Before anything else hears of it: a menu that is open closes first, and is still there now.
    const leave = ({ key }: KeyboardEvent) => {
      if (key === 'Escape' && !document.querySelector('[role="menu"]'))
        void window.offpeak?.leavePopover?.('nothing');
    };
    window.addEventListener('keydown', leave, { capture: true });
    return () => window.removeEventListener('keydown', leave, { capture: true });
  }, []);
  return (
    <main className="tray-page" aria-label={t('app')}>
      <TrayHero />
      <TrayToday />
      <TrayGpu />
      <TrayFoot />
    </main>
  );
}

function TrayHero() {
  const { state, word, reason } = useSnapshot((s) => heroOf(s));
  return (
    <div className="tray-hero" data-state={state}>
      <ShareSwitch iconSize={17} />
      <div>
        <h1 id="hero-word" className="figure">
          {word}
        </h1>
        <p id="hero-reason" className="pretty">
          {reason}
        </p>
      </div>
    </div>
  );
}

function TrayToday() {
  const test = useSnapshot((s) => s.network.test);
  const today = useSnapshot((s) => s.today);
  const line = useSnapshot(balance);
  const { net, earned, electricity } = netOf(today);
  return (
    <Card p={12} px={16}>
      <Group gap={8}>
        <span className="label">{t(test ? 'today' : 'todayNet')}</span>
        {test && <TestTag />}
      </Group>
      <Group justify="space-between" align="flex-end" wrap="nowrap" gap={8}>
        <div className={`figure figure-main nowrap${test ? ' figure-test' : ''}`}>
          {test ? testFigure(today.test) : net}
          {test && <span className="unit">{t('testCredits')}</span>}
        </div>
        <span className="caption num right">
          {test || today.joules === 0 ? (
            line
          ) : (
            <>
              {t('trayEarned', { amount: earned })}
              <br />
              {t('trayElectricity', { amount: electricity })}
            </>
          )}
        </span>
      </Group>
      <SmallStrip />
    </Card>
  );
}

/** The card that the headline is about: one that works, else one that needs its owner, else the first. */
const chief = ({ lanes }: Snapshot): LaneView | undefined =>
  lanes.find(({ phase }) => phase.kind === 'running') ?? lanes.find(isBroken) ?? lanes[0];

function TrayGpu() {
  const lane = useSnapshot((s) => {
    const first = chief(s);
    return first ? cardLook(s, first, s.lanes.indexOf(first)) : null;
  });
  const load = useSnapshot((s) => {
    const share = chief(s)?.reading?.load ?? null;
    return share === null ? null : percent(share);
  });
  const others = useSnapshot((s) =>
    s.lanes.flatMap((one, index) => {
      const { name, mark } = cardLook(s, one, index);
      return one === chief(s) ? [] : [{ lane: one.lane, name, mark }];
    }),
  );
  const trouble = useSnapshot((s) => s.gpuTrouble);
  if (!lane)
    return (
      <Card p={12} px={16}>
        <CardTitle>{trouble === null ? t('lookingForGpu') : t('noGpu')}</CardTitle>
      </Card>
    );
  return (
    <Card p={12} px={16}>
      <Group justify="space-between" mb={4} wrap="nowrap">
        <span className="tray-name">{lane.name}</span>
        {lane.mark.state === 'error' ? (
          <StateTag state={lane.mark.state} icon={lane.mark.icon}>
            {lane.mark.tag}
          </StateTag>
        ) : (
          <span className="caption nowrap">
            {lane.software ? t('softwareTag') : load === null ? '' : t('trayLoad', { load })}
          </span>
        )}
      </Group>
      {lane.meters.length > 0 && (
        <div className="tray-meters">
          {lane.meters.slice(0, 2).map((meter) => (
            <Meter key={meter.label} {...meter} />
          ))}
        </div>
      )}
      <TrayWork />
      {others.map(({ lane: id, name, mark }) => (
        <div className="tray-row" key={id}>
          <span>
            <span className="cut">{name}</span>
          </span>
          <StateTag state={mark.state} icon={mark.icon}>
            {mark.tag}
          </StateTag>
        </div>
      ))}
    </Card>
  );
}

/** What runs on the card: a job and what it brings, or the game it is kept free for. */
function workOf(s: Snapshot) {
  const now = situationOf(s);
  if (now.kind === 'held' && now.because.kind === 'game-running')
    return { kind: 'game', title: now.because.title, aside: '' } as const;
  const [job] = now.kind === 'earning' ? now.jobs : now.kind === 'preparing' ? [now.job] : [];
  if (!job) return null;
  const { keeps } = jobPay(job, s.takenAt, s.priceNow);
  const done = percent(Math.min(1, job.step / job.steps));
  return {
    kind: job.what,
    title: job.title,
    aside: keeps === null ? done : t('hourlyNet', { amount: keeps }),
  } as const;
}

function TrayWork() {
  const work = useSnapshot(workOf);
  if (!work) return null;
  const Picture = work.kind === 'game' ? IconDeviceGamepad2 : kindIcon[work.kind];
  return (
    <div className="tray-row">
      <span>
        <Picture size={16} stroke={1.75} aria-hidden />
        <span className="cut" title={work.title}>
          {work.title}
        </span>
      </span>
      <span className="label num nowrap">{work.aside}</span>
    </div>
  );
}

/** Electron shows the whole window; in a browser this page becomes it. */
function openWindow(): void {
  if (window.offpeak?.leavePopover) void window.offpeak.leavePopover('window');
  else window.location.assign(window.location.pathname);
}

function TrayFoot() {
  const kinds = useSnapshot((s) => actionsFor(situationOf(s)).map(({ kind }) => kind));
  const store = useStore();
  const alone = !kinds.some((k) => k === 'try-again' || k === 'resume' || k === 'pause');
  return (
    <div className="tray-foot">
      {kinds.includes('try-again') && <TryAgain wide />}
      {kinds.includes('resume') && (
        <Button
          style={{ flex: 1 }}
          leftSection={<IconPlayerPlay size={16} aria-hidden />}
          onClick={() => store.send({ kind: 'resume' })}
        >
          {t('resume')}
        </Button>
      )}
      {kinds.includes('pause') && <PauseButton wide />}
      <Button
        variant="default"
        fullWidth={alone}
        rightSection={<IconArrowUpRight size={16} aria-hidden />}
        onClick={openWindow}
      >
        {t('openOffpeak')}
      </Button>
    </div>
  );
}
