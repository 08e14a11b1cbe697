import {
  BrowserWindow,
  type Rectangle,
  screen,
  type WebContents,
  type WebFrameMain,
} from 'electron';
import { millis, minutes } from '../../src-shared/units.ts';
import { pageUrl } from './pages.ts';
import { canBeSeen, lockedRoom } from './window.ts';
import { POPOVER, popoverPlace, shellKey } from './window-place.ts';

/** Hidden for this long it goes, and its memory comes back; until then the next click shows it at once. */
const KEPT = minutes(1);
/** The click on the icon that hides it is heard after it lost the keyboard to that click. */
const SAME_CLICK = millis(300);

type Options = {
  readonly folder: string;
  /** Sends a page what is new of the snapshot. */
  readonly send: (page: WebContents) => void;
  /** The colour its page is drawn on. */
  readonly background: () => string;
  /** Whether anybody can see it now; told when that changes. */
  readonly watched: (on: boolean) => void;
  readonly quit: () => void;
  readonly signal: AbortSignal;
};

/** The small window of the tray icon: the same page as the window's, in short. Gone as soon as one looks elsewhere. */
export function openPopover({ folder, send, background, watched, quit, signal }: Options) {
  let window: BrowserWindow | null = null;
  let hiddenAt = 0;
  let going: NodeJS.Timeout | undefined;
  const go = () => window?.destroy();

  signal.addEventListener('abort', go, { once: true });

  function make(): BrowserWindow {
    const made = new BrowserWindow({
      ...POPOVER,
      show: false,
      frame: false,
      resizable: false,
      minimizable: false,
      maximizable: false,
      fullscreenable: false,
      skipTaskbar: true,
      alwaysOnTop: true,
      title: 'Offpeak',
      backgroundColor: background(),
      webPreferences: lockedRoom(folder),
    });
    made.removeMenu();
    made.webContents.on('before-input-event', (event, key) => {
      if (key.type !== 'keyDown') return;
      const wish = shellKey(key, process.platform);
      if (wish === null) return;
      event.preventDefault();
      if (wish === 'quit') quit();
      else hide();
    });
    made.on('blur', hide);
    made.on('show', () => watched(true));
    made.on('hide', () => watched(false));
    made.on('closed', () => {
      clearTimeout(going);
      window = null;
      watched(false);
    });
    void made.loadURL(`${pageUrl('window')}#tray`);
    return made;
  }

  function hide(): void {
    if (!window || !canBeSeen(window)) return;
    hiddenAt = Date.now();
    window.hide();
    clearTimeout(going);
    going = setTimeout(go, KEPT);
  }

  return {
    hide,
    /** Opens it beside the icon (null: at the pointer), or hides it. */
    toggle(icon: Rectangle | null): void {
      if (signal.aborted) return;
      if (window && canBeSeen(window)) return hide();
      if (Date.now() - hiddenAt < SAME_CLICK) return;
      clearTimeout(going);
      const anchor = icon ?? { ...screen.getCursorScreenPoint(), width: 0, height: 0 };
      const { workArea } = screen.getDisplayNearestPoint(anchor);
      const opened = window ?? make();
      const fresh = window === null;
      window = opened;
      opened.setBackgroundColor(background());
      opened.setBounds(popoverPlace(anchor, workArea));
      const appear = () => {
        if (opened.isDestroyed()) return;
        opened.show();
        opened.focus();
        send(opened.webContents);
      };
      if (fresh) opened.once('ready-to-show', appear);
      else appear();
    },
    owns: (frame: WebFrameMain | null): boolean =>
      window !== null && frame === window.webContents.mainFrame,
    /** A new snapshot is there. */
    show(): void {
      if (window && canBeSeen(window)) send(window.webContents);
    },
  };
}
