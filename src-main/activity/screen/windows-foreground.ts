import {
  BOOL,
  DWORD,
  HANDLE,
  insistOnLayout,
  POINTER,
  systemDll,
  type WindowsCall,
} from '../../win32/binding.ts';
import type { Executable } from '../programs/process-table.ts';
import type { WindowsProcesses } from '../programs/windows-processes.ts';

/** The program in front that has a whole screen to itself. */
export type FullScreen = { readonly pid: number; readonly path: Executable };

export type WindowsForeground = {
  /** Null while the program in front shares its screen, and for the desktop itself. Cheap enough for every second. */
  readonly fullScreen: () => FullScreen | null;
};

/** Left, top, right, bottom; in the pixels of the whole desktop. */
type Edges = readonly [number, number, number, number];

/** What is known of the window in front. */
export type InFront = {
  readonly window: Edges;
  /** The screen that most of it is on. */
  readonly screen: Edges;
  /** The system says that some program draws to a screen all by itself (exclusive full screen). */
  readonly exclusive: boolean;
  /** Desktop, taskbar and Explorer cover screens too. */
  readonly ofShell: boolean;
};

/**
 * Exclusive full screen, or a borderless window of exactly the screen's size. A maximized window is never that: it leaves
 * room for the taskbar, or reaches beyond the edges where there is none.
 */
export const isFullScreen = ({ window, screen, exclusive, ofShell }: InFront): boolean =>
  !ofShell && (exclusive || window.every((edge, i) => edge === screen[i]));

const MONITOR_DEFAULTTONEAREST = 2;
/** QUNS_RUNNING_D3D_FULL_SCREEN of SHQueryUserNotificationState. */
const D3D_FULL_SCREEN = 3;

const RECT = { size: 16, left: 0, top: 4, right: 8, bottom: 12 } as const;
/** MONITORINFO, its rectangles written out. */
const MONITOR = { size: 40, cbSize: 0, left: 4, top: 8, right: 12, bottom: 16 } as const;

/** Null where this is no Windows. */
export function openWindowsForeground(processes: WindowsProcesses): WindowsForeground | null {
  const calls = bind();
  if (calls === null) return null;
  insistOnLayout('RECT', edges(''), RECT);
  insistOnLayout(
    'MONITORINFO',
    { cbSize: DWORD, ...edges(''), ...edges('work_'), dwFlags: DWORD },
    MONITOR,
  );
  const pid = new Uint32Array(1);
  const window = new Int32Array(RECT.size / Int32Array.BYTES_PER_ELEMENT);
  const monitor = new Int32Array(MONITOR.size / Int32Array.BYTES_PER_ELEMENT);
  const state = new Int32Array(1);

  const ownerOf = (handle: number): number => {
    pid[0] = 0;
    if (handle !== 0) calls.ownerOf(handle, pid);
    return pid[0] ?? 0;
  };
  const nameOf = (wanted: number): string | null =>
    processes.list()?.find((each) => each.pid === wanted)?.name ?? null;

  const fullScreen = (): FullScreen | null => {
    const front = calls.front();
    const owner = ownerOf(front);
    // Nothing is in front (a locked screen, a window that closes), or it is our own.
    if (owner === 0 || owner === process.pid) return null;
    monitor[0] = MONITOR.size;
    if (!calls.rectOf(front, window)) return null;
    if (!calls.monitorInfo(calls.monitorOf(front, MONITOR_DEFAULTTONEAREST), monitor)) return null;
    const asked = calls.notificationState(state) === 0;
    const seen: InFront = {
      window: edgesAt(window, 0),
      screen: edgesAt(monitor, 1),
      exclusive: asked && state[0] === D3D_FULL_SCREEN,
      ofShell: front === calls.desktop() || owner === ownerOf(calls.shell()),
    };
    if (!isFullScreen(seen)) return null;
    const path = processes.pathOf(owner) ?? nameOf(owner);
    return path === null ? null : { pid: owner, path };
  };
  return { fullScreen };
}

function bind() {
  const user32 = systemDll('user32.dll');
  const shell32 = systemDll('shell32.dll');
  if (user32 === null || shell32 === null) return null;
  const front: WindowsCall = user32.func('GetForegroundWindow', HANDLE, []);
  const desktop: WindowsCall = user32.func('GetDesktopWindow', HANDLE, []);
  const shell: WindowsCall = user32.func('GetShellWindow', HANDLE, []);
  const ownerOf: WindowsCall = user32.func('GetWindowThreadProcessId', DWORD, [HANDLE, POINTER]);
  const rectOf: WindowsCall = user32.func('GetWindowRect', BOOL, [HANDLE, POINTER]);
  const monitorOf: WindowsCall = user32.func('MonitorFromWindow', HANDLE, [HANDLE, DWORD]);
  const monitorInfo: WindowsCall = user32.func('GetMonitorInfoW', BOOL, [HANDLE, POINTER]);
  const notificationState: WindowsCall = shell32.func('SHQueryUserNotificationState', 'int32_t', [
    POINTER,
  ]);
  return { front, desktop, shell, ownerOf, rectOf, monitorOf, monitorInfo, notificationState };
}

const edges = (prefix: string) => ({
  [`${prefix}left`]: 'int32_t',
  [`${prefix}top`]: 'int32_t',
  [`${prefix}right`]: 'int32_t',
  [`${prefix}bottom`]: 'int32_t',
});

const edgesAt = (numbers: Int32Array, at: number): Edges => [
  numbers[at] ?? 0,
  numbers[at + 1] ?? 0,
  numbers[at + 2] ?? 0,
  numbers[at + 3] ?? 0,
];
