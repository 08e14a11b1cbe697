import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { backOff } from '../../src-shared/back-off.ts';
import { millis } from '../../src-shared/units.ts';
import { listPids } from '../activity/programs/process-table.ts';

/** A dead group is seen gone within this; looking costs some milliseconds, so a dying that lasts is looked at less. */
const LOOK_AFTER = millis(5);
const LOOK_AT_LEAST_EVERY = millis(200);

/** SIGKILL to every process of the group that `leader` began. One that is gone already is no error. */
export function killGroup(leader: number): void {
  signal(leader, 'SIGKILL');
}

/** Resolves once no process of the group lives. Never while one hangs in a driver: it still holds what it held. */
export async function groupGone(leader: number): Promise<void> {
  for (let looks = 1; lives(leader); looks++)
    await pause(backOff(looks, LOOK_AFTER, LOOK_AT_LEAST_EVERY));
}

/**
 * A dead process stays in its group until it is collected, which some systems' first process takes seconds for. On Linux
 * it can be told apart; elsewhere the system collects at once.
 */
const lives = (leader: number): boolean =>
  process.platform === 'linux'
    ? listPids().some((pid) => isLivingMember(pid, leader))
    : signal(leader, 0);

function isLivingMember(pid: number, leader: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name before these fields is in parentheses and may hold anything.
    const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(group) === leader && state !== 'Z' && state !== 'X';
  } catch {
    return false; // It went while we looked.
  }
}

/** False where nobody is left to hear it. */
function signal(leader: number, name: 'SIGKILL' | 0): boolean {
  try {
    return process.kill(-leader, name);
  } catch (error) {
    // macOS says EPERM for a group of which only dead members are left.
    if (
      error instanceof Error &&
      'code' in error &&
      (error.code === 'ESRCH' || error.code === 'EPERM')
    )
      return false;
    throw error;
  }
}
