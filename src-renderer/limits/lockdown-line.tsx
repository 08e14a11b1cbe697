import { IconInfoCircle, IconLock } from '@tabler/icons-react';
import type { LaneId } from '../../src-shared/gpu.ts';
import type { Protection } from '../../src-shared/lockdown.ts';
import { useSnapshot } from '../agent-link/store.ts';
import { type Text, t, worded } from '../words/texts.ts';

/** What matters to an owner; the rest is in the log. */
const NAMES: Partial<Readonly<Record<Protection, Text>>> = {
  files: 'lackFiles',
  network: 'lackNetwork',
  programs: 'lackPrograms',
  processes: 'lackProcesses',
};

/** What this card's jobs cannot get at, and what could not be kept from them. Nothing before the first job. */
export function LockdownLine({ lane }: { lane: LaneId }) {
  const lockdown = useSnapshot((s) => s.lanes.find((one) => one.lane === lane)?.lockdown ?? null);
  if (lockdown === null) return null;
  const lacking = lockdown.missing.flatMap(({ what, why }) => {
    const name = NAMES[what];
    return name ? [`${t(name)} (${worded(why)})`] : [];
  });
  const Mark = lacking.length === 0 ? IconLock : IconInfoCircle;
  return (
    <div className="aside" data-state={lacking.length === 0 ? 'off' : 'waiting'}>
      <Mark size={16} aria-hidden />
      <span>
        {lacking.length === 0 ? t('lockedIn') : t('notLockedIn', { what: lacking.join('; ') })}
      </span>
    </div>
  );
}
