import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inEnglish } from '../../src-shared/wording.ts';
import { buildFakes } from '../fakes/build.ts';
import { fakeGpuEnvironment } from '../fakes/gpu-state.ts';
import { NO_DISK } from '../worlds/computer/small-disk.ts';
import { notTriedHere } from '../worlds/not-tried.ts';
import { endAll, newMachine, startAgent } from './agent-process.ts';
import { receiptsOf, watchBooks } from './books-watch.ts';
import { counted, countingJob, openShop } from './shop.ts';

const STEPS = 150;

/** A disk of a few megabytes; null where this machine does not let us make one. */
function smallDisk() {
  const root = mkdtempSync(join(tmpdir(), 'offpeak-disk-'));
  const path = join(root, 'small');
  mkdirSync(path);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', path], { stdio: 'ignore' });
  } catch {
    rmSync(root, { recursive: true, force: true });
    return null;
  }
  const filler = join(path, 'filler');
  return {
    path,
    fill: () => {
      for (let size = 2 ** 20; size >= 256; size /= 2)
        try {
          for (;;) appendFileSync(filler, Buffer.alloc(size));
        } catch {
          // The next half may fit.
        }
    },
    makeRoom: () => rmSync(filler, { force: true }),
    remove: () => {
      execFileSync('umount', ['-l', path]);
      rmSync(root, { recursive: true, force: true });
    },
  };
}

const trial = smallDisk();
trial?.remove();

test.runIf(trial !== null || notTriedHere(NO_DISK))(
  'a disk that fills up while a job runs loses nothing: the owner is told, and is paid when there is room',
  async () => {
    const disk = smallDisk();
    if (!disk) throw new Error('no disk');
    const card = mkdtempSync(join(tmpdir(), 'offpeak-card-'));
    const machine = newMachine({ sharing: true }, disk.path);
    try {
      const fakes = await buildFakes();
      const env = fakeGpuEnvironment({ fakes, folder: card, kernelMillis: 15 });
      const agent = startAgent(machine, { ...env, OFFPEAK_CHECKPOINT_MS: '250' });
      const window = await agent.window();
      const shop = openShop(agent.exchange());
      await shop.submit(countingJob('a', STEPS, { pay: 333 }));
      await window.until('the job to run', (s) => s.lanes[0]?.phase.kind === 'running');
      disk.fill();
      await window.until('the owner to be told', (s) =>
        s.notices.some(({ said }) => /disk is full/.test(inEnglish(said))),
      );
      // What it had to say that did not fit is said again, and again.
      await window.until('the job to end', (s) => s.lanes[0]?.phase.kind !== 'running', 60_000);
      disk.fill();
      expect(agent.alive()).toBe(true);
      disk.makeRoom();
      await window.until('the pay', (s) => s.earnings.jobs[0]?.status === 'credited', 90_000);
      expect(await shop.counters('a')).toEqual(counted(STEPS));
      window.close();
      expect(await agent.stop()).toBe(0);
      const books = watchBooks(machine.folder);
      expect(books.entries().filter(({ kind }) => kind === 'credited')).toEqual([
        { kind: 'credited', job: 'a', amount: 333 },
      ]);
      expect([books.leases(), books.outbox()]).toEqual([[], []]);
      expect(receiptsOf(machine.folder)).toEqual([{ job: 'a', amount: 333, cumulative: 333 }]);
      books.close();
    } finally {
      await endAll(machine);
      disk.remove();
      rmSync(card, { recursive: true, force: true });
    }
  },
  180_000,
);
