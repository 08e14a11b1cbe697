import {
  type Icon,
  IconAlertTriangleFilled,
  IconBatteryOff,
  IconBoltFilled,
  IconCalendarPause,
  IconCash,
  IconCloudOff,
  IconDeviceGamepad2,
  IconFlameFilled,
  IconHourglassFilled,
  IconMoon,
  IconPlayerPauseFilled,
  IconPower,
  IconTopologyStar3,
  IconWifiOff,
} from '@tabler/icons-react';
import type { ComponentType, ReactNode } from 'react';
import type { HeroIcon } from '../../src-shared/moment/hero.ts';
import type { StateKind } from '../../src-shared/snapshot.ts';
import type { Text } from '../words/texts.ts';

const icons: Readonly<Record<HeroIcon, Icon>> = {
  bolt: IconBoltFilled,
  hourglass: IconHourglassFilled,
  gamepad: IconDeviceGamepad2,
  pause: IconPlayerPauseFilled,
  moon: IconMoon,
  'battery-off': IconBatteryOff,
  flame: IconFlameFilled,
  'cloud-off': IconCloudOff,
  alert: IconAlertTriangleFilled,
  power: IconPower,
  calendar: IconCalendarPause,
  'wifi-off': IconWifiOff,
  cash: IconCash,
  network: IconTopologyStar3,
};

/** How a state looks and is called where nothing more is known about it, as in the strip. */
export const stateLook: Readonly<Record<StateKind, { icon: HeroIcon; name: Text }>> = {
  earning: { icon: 'bolt', name: 'stateEarning' },
  waiting: { icon: 'hourglass', name: 'stateWaiting' },
  paused: { icon: 'pause', name: 'statePaused' },
  hot: { icon: 'flame', name: 'stateHot' },
  error: { icon: 'alert', name: 'stateError' },
  offline: { icon: 'cloud-off', name: 'stateOffline' },
  off: { icon: 'power', name: 'stateOff' },
};

export function StateIcon({ icon, size }: { icon: HeroIcon; size: number }) {
  const Drawn: ComponentType<{ size: number; 'aria-hidden': boolean }> = icons[icon];
  return <Drawn size={size} aria-hidden />;
}

type TagProps = { state: StateKind; icon: HeroIcon; children: ReactNode };

/** A small word in the colour of a state. */
export function StateTag({ state, icon, children }: TagProps) {
  return (
    <span className="state-tag" data-state={state}>
      <StateIcon icon={icon} size={14} />
      {children}
    </span>
  );
}
