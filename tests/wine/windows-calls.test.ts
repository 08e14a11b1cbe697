import { beforeAll, describe, expect, type TestContext, test } from 'vitest';
import { lockdownWords } from '../../src-shared/lockdown.ts';
import { notTriedHere } from '../worlds/not-tried.ts';
import type { WindowsTrial } from './trial-report.ts';
import { runUnderWine, whyNot } from './windows-runtime.ts';

const reason = whyNot();

/** Fetching and Wine's first start included; some seconds when both were done before. */
const LIMIT_MS = 300_000;

describe.runIf(reason === null || notTriedHere(`our Windows calls: ${reason}`))(
  `our Windows calls, under Wine${reason ? ` (${reason})` : ''}`,
  () => {
    let trial: WindowsTrial | null = null;
    let trouble = '';

    beforeAll(async () => {
      const run = await runUnderWine('tests/wine/windows-trial.ts');
      if (run.kind === 'not-fetched') {
        // Asked for by name, it must not be passed over.
        if (process.env.OFFPEAK_WINE_TEST) throw new Error(run.detail);
        trouble = run.detail;
        notTriedHere(`our Windows calls: ${run.detail}`);
        return;
      }
      const said: WindowsTrial | { readonly failed: string } = JSON.parse(run.report);
      if ('failed' in said) throw new Error(said.failed);
      trial = said;
      const { processes, wallMs, cpuMs } = said.cost;
      console.log(
        `Under Wine, a look at ${processes} processes: ${wallMs.toFixed(3)} ms, ${cpuMs.toFixed(3)} ms CPU of our own.`,
      );
    }, LIMIT_MS);

    const tried = (context: TestContext): WindowsTrial => trial ?? context.skip(trouble);

    test('every program is found under its full path', (context) => {
      const { self, listed, ended } = tried(context);
      expect(listed).toMatchObject({ pid: self.pid, name: 'node.exe', path: self.execPath });
      expect(ended).toBeNull();
    });

    test('data goes to a driver’s memory and comes back from it', (context) => {
      const { moved } = tried(context);
      expect(moved).toEqual({ there: [0, 1, 2, 3, 4, 0], back: [2, 3, 4] });
    });

    test('a process that we started is ours, and who started us is not', (context) => {
      const { self, child } = tried(context);
      expect(child).toEqual({ parent: self.pid, ours: true, stranger: false });
    });

    test('a game that starts is told by its path, and its end too, once each', (context) => {
      const { self, watch } = tried(context);
      expect(watch.watching.kind).toBe('polling');
      const before = watch.news.slice(0, watch.atOnce);
      expect(before).toContainEqual({ kind: 'started', pid: self.pid, program: self.execPath });
      expect(watch.news.filter(({ pid }) => pid === watch.child)).toEqual([
        { kind: 'started', pid: watch.child, program: self.execPath },
        { kind: 'ended', pid: watch.child },
      ]);
    });

    test('a borderless game that covers the screen is in front; a window beside others is not', (context) => {
      const { self, foreground } = tried(context);
      expect(foreground).toEqual({
        before: null,
        whole: {
          child: foreground.whole.child,
          seen: { pid: foreground.whole.child, path: self.execPath },
        },
        part: { child: foreground.part.child, seen: null },
        after: null,
      });
    });

    test('a runner takes from itself what Windows lets it, and ends with its parent', (context) => {
      const { captive } = tried(context);
      console.log(`Under Wine, a runner is ${lockdownWords(captive.lockdown)}.`);
      // Wine counts no processes of a job object, so that starting a program is only told.
      console.log(`Starting a program from it: ${captive.start}.`);
      expect(captive).toMatchObject({ goneWithParent: true, leash: 'held' });
      expect(captive.lockdown.held).toEqual(expect.arrayContaining(['priority', 'rights']));
    });

    test('performance counters are opened by their English names and read, and one that there is not is none', (context) => {
      const { counters } = tried(context);
      expect(counters.upTime).toBeGreaterThan(0);
      expect(counters.processor).toBeGreaterThanOrEqual(0);
      expect(counters.missing).toBe(true);
    });

    test('a system that tells nothing of its graphics cards has none, and nothing breaks by it', (context) => {
      // Wine 8 has neither; a later one may.
      const { gpu, adapters } = tried(context).counters;
      expect(typeof gpu).toBe('boolean');
      for (const { name, pci } of adapters ?? []) {
        expect(name).not.toBe('');
        expect(pci).toMatch(/^0000:[0-9a-f]{2}:[0-9a-f]{2}\.[0-9a-f]$/);
      }
    });

    test('without a gamepad, nobody plays with one', (context) => {
      const { gamepads } = tried(context);
      if (gamepads.kind === 'asked') expect(gamepads.usedAt).toEqual([null, null, null]);
      else expect(gamepads.kind).toBe('no library');
    });
  },
);
