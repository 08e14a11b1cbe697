import { join } from 'node:path';
import { BrowserWindow, ipcMain, type Rectangle, screen } from 'electron';
import { CHANNEL } from '../../src-shared/channel.ts';
import type { Answered } from '../../src-shared/question.ts';
import type { Snapshot } from '../../src-shared/snapshot.ts';
import type { Reply } from '../../src-shared/window-protocol.ts';
import { pageUrl } from './pages.ts';

/** The smallest size the design is checked at. */
const SMALLEST = { width: 860, height: 560 };
const USUAL = { width: 1080, height: 720 };

type Options = {
  readonly folder: string;
  readonly icon: string;
  /** Hears what the window says, which nobody has read yet. */
  readonly hear: (words: unknown) => Reply;
  /** Answers what the window asks, which nobody has read yet. */
  readonly tell: (words: unknown) => Answered;
  /** Whether anybody can see the window now; told when that changes. */
  readonly watched: (on: boolean) => void;
  /** Takes the window away, for good. */
  readonly signal: AbortSignal;
};

/**
 * The one window: closed to everything but its own pages and two channels. Closing it destroys it (the agent goes on in
 * the tray and 40 MB come back); opening it again puts it where it was.
 */
export function openWindows({ folder, icon, hear, tell, watched, signal }: Options) {
  let window: BrowserWindow | null = null;
  let place: Rectangle | null = null;
  let latest: Snapshot | null = null;
  let firstShown = (): void => {};
  const shown = new Promise<void>((resolve) => {
    firstShown = resolve;
  });

  const isOurs = ({ senderFrame }: Electron.IpcMainInvokeEvent): boolean =>
    window !== null && senderFrame === window.webContents.mainFrame;
  ipcMain.handle(
    CHANNEL.command,
    (event, words: unknown): Reply =>
      isOurs(event)
        ? hear(words)
        : { kind: 'refused', detail: 'Only the Offpeak window may give commands.' },
  );
  ipcMain.handle(
    CHANNEL.question,
    (event, words: unknown): Answered =>
      isOurs(event) ? tell(words) : { kind: 'refused', detail: 'Only the Offpeak window may ask.' },
  );

  signal.addEventListener('abort', () => window?.destroy(), { once: true });

  function open(): void {
    if (signal.aborted) return;
    if (window) {
      if (window.isMinimized()) window.restore();
      window.show();
      window.focus();
      return;
    }
    const opened = new BrowserWindow({
      ...USUAL,
      ...(place && onScreen(place) ? place : {}),
      minWidth: SMALLEST.width,
      minHeight: SMALLEST.height,
      show: false,
      icon,
      title: 'Offpeak',
      backgroundColor: '#f4f5f7',
      autoHideMenuBar: true,
      webPreferences: {
        preload: join(folder, 'preload.cjs'),
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        spellcheck: false,
      },
    });
    window = opened;
    opened.removeMenu();
    opened.once('ready-to-show', () => {
      opened.show();
      firstShown();
    });
    opened.webContents.on('did-finish-load', () => {
      if (latest) opened.webContents.send(CHANNEL.snapshot, latest);
    });
    opened.on('close', () => {
      place = opened.getBounds();
    });
    opened.on('closed', () => {
      window = null;
      watched(false);
    });
    const look = () => watched(canBeSeen(opened));
    opened.on('show', look);
    opened.on('hide', look);
    opened.on('minimize', look);
    opened.on('restore', look);
    void opened.loadURL(pageUrl('window'));
  }

  return {
    open,
    /** Resolves once a window has been shown. */
    shown,
    /** Sends the picture, unless nobody can see it. */
    show(snapshot: Snapshot): void {
      latest = snapshot;
      if (window && canBeSeen(window)) window.webContents.send(CHANNEL.snapshot, snapshot);
    },
  };
}

const canBeSeen = (window: BrowserWindow): boolean =>
  !window.isDestroyed() && window.isVisible() && !window.isMinimized();

/** A monitor may have been unplugged since: a window nobody can reach goes back to the middle. */
const onScreen = (place: Rectangle): boolean =>
  screen.getAllDisplays().some(({ workArea: area }) => {
    const wide = Math.min(place.x + place.width, area.x + area.width) - Math.max(place.x, area.x);
    const high = Math.min(place.y + place.height, area.y + area.height) - Math.max(place.y, area.y);
    return wide > 100 && high > 100;
  });
