import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SETTINGS_VERSION } from '../../src-main/settings/migrations.ts';
import { RunningExchange } from '../../src-shared/buyer-protocol.ts';
import { defaults, type Settings } from '../../src-shared/settings.ts';
import { eventually, processesWith, type Seen } from '../worlds/seen-processes.ts';
import { openWindow, type WindowClient } from './window-client.ts';

/** The built agent without a display, as `npm start` runs it. */
export const HEADLESS = fileURLToPath(new URL('../../out/main/headless.cjs', import.meta.url));

/** Enough to see why, in characters. */
const LAST_WORDS = 4000;
/** What the latest agent of each folder said. */
const wordsOf = new Map<string, () => string>();
/** The process groups of all agents that each folder has had. */
const groupsOf = new Map<string, number[]>();

/** Where one machine's agent keeps everything, and the home of its owner. */
export type Machine = Readonly<{
  folder: string;
  home: string;
  remove: () => void;
}>;

/** A machine whose owner has said yes to sharing, unless `settings` say otherwise. */
export function newMachine(
  settings: Partial<Settings> = { sharing: true },
  within = tmpdir(),
): Machine {
  const root = mkdtempSync(join(within, 'offpeak-machine-'));
  const [folder, home] = [join(root, 'offpeak'), join(root, 'home')];
  mkdirSync(folder);
  mkdirSync(home);
  const written = { version: SETTINGS_VERSION, ...defaults, ...settings };
  writeFileSync(join(folder, 'settings.json'), JSON.stringify(written));
  return { folder, home, remove: () => rmSync(root, { recursive: true, force: true }) };
}

export type AgentProcess = Readonly<{
  pid: number;
  /** All it wrote, stdout and stderr. */
  words: () => string;
  /** Exit code, or null after a signal. */
  exited: Promise<number | null>;
  alive: () => boolean;
  /** The address it printed. Rejects when it ends without one. */
  url: () => Promise<string>;
  window: () => Promise<WindowClient>;
  exchange: () => RunningExchange;
  /** Every process of it, itself included. */
  processes: () => Seen[];
  runner: () => Seen | null;
  /** SIGKILL to the agent alone, or to all of its processes at once. Resolves when none is left. */
  kill: (whom: 'agent' | 'all') => Promise<void>;
  /** SIGTERM, as a system that shuts down does; resolves with the exit code when no process is left. */
  stop: () => Promise<number | null>;
}>;

/** Starts the built agent on a machine. `env`: the emulated card and the like. */
export function startAgent(
  { folder, home }: Machine,
  env: Readonly<Record<string, string>> = {},
): AgentProcess {
  const mark = `OFFPEAK_HOME=${folder}`;
  const child = spawn(process.execPath, [HEADLESS], {
    env: { ...process.env, HOME: home, OFFPEAK_HOME: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, so that all of it can be killed in one moment.
    detached: true,
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('the agent could not be started');
  let words = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => {
      words += text.toString('utf8');
    });
  groupsOf.set(folder, [...(groupsOf.get(folder) ?? []), pid]);
  wordsOf.set(folder, () => words.slice(-LAST_WORDS));
  let over = false;
  const exited = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      over = true;
      resolve(code);
    });
  });
  const processes = () => processesWith(mark, [pid]);
  const allGone = () =>
    eventually(`every process of ${pid} to be gone`, () => processes().length === 0, 10_000);
  const url = () =>
    eventually(`the agent's address in: ${words}`, () => {
      const found = /http:\/\/127\.0\.0\.1:\d+\/\?token=\S+/.exec(words)?.[0];
      if (found) return found;
      if (over) throw new Error(`the agent ended: ${words}`);
      return null;
    });

  return {
    pid,
    words: () => words,
    exited,
    alive: () => !over,
    url,
    window: async () => openWindow(await url()),
    exchange: () => {
      const path = join(folder, 'exchange', 'exchange.json');
      if (!existsSync(path)) throw new Error('no exchange runs');
      return RunningExchange.parse(JSON.parse(readFileSync(path, 'utf8')));
    },
    processes,
    runner: () => processes().find(({ command }) => command.includes('runner.cjs')) ?? null,
    kill: async (whom) => {
      if (!over) process.kill(whom === 'all' ? -pid : pid, 'SIGKILL');
      await exited;
      await allGone();
    },
    stop: async () => {
      if (!over) child.kill('SIGTERM');
      const code = await exited;
      await allGone();
      return code;
    },
  };
}

/** Ends what a test that failed left behind. */
export async function endAll(machine: Machine): Promise<void> {
  const mark = `OFFPEAK_HOME=${machine.folder}`;
  const all = () => processesWith(mark, groupsOf.get(machine.folder) ?? []);
  if (all().length > 0)
    console.error(`The agent was still running, and had said:\n${wordsOf.get(machine.folder)?.()}`);
  await eventually(`the end of ${machine.folder}`, () => {
    const left = all();
    for (const { pid } of left) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It went by itself in this moment.
      }
    }
    return left.length === 0;
  });
  machine.remove();
}
