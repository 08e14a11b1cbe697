import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import koffi from 'koffi';
import { openWindowsGamepads } from '../../src-main/activity/owner/windows-gamepads.ts';
import { ownProcesses } from '../../src-main/activity/programs/own-processes.ts';
import { watchPrograms } from '../../src-main/activity/programs/programs.ts';
import { openWindowsParents } from '../../src-main/activity/programs/windows-parent.ts';
import { openWindowsProcesses } from '../../src-main/activity/programs/windows-processes.ts';
import { windowsTable } from '../../src-main/activity/programs/windows-table.ts';
import { openWindowsForeground } from '../../src-main/activity/screen/windows-foreground.ts';
import { openWindowsCounters } from '../../src-main/telemetry/windows/counters.ts';
import { identifyAdapter, insistOnAnswers } from '../../src-main/telemetry/windows/kmt-adapter.ts';
import { insistOnLayouts, openKmt } from '../../src-main/telemetry/windows/kmt-binding.ts';
import { openPdhQuery } from '../../src-main/telemetry/windows/pdh-binding.ts';
import { bindMemory } from '../../src-runner/cuda/driver.ts';
import { millis } from '../../src-shared/units.ts';
import { until } from './patience.ts';
import type { WindowsTrial } from './trial-report.ts';
import { beCaptive, beParent, tryCaptive } from './windows-captive.ts';

/**
 * Runs in Windows' own Node: tries our Windows calls and writes what they said to a file, because Node has no pipes under
 * Wine. As `window`, it is another program instead, with a window in front.
 */
const [task, ...words] = process.argv.slice(2);

async function tryAll(report: string): Promise<void> {
  let said: WindowsTrial | { readonly failed: string };
  try {
    said = await trial();
  } catch (error) {
    said = { failed: error instanceof Error ? `${error.stack}` : String(error) };
  }
  writeFileSync(report, JSON.stringify(said));
  process.exit(0);
}

async function trial(): Promise<WindowsTrial> {
  const processes = openWindowsProcesses();
  if (processes === null) throw new Error('no list of processes');
  const self = processes.list()?.find(({ pid }) => pid === process.pid) ?? null;
  return {
    self: { pid: process.pid, execPath: process.execPath },
    listed: self && { ...self, path: processes.pathOf(process.pid) },
    ended: processes.pathOf(0x7fff_fff0),
    child: tryParents(),
    watch: await tryWatch(),
    foreground: await tryForeground(processes),
    gamepads: tryGamepads(),
    captive: await tryCaptive(),
    counters: await tryCounters(),
    moved: tryMemory(),
    cost: costOf(windowsTable(processes)),
  };
}

/** Bytes through memory that is known by its address alone, as a driver's is. */
function tryMemory(): WindowsTrial['moved'] {
  const { address, copyIn, copyOut } = bindMemory(koffi);
  const there = new ArrayBuffer(6);
  const back = new Uint8Array(3);
  copyIn(address(there) + 1n, Uint8Array.of(1, 2, 3, 4));
  copyOut(back, address(there) + 2n);
  return { there: [...new Uint8Array(there)], back: [...back] };
}

function tryParents(): WindowsTrial['child'] {
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], { stdio: 'ignore' });
  const pid = child.pid ?? 0;
  const { isOurs } = ownProcesses(() => new Set());
  const said = {
    parent: openWindowsParents()?.(pid) ?? null,
    ours: isOurs(pid),
    stranger: isOurs(process.ppid),
  };
  child.kill('SIGKILL');
  return said;
}

async function tryWatch(): Promise<WindowsTrial['watch']> {
  const end = new AbortController();
  const news: WindowsTrial['watch']['news'][number][] = [];
  const watching = watchPrograms({
    signal: end.signal,
    started: (pid, program) => news.push({ kind: 'started', pid, program }),
    ended: (pid) => news.push({ kind: 'ended', pid }),
  });
  const atOnce = news.length;
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], { stdio: 'ignore' });
  const told = (kind: string) => () =>
    news.some((one) => one.kind === kind && one.pid === child.pid) || null;
  await until('the start of a program', told('started'));
  child.kill('SIGKILL');
  await until('the end of a program', told('ended'));
  end.abort();
  return { watching, atOnce, child: child.pid ?? 0, news };
}

async function tryForeground(
  processes: NonNullable<ReturnType<typeof openWindowsProcesses>>,
): Promise<WindowsTrial['foreground']> {
  const foreground = openWindowsForeground(processes);
  if (foreground === null) throw new Error('no user32');
  const before = foreground.fullScreen();
  const inFront = async (size: string) => {
    const child = spawn(process.execPath, [process.argv[1] ?? '', 'window', size], {
      stdio: 'ignore',
    });
    await until('a window in front', () => (ownerInFront() === child.pid ? true : null));
    const seen = foreground.fullScreen();
    child.kill('SIGKILL');
    await until('no window in front', () => (ownerInFront() === child.pid ? null : true));
    return { child: child.pid ?? 0, seen };
  };
  const whole = await inFront('whole');
  const part = await inFront('part');
  return { before, whole, part, after: foreground.fullScreen() };
}

function tryGamepads(): WindowsTrial['gamepads'] {
  const gamepads = openWindowsGamepads();
  if (gamepads === null) return { kind: 'no library' };
  return {
    kind: 'asked',
    usedAt: [0, 1, 2].map((second) => gamepads.usedAt(millis(second * 1000))),
  };
}

async function tryCounters(): Promise<WindowsTrial['counters']> {
  const query = openPdhQuery();
  if (query === null) throw new Error('no performance counters');
  const upTime = query.add('\\System\\System Up Time');
  const processor = query.add('\\Processor(_Total)\\% Processor Time');
  const missing = query.add('\\Nothing(*)\\At All');
  if (!query.collect()) throw new Error('no sample of the counters');
  // A share needs a second sample, later than the first.
  const share = await until('the load of the processor', () => {
    query.collect();
    return processor?.value() ?? null;
  });
  const answers = { upTime: upTime?.value() ?? null, processor: share, missing: missing === null };
  query.close();
  insistOnLayouts();
  insistOnAnswers();
  const kmt = openKmt();
  const adapters = kmt?.adapters.flatMap((adapter) => identifyAdapter(adapter) ?? []) ?? null;
  kmt?.close();
  return { ...answers, gpu: openWindowsCounters() !== null, adapters };
}

function costOf(table: ReturnType<typeof windowsTable>): WindowsTrial['cost'] {
  const LOOKS = 200;
  const processes = table.pids().length;
  const cpu = process.cpuUsage();
  const began = performance.now();
  for (let i = 0; i < LOOKS; i++) table.pids();
  const wall = performance.now() - began;
  const used = process.cpuUsage(cpu);
  return { processes, wallMs: wall / LOOKS, cpuMs: (used.user + used.system) / 1000 / LOOKS };
}

/** Asked apart from our own code, so that it is known what that should say. */
function ownerInFront(): number {
  const { front, ownerOf } = windowCalls();
  const pid = [0];
  ownerOf(front(), pid);
  return pid[0] ?? 0;
}

const windowCalls = once(() => {
  const user32 = koffi.load('user32.dll');
  return {
    front: user32.func('intptr_t GetForegroundWindow()'),
    ownerOf: user32.func('uint32_t GetWindowThreadProcessId(intptr_t window, _Out_ uint32_t *pid)'),
    create: user32.func(
      'intptr_t CreateWindowExW(uint32_t, str16, str16, uint32_t, int, int, int, int, intptr_t, intptr_t, intptr_t, intptr_t)',
    ),
    bringToFront: user32.func('int SetForegroundWindow(intptr_t window)'),
    metric: user32.func('int GetSystemMetrics(int which)'),
    peek: user32.func('PeekMessageW', 'int', [
      'void *',
      'intptr_t',
      'uint32_t',
      'uint32_t',
      'uint32_t',
    ]),
    dispatch: user32.func('DispatchMessageW', 'intptr_t', ['void *']),
  };
});

function showWindow(whole: boolean): void {
  // Should nobody be left to end it.
  setTimeout(() => process.exit(), 60_000);
  const WS_POPUP_VISIBLE = 0x9000_0000;
  const PM_REMOVE = 1;
  const { create, bringToFront, metric, peek, dispatch } = windowCalls();
  const [width, height] = [metric(0), metric(1)];
  const share = whole ? 1 : 0.5;
  const window = create(
    ...([0, 'STATIC', 'A game', WS_POPUP_VISIBLE, 0, 0] as const),
    ...[Math.round(width * share), Math.round(height * share), 0, 0, 0, 0],
  );
  bringToFront(window);
  const message = Buffer.alloc(64);
  setInterval(() => {
    while (peek(message, 0, 0, 0, PM_REMOVE)) dispatch(message);
  }, 10);
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

if (task === 'window') showWindow(words[0] === 'whole');
else if (task === 'parent') beParent(words[0] ?? '');
else if (task === 'captive') void beCaptive(words[0] ?? '', words[1] ?? '');
else if (task === 'try') void tryAll(words[0] ?? '');
