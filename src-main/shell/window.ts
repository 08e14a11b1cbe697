import { join } from 'node:path';
import { BrowserWindow, nativeTheme, screen, type WebContents, type WebFrameMain } from 'electron';
import { openJsonMemo } from '../../src-disk/json-file.ts';
import type { Snapshot } from '../../src-shared/snapshot.ts';
import { seconds } from '../../src-shared/units.ts';
import { pageUrl } from './pages.ts';
import { backgroundOf, isInReach, shellKey, WindowPlace } from './window-place.ts';

/** The smallest size the design is checked at. */
const SMALLEST = { width: 860, height: 560 };
const USUAL = { width: 1080, height: 720 };
/** Of the page's own title bar, which native buttons lie upon on Windows. */
const TITLE_BAR = 48;
/** `--op-ink` of both themes: the native buttons on the title bar. */
const INK = { light: '#1b2027', dark: '#e9ebee' };
/** A window that is dragged is written down once, when it has arrived. */
const SAVE_AFTER = seconds(1);

type Options = {
  readonly folder: string;
  readonly icon: string;
  /** Sends a page what is new of the snapshot. */
  readonly send: (page: WebContents) => void;
  /** Where the window was is kept in this file. */
  readonly placeFile: string;
  /** Whether anybody can see the window now; told when that changes. */
  readonly watched: (on: boolean) => void;
  readonly quit: () => void;
  /** Takes the window away, for good. */
  readonly signal: AbortSignal;
};

/** What every page of ours may do: talk to us through the preload, and nothing else. */
export const lockedRoom = (folder: string): Electron.WebPreferences => ({
  preload: join(folder, 'preload.cjs'),
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  spellcheck: false,
});

/**
 * The one window: closed to everything but its own pages and the doors. Closing it destroys it (the agent goes on in the
 * tray and 40 MB come back); opening it again puts it where it was, also after a restart.
 */
export function openWindows({ folder, icon, send, placeFile, watched, quit, signal }: Options) {
  const kept = openJsonMemo(placeFile, WindowPlace, console.warn);
  let window: BrowserWindow | null = null;
  let place = kept.read();
  let theme = place?.theme ?? 'system';
  let firstShown = (): void => {};
  const shown = new Promise<void>((resolve) => {
    firstShown = resolve;
  });

  const background = () => backgroundOf(theme, nativeTheme.shouldUseDarkColors);
  const titleBar = (): Electron.TitleBarOverlay => ({
    color: background(),
    symbolColor: background() === backgroundOf('dark', true) ? INK.dark : INK.light,
    height: TITLE_BAR,
  });
  const save = () => {
    if (place) kept.write({ ...place, theme });
  };
  const remember = (of: BrowserWindow) => {
    place = { bounds: of.getNormalBounds(), maximized: of.isMaximized(), theme };
  };
  const dress = () => {
    window?.setBackgroundColor(background());
    if (process.platform === 'win32') window?.setTitleBarOverlay(titleBar());
  };
  nativeTheme.on('updated', dress);

  signal.addEventListener(
    'abort',
    () => {
      if (window) remember(window);
      save();
      window?.destroy();
    },
    { once: true },
  );

  function open(page = ''): void {
    if (signal.aborted) return;
    const url = `${pageUrl('window')}${page && `#${page}`}`;
    if (window) {
      if (window.isMinimized()) window.restore();
      window.show();
      window.focus();
      // Only the part behind # changes: the page stays, and hears of it.
      if (page !== '') void window.loadURL(url);
      return;
    }
    const areas = screen.getAllDisplays().map(({ workArea }) => workArea);
    const opened = new BrowserWindow({
      ...USUAL,
      ...(place && isInReach(place.bounds, areas) ? place.bounds : {}),
      minWidth: SMALLEST.width,
      minHeight: SMALLEST.height,
      show: false,
      icon,
      title: 'Offpeak',
      backgroundColor: background(),
      autoHideMenuBar: true,
      // Linux keeps the frame of its desktop.
      ...(process.platform === 'win32'
        ? { titleBarStyle: 'hidden', titleBarOverlay: titleBar() }
        : {}),
      ...(process.platform === 'darwin'
        ? { titleBarStyle: 'hiddenInset', titleBarOverlay: { height: TITLE_BAR } }
        : {}),
      webPreferences: lockedRoom(folder),
    });
    window = opened;
    opened.removeMenu();
    if (place?.maximized) opened.maximize();
    opened.once('ready-to-show', () => {
      opened.show();
      firstShown();
    });
    opened.webContents.on('before-input-event', (event, key) => {
      const wish = key.type === 'keyDown' ? shellKey(key, process.platform) : null;
      if (wish === null) return;
      event.preventDefault();
      if (wish === 'quit') quit();
      else opened.close();
    });
    let saving: NodeJS.Timeout | undefined;
    const moved = () => {
      // At once, for a window that its page closes is gone without a word.
      remember(opened);
      clearTimeout(saving);
      saving = setTimeout(save, SAVE_AFTER);
    };
    opened.on('move', moved);
    opened.on('resize', moved);
    opened.on('close', () => remember(opened));
    opened.on('closed', () => {
      clearTimeout(saving);
      save();
      window = null;
      watched(false);
    });
    const look = () => watched(canBeSeen(opened));
    opened.on('show', look);
    opened.on('hide', look);
    opened.on('minimize', look);
    opened.on('restore', look);
    void opened.loadURL(url);
  }

  return {
    open,
    /** Resolves once a window has been shown. */
    shown,
    /** The colour that a page is drawn on. */
    background,
    owns: (frame: WebFrameMain | null): boolean =>
      window !== null && frame === window.webContents.mainFrame,
    /** Sends what is new of the snapshot, unless nobody can see it. */
    show(snapshot: Snapshot): void {
      if (theme !== snapshot.settings.theme) {
        ({ theme } = snapshot.settings);
        dress();
        if (window) remember(window);
        save();
      }
      if (window && canBeSeen(window)) send(window.webContents);
    },
  };
}

export const canBeSeen = (window: BrowserWindow): boolean =>
  !window.isDestroyed() && window.isVisible() && !window.isMinimized();
