import koffi from 'koffi';
import { type Millis, seconds } from '../../../src-shared/units.ts';
import { openXcb, REPLY, type Reply, type Xcb } from './xcb-binding.ts';

/** A part of the desktop, in pixels. */
export type Area = {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
};

/** Events of the X11 protocol, and the masks one asks for them with. */
const PROPERTY_CHANGED = { mask: 1 << 22, kind: 28 };
const STRUCTURE = { mask: 1 << 17, destroyed: 17, unmapped: 18, configured: 22 };

/** Monitors come and go without a word to us; and a window manager may be restarted. */
const LOOK_AGAIN: Millis = seconds(5);

export type ScreenWatch =
  | { readonly kind: 'watching' }
  | { readonly kind: 'refused'; readonly detail: string };

type Options = {
  readonly signal: AbortSignal;
  /** Told first what there is now, then each change: the process in front that has a whole monitor, or null. */
  readonly fullScreen: (pid: number | null) => void;
  /** The display is gone. */
  readonly broken: () => void;
  readonly display?: string;
};

/**
 * Watches which program is in front and covers a monitor, until `signal`, by what window managers say of it
 * (https://specifications.freedesktop.org/wm-spec/). A window's process is what the program itself says. Windows of
 * Wayland are not seen, those of programs that run under Xwayland are.
 */
export function watchX11(options: Options): ScreenWatch {
  const opened = openXcb(options.display);
  if (opened.kind === 'refused') return opened;
  const { xcb } = opened;
  const atoms = atomsOf(xcb);
  const relevant = new Set([atoms.active, atoms.state, atoms.pid]);
  let listened = 0;
  let said: number | null | undefined;
  let over = false;

  const close = (): void => {
    if (over) return;
    over = true;
    clearInterval(timer);
    watch.stop();
    watch.close();
    xcb.close();
  };

  const look = (): void => {
    const window = xcb.numbers(xcb.root, atoms.active)[0] ?? 0;
    if (window !== listened) {
      if (listened !== 0) xcb.listen(listened, 0);
      // Before it is looked at, so that no change falls in between.
      if (window !== 0) xcb.listen(window, PROPERTY_CHANGED.mask | STRUCTURE.mask);
      listened = window;
    }
    const pid = window === 0 ? null : pidOf(xcb, atoms, window);
    if (pid === said || xcb.broken()) return;
    said = pid;
    options.fullScreen(pid);
  };

  /** Whether any of the events that have come in is a reason to look. */
  const heard = (): boolean => {
    let reason = false;
    for (let event = xcb.event(); event !== null; event = xcb.event()) {
      reason ||=
        event.kind === PROPERTY_CHANGED.kind
          ? relevant.has(event.atom)
          : [STRUCTURE.destroyed, STRUCTURE.unmapped, STRUCTURE.configured].includes(event.kind);
    }
    return reason;
  };

  const beat = (): void => {
    // To wait for an answer may bring events along, which nothing would wake us for.
    while (!over && !xcb.broken() && heard()) look();
    if (over || !xcb.broken()) return;
    close();
    options.broken();
  };

  xcb.listen(xcb.root, PROPERTY_CHANGED.mask);
  const watch = koffi.node.poll(xcb.fd, { readable: true }, beat);
  const timer = setInterval(() => {
    look();
    beat();
  }, LOOK_AGAIN);
  look();
  options.signal.addEventListener('abort', close, { once: true });
  beat();
  return { kind: 'watching' };
}

const atomsOf = (xcb: Xcb) => ({
  active: xcb.atom('_NET_ACTIVE_WINDOW'),
  state: xcb.atom('_NET_WM_STATE'),
  fullScreen: xcb.atom('_NET_WM_STATE_FULLSCREEN'),
  hidden: xcb.atom('_NET_WM_STATE_HIDDEN'),
  maximized: xcb.atom('_NET_WM_STATE_MAXIMIZED_VERT'),
  type: xcb.atom('_NET_WM_WINDOW_TYPE'),
  desktop: xcb.atom('_NET_WM_WINDOW_TYPE_DESKTOP'),
  dock: xcb.atom('_NET_WM_WINDOW_TYPE_DOCK'),
  pid: xcb.atom('_NET_WM_PID'),
});

/** The process of a window that has a whole monitor, else null. */
function pidOf(xcb: Xcb, atoms: ReturnType<typeof atomsOf>, window: number): number | null {
  const types = xcb.numbers(window, atoms.type);
  if (types.includes(atoms.desktop) || types.includes(atoms.dock)) return null;
  const states = xcb.numbers(window, atoms.state);
  if (states.includes(atoms.hidden)) return null;
  // A maximized window covers a monitor that has no panel, and is not full-screen for that.
  const covers = () => !states.includes(atoms.maximized) && coversMonitor(xcb, window);
  if (!states.includes(atoms.fullScreen) && !covers()) return null;
  return xcb.numbers(window, atoms.pid)[0] ?? null;
}

function coversMonitor(xcb: Xcb, window: number): boolean {
  const size = xcb.size(window);
  const corner = xcb.corner(window);
  if (size === null || corner === null) return false;
  const whole = xcb.size(xcb.root);
  const monitors = monitorsIn(xcb.monitors());
  const screens = monitors.length > 0 ? monitors : whole ? [{ x: 0, y: 0, ...whole }] : [];
  return screens.some((screen) => covers({ ...corner, ...size }, screen));
}

/** Whether `window` leaves nothing of `screen` to see. */
export const covers = (window: Area, screen: Area): boolean =>
  window.x <= screen.x &&
  window.y <= screen.y &&
  window.x + window.width >= screen.x + screen.width &&
  window.y + window.height >= screen.y + screen.height;

/** RandR's list of monitors: 24 bytes for each, then four for each of its outputs. */
export function monitorsIn(reply: Reply | null): Area[] {
  const areas: Area[] = [];
  if (reply === null) return areas;
  for (let at = REPLY; at + 24 <= reply.length; at += 24 + reply.readUInt16LE(at + 6) * 4) {
    const area = {
      x: reply.readInt16LE(at + 8),
      y: reply.readInt16LE(at + 10),
      width: reply.readUInt16LE(at + 12),
      height: reply.readUInt16LE(at + 14),
    };
    if (area.width > 0 && area.height > 0) areas.push(area);
  }
  return areas;
}
