import { Switch } from '@mantine/core';
import { heroOf } from '../agent-link/memo.ts';
import { useSnapshot, useStore } from '../agent-link/store.ts';
import { t } from '../words/texts.ts';
import { StateIcon } from './state-icon.tsx';

/** The big switch; `iconSize` in pixels. Described by the headline and the reason that stand beside it. */
export function ShareSwitch({ iconSize }: { iconSize: number }) {
  const { state, icon } = useSnapshot((s) => heroOf(s));
  const sharing = useSnapshot((s) => s.settings.sharing);
  const store = useStore();
  return (
    <Switch
      className="big-switch"
      data-state={state}
      aria-label={t('share')}
      aria-describedby="hero-word hero-reason"
      checked={sharing}
      onChange={({ currentTarget }) =>
        store.send({ kind: 'set-sharing', on: currentTarget.checked })
      }
      thumbIcon={<StateIcon icon={icon} size={iconSize} />}
    />
  );
}
