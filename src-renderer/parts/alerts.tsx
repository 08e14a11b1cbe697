import { CloseButton, Group } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { isBroken } from '../../src-shared/moment/situation.ts';
import { ownSentence } from '../../src-shared/plain-text.ts';
import type { Snapshot, StateKind } from '../../src-shared/snapshot.ts';
import { useSnapshot, useStore, useView } from '../agent-link/store.ts';
import { message, t, worded } from '../words/texts.ts';
import { SaveDiagnostics, TryAgain } from './repairs.tsx';
import { StateIcon } from './state-icon.tsx';

type AlertProps = {
  state: StateKind;
  title: string;
  icon?: ReactNode;
  urgent?: boolean;
  children: ReactNode;
  action?: ReactNode;
};

/** A refusal must be seen, however far down the page the refused control is. */
const bringIntoSight = (alert: HTMLElement | null) => alert?.scrollIntoView({ block: 'nearest' });

/** A sentence across the page, in the colour of a state. */
export function Alert({ state, title, icon, urgent = false, children, action }: AlertProps) {
  return (
    <div
      className="alert"
      data-state={state}
      role={urgent ? 'alert' : 'status'}
      ref={urgent ? bringIntoSight : null}
    >
      {icon ?? <StateIcon icon="alert" size={20} />}
      <div>
        <b>{title}</b>
        {children}
      </div>
      {action}
    </div>
  );
}

/** Cards in trouble beside others that work; the only card in trouble speaks in the headline instead. */
const brokenLanes = (s: Snapshot) =>
  s.settings.sharing && s.lanes.some((l) => !isBroken(l))
    ? s.lanes.filter(isBroken).map(({ lane, gpu, phase }) => ({
        lane,
        name: gpu.name,
        reason:
          phase.kind === 'given-up'
            ? t('gpuGivenUpBeside', { detail: ownSentence(worded(phase.detail)) })
            : t('gpuLostBeside'),
      }))
    : [];

/** What the owner should know besides the state: stale picture, refused command, broken card, notices. */
export function Alerts() {
  const stale = useView((v) => v.stale);
  const refusal = useView((v) => v.refusal);
  const broken = useSnapshot(brokenLanes);
  const notices = useSnapshot((s) => s.notices);
  const store = useStore();
  return (
    <>
      {stale !== null && (
        <Alert
          state="offline"
          title={t('connecting')}
          icon={<StateIcon icon="cloud-off" size={20} />}
        >
          {stale}
        </Alert>
      )}
      {refusal !== null && (
        <Alert
          state="error"
          title={t('refused')}
          urgent
          action={<CloseButton aria-label={t('dismiss')} onClick={store.dismissRefusal} />}
        >
          {message(refusal)}
        </Alert>
      )}
      {broken.map(({ lane, name, reason }) => (
        <Alert
          key={lane}
          state="error"
          title={t('gpuStopped', { name })}
          urgent
          action={
            <Group gap={8} wrap="nowrap" style={{ flex: 'none' }}>
              <TryAgain />
              <SaveDiagnostics />
            </Group>
          }
        >
          {reason}
        </Alert>
      ))}
      {notices.map((notice) => (
        <Alert
          key={notice.id}
          state="waiting"
          title={t('notice')}
          icon={<IconInfoCircle size={20} aria-hidden />}
          action={
            <CloseButton
              aria-label={t('dismiss')}
              onClick={() => store.send({ kind: 'dismiss-notice', notice: notice.id })}
            />
          }
        >
          {message(notice.said)}
        </Alert>
      ))}
    </>
  );
}
