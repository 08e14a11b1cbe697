import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { exeOf } from '../../../src-main/activity/programs/process-table.ts';
import { step } from '../../../src-main/agent/agent.ts';
import { phaseOf } from '../../../src-main/agent/lane.ts';
import { newAgent } from '../../../src-main/agent/new-agent.ts';
import type { Agent } from '../../../src-main/agent/state.ts';
import { openBooks } from '../../../src-main/books/books.ts';
import type { ChildListener, Spawn } from '../../../src-main/children/child.ts';
import { openSenses } from '../../../src-main/senses/senses.ts';
import type { GpuProgram, TelemetryEvent } from '../../../src-shared/gpu.ts';
import { quote } from '../../../src-shared/said.ts';
import type { GameRule } from '../../../src-shared/settings.ts';
import { millis, seconds } from '../../../src-shared/units.ts';
import { inEnglish } from '../../../src-shared/wording.ts';
import { openSteamHome } from '../../worlds/computer/steam-home.ts';
import { card, reading, sharing, T0 } from '../../worlds/machine.ts';
import { onLinux } from '../../worlds/not-tried.ts';
import { tempFolder } from '../../worlds/temp-folder.ts';

/** A child process that says what the test has it say. */
function puppet(): {
  readonly spawn: Spawn;
  readonly say: (message: object) => void;
  readonly die: () => void;
} {
  let listener: ChildListener | null = null;
  return {
    spawn: (listen) => {
      listener = listen;
      return { post: () => {}, kill: () => {}, pid: () => null, gone: Promise.resolve() };
    },
    say: (message) => listener?.message(message),
    die: () => listener?.exit(quote('It was killed.')),
  };
}

/** Starts a program that is no descendant of ours, as a game is not, and gives its pid. */
async function startApart(path: string): Promise<number> {
  const line = `"${path}" 600 >/dev/null 2>&1 </dev/null & echo $!`;
  const pid = Number(execFileSync('/bin/sh', ['-c', line], { encoding: 'utf8' }));
  onTestFinished(() => void process.kill(pid, 'SIGKILL'));
  // What was only forked is the shell still.
  await vi.waitFor(() => expect(exeOf(pid)).toBe(path));
  return pid;
}

describe.runIf(onLinux('games and screens as the senses see them'))(
  'what the senses tell of a program in full screen',
  () => {
    let home: ReturnType<typeof openSteamHome>;
    beforeEach(() => {
      home = openSteamHome();
      onTestFinished(() => home.remove());
    });

    /** A running program, and an agent that looks at a machine with one card and one screen. */
    async function machine() {
      const path = home.placeProgram(join(home.home, 'nebula'));
      const pid = await startApart(path);
      const life = new AbortController();
      onTestFinished(() => life.abort());
      const screen = puppet();
      const probe = puppet();
      const opened = openBooks(join(tempFolder(), 'books'));
      if (opened.kind === 'refused') throw new Error(inEnglish(opened.detail));
      onTestFinished(() => opened.books.close());
      const settings = { ...sharing, when: { kind: 'always' as const } };
      let now = T0;
      let agent: Agent = newAgent(T0, settings, { trusted: true, models: true, speedJobs: null });
      const senses = openSenses({
        platform: {
          env: { DISPLAY: ':7' },
          folder: home.home,
          log: () => {},
          owner: () => ({ idleFor: null, locked: false, onBattery: false, metered: false }),
          spawnProbe: probe.spawn,
          spawnScreen: screen.spawn,
        },
        books: opened.books,
        agent: () => agent,
        dispatch: (event) => {
          [agent] = step(agent, event);
        },
        read: () => senses.beat(),
        now: () => now,
        notice: () => {},
        runnerPids: () => new Set(),
        signal: life.signal,
      });
      probe.say({ kind: 'inventory', gpus: [card], trouble: null } satisfies TelemetryEvent);
      /** A second later the program is seen to keep the card so busy. */
      const draws = (load: number): void => {
        now = millis(now + seconds(1));
        const program: GpuProgram = { pid, name: null, memory: null, load, ours: false };
        const readings = [reading({ programs: [program] })];
        probe.say({ kind: 'readings', takenAt: now, readings } satisfies TelemetryEvent);
      };
      return {
        screen,
        draws,
        fullScreen: (on: boolean) => screen.say({ kind: 'full-screen', pid: on ? pid : null }),
        /** The owner says that the program is a game, or takes that back. */
        ruled: (on: boolean) => {
          const games: GameRule[] = on ? [{ path, title: 'Nebula Drift', verdict: 'pause' }] : [];
          [agent] = step(agent, {
            kind: 'settings-changed',
            at: now,
            settings: { ...settings, games },
          });
          senses.recheck();
        },
        lane: () => {
          const [one] = agent.lanes;
          const phase = one && phaseOf(one);
          return phase?.kind === 'held' ? phase.because.kind : phase?.kind;
        },
      };
    }

    test('a game that its owner named while it had the whole screen keeps the card when it leaves full screen', async () => {
      const { draws, fullScreen, ruled, lane } = await machine();
      fullScreen(true);
      draws(0.8);
      expect(lane()).toBe('game-running');
      ruled(true);
      draws(0.8);
      fullScreen(false);
      // It draws little, as a game does in its menu, for longer than a launcher's gap: nothing but the rule holds the work.
      for (let second = 0; second < 60; second++) draws(0.1);
      expect(lane()).toBe('game-running');
    });

    test('a program that draws and takes the whole screen is given the card in the same breath', async () => {
      const { draws, fullScreen, lane } = await machine();
      draws(0.2);
      expect(lane()).toBe('seeking');
      fullScreen(true);
      expect(lane()).toBe('game-running');
    });

    test('what nobody watches any more holds the work no longer, unless its owner named it', async () => {
      const { draws, fullScreen, ruled, screen, lane } = await machine();
      const aMinute = () => {
        for (let second = 0; second < 60; second++) draws(0.2);
        return lane();
      };
      fullScreen(true);
      draws(0.2);
      expect(lane()).toBe('game-running');
      screen.die();
      expect(aMinute()).toBe('seeking');
      ruled(true);
      expect(aMinute()).toBe('game-running');
    });
  },
);
