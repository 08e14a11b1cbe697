import type { Settings } from '../../src-shared/settings.ts';
import type { Millis } from '../../src-shared/units.ts';
import { isWithin, minuteOfDay } from './local-time.ts';

/** The share of the time in which work may run by the owner's quiet hours; 1 outside them. */
export const quietDuty = ({ quietHours }: Settings, now: Millis): number =>
  quietHours && isWithin(quietHours, minuteOfDay(now)) ? quietHours.duty : 1;
