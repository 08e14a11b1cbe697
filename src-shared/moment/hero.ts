import type { StateKind } from '../snapshot.ts';

export type HeroIcon =
  | 'bolt'
  | 'hourglass'
  | 'gamepad'
  | 'pause'
  | 'moon'
  | 'battery-off'
  | 'flame'
  | 'calendar'
  | 'wifi-off'
  | 'cash'
  | 'cloud-off'
  | 'alert'
  | 'network'
  | 'power';

/** One moment in words. `word`: the headline; `reason`: why, in sentences; `tag` and `short`: the same for a narrow place. */
export type Hero = {
  readonly state: StateKind;
  readonly icon: HeroIcon;
  readonly word: string;
  readonly reason: string;
  readonly tag: string;
  readonly short: string;
};
