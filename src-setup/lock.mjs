import { createHash } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { cacheFolder } from './places.mjs';

/** Short beside an install, long beside the cost of a look. */
const LOOK_AGAIN_MS = 200;
/** After this long a person wonders why nothing happens. */
const TELL_AFTER_MS = 5_000;
/** A full install and build took under two minutes on two slow cores; past this something is stuck. */
const GIVE_UP_AFTER_MS = 15 * 60_000;

/**
 * Runs `work` while no other process on this machine holds the lock of the same name. A lock whose holder
 * has died is taken over.
 * @template T
 * @param {string} name any text; a path is fine
 * @param {(line: string) => void} say
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(name, say, work) {
  const folder = join(cacheFolder(), 'locks');
  mkdirSync(folder, { recursive: true });
  const id = createHash('sha256').update(name).digest('hex').slice(0, 16);
  const file = join(folder, id);
  await take(file, say);
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

async function take(file, say) {
  const since = Date.now();
  let told = false;
  while (!claim(file)) {
    const holder = holderOf(file);
    if (holder === null || !isAlive(holder)) {
      removeDead(file, holder);
      continue;
    }
    const waited = Date.now() - since;
    if (waited > GIVE_UP_AFTER_MS) {
      throw new Error(
        `Process ${holder} has been setting up for too long; end it, or delete ${file}.`,
      );
    }
    if (waited > TELL_AFTER_MS && !told) {
      told = true;
      say(`Waiting for another set-up to finish (process ${holder}).`);
    }
    await pause(LOOK_AGAIN_MS);
  }
}

/** Writes the lock in full under another name first, so that nobody ever reads an empty one. */
function claim(file) {
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, String(process.pid));
  try {
    linkSync(mine, file);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(mine, { force: true });
  }
}

function holderOf(file) {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}

/** Moves a dead holder's lock aside; if a live one was caught in the same instant it is put back. */
function removeDead(file, holder) {
  if (holder === null) return;
  const aside = `${file}.dead.${process.pid}`;
  try {
    renameSync(file, aside);
    if (holderOf(aside) !== holder) linkSync(aside, file);
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error;
  }
  rmSync(aside, { force: true });
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
