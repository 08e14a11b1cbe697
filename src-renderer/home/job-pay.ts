import { duration, money, netOf, pay } from '../../src-shared/amount.ts';
import { energyCost } from '../../src-shared/earnings.ts';
import type { RunningJob } from '../../src-shared/snapshot.ts';
import {
  hours,
  type MicroUsd,
  type Millis,
  microUsd,
  millis,
  minutes,
} from '../../src-shared/units.ts';
import { t } from '../words/texts.ts';

/** A job that runs for less says nothing about an hour. */
const TELLING = minutes(1);

/** What a running job brings and costs, ready to read. Null: not known. */
export type JobPay = {
  readonly runningFor: string;
  readonly pays: string;
  readonly electricity: string | null;
  /** Pay less electricity; of money only, for test credits and electricity are nothing that can be subtracted. */
  readonly keeps: string | null;
};

/**
 * Money by the hour, once this run has lasted long enough to tell; until then, and in test credits, what the whole job pays.
 * `price`: of a kilowatt-hour, now.
 */
export function jobPay(job: RunningJob, now: Millis, price: MicroUsd): JobPay {
  const took = millis(Math.max(0, now - job.startedAt));
  const runningFor = duration(took);
  const cost = job.joules === null ? null : energyCost(job.joules, price);
  const done = (job.step - job.firstStep) / job.steps;
  if (job.pay.test || took < TELLING || done <= 0)
    return {
      runningFor,
      pays: pay(job.pay),
      electricity: cost === null ? null : minus(money(cost)),
      keeps: null,
    };
  const hourly = (amount: number) => microUsd((amount / took) * hours(1));
  const earned = hourly(job.pay.amount * done);
  if (cost === null)
    return { runningFor, pays: perHour(money(earned)), electricity: null, keeps: null };
  const { net, earned: pays, electricity } = netOf({ money: earned, electricity: hourly(cost) });
  return {
    runningFor,
    pays: perHour(pays),
    electricity: perHour(minus(electricity)),
    keeps: perHour(net),
  };
}

/** The minus sign as typeset. */
const minus = (amount: string) => `\u2212${amount}`;
const perHour = (amount: string) => t('hourly', { amount });
