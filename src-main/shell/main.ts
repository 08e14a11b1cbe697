import { join } from 'node:path';
import { app, dialog, powerMonitor, session } from 'electron';
import { sayTo } from '../../src-shared/language/reader.ts';
import { said } from '../../src-shared/said.ts';
import type { Snapshot } from '../../src-shared/snapshot.ts';
import { pause } from '../../src-shared/timer.ts';
import { millis, seconds } from '../../src-shared/units.ts';
import type { Reply } from '../../src-shared/window-protocol.ts';
import { messageOf } from '../../src-shared/wording.ts';
import { ownerReader } from '../host/owner-language.ts';
import type { Offpeak } from '../host/platform.ts';
import { trialOptions } from '../host/trial-options.ts';
import { openSnapshotLines } from '../window/snapshot-lines.ts';
import { trayWords } from '../words/tray-words.ts';
import type { ElectronOffpeak } from './electron-offpeak.ts';
import { openPageChannel, snapshotSender } from './page-channel.ts';
import { declarePages, servePages } from './pages.ts';
import { openPopover } from './popover.ts';
import { openTray } from './tray.ts';
import { WEBGPU_HOST } from './webgpu-switches.ts';
import { openWindows } from './window.ts';

/** `out/`: everything that is built lies beside everything else. */
const OUT = join(__dirname, '..');
const ASSETS = join(OUT, 'assets');

/**
 * The icon and the window come first: the agent is loaded, which takes the main process 0.1 to 0.2 s, once the window is
 * there, or after this long where none is opened or it takes its time.
 */
const FIRST_SIGHT = millis(500);

type Refusal = Extract<Reply, { kind: 'refused' }>;

main();

function main(): void {
  declarePages();
  app.on('web-contents-created', (_event, contents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
    contents.on('will-navigate', (event) => event.preventDefault());
    contents.on('will-attach-webview', (event) => event.preventDefault());
  });
  if (app.commandLine.hasSwitch(WEBGPU_HOST)) {
    void import('./webgpu-app.ts').then(({ runWebGpuHost }) => runWebGpuHost(OUT));
    return;
  }
  if (process.env.OFFPEAK_HOME) app.setPath('userData', process.env.OFFPEAK_HOME);
  app.setAppUserModelId('dev.offpeak.app');
  if (!app.requestSingleInstanceLock()) {
    // The first instance shows its window; this one has nothing to do.
    app.exit(0);
    return;
  }
  // The windows' V8 does without its optimizing compiler: what is drawn once a second for an hour never earns back the
  // 10 ms a second that compiling it takes in the first minutes.
  app.commandLine.appendSwitch('js-flags', '--no-turbofan');
  // Closing the window leaves the agent in the tray.
  app.on('window-all-closed', () => {});
  const life = new AbortController();
  quitCleanly(
    life,
    app.whenReady().then(() => start(life.signal)),
  );
}

/** Resolves with the agent; with null where the owner quits before there is one. */
async function start(signal: AbortSignal): Promise<Offpeak | null> {
  // Not before Electron is ready: until then it puts its own handlers in place of ours, and they let a second one kill.
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => app.quit());
  if (signal.aborted) return null;
  servePages(session.defaultSession, { window: join(OUT, 'renderer') });
  let offpeak: ElectronOffpeak | null = null;
  let watched = false;
  // Until the settings are read, the system's language is the owner's.
  const languages = app.getPreferredSystemLanguages();
  const atFirst = ownerReader('system', languages);
  const starting = (): Refusal => ({ kind: 'refused', detail: said('starting') });
  const quit = () => app.quit();
  const seen = { window: false, popover: false };
  const watching = (what: keyof typeof seen) => (on: boolean) => {
    seen[what] = on;
    watched = seen.window || seen.popover;
    offpeak?.watched(watched);
  };
  const folder = join(OUT, 'main');
  const data = app.getPath('userData');
  const lines = openSnapshotLines();
  const send = snapshotSender(lines);
  const windows = openWindows({
    folder,
    send,
    icon: join(ASSETS, 'window.png'),
    placeFile: join(data, 'window.json'),
    watched: watching('window'),
    quit,
    signal,
  });
  const popover = openPopover({
    folder,
    send,
    background: windows.background,
    watched: watching('popover'),
    quit,
    signal,
  });
  const open = (page = '') => {
    popover.hide();
    windows.open(page);
  };
  openPageChannel({
    isOurs: (frame) => windows.owns(frame) || popover.owns(frame),
    hear: (words) => offpeak?.hear(words) ?? starting(),
    answer: (words) => offpeak?.answer(words) ?? starting(),
    wholeSnapshot: () => lines.since(0),
    leavePopover: (to) => (to === 'window' ? open() : popover.hide()),
  });
  const tray = openTray({
    icons: ASSETS,
    obey: (command) => offpeak?.obey(command),
    open: () => open(),
    clicked: (icon) => (opensPopover() ? popover.toggle(icon) : open()),
    quit,
    signal,
  });

  app.on('second-instance', () => open());
  app.on('activate', () => open());
  // The event is documented but not typed: prevented, the system waits a moment for an app that is about to go.
  powerMonitor.on('shutdown', (event?: Electron.Event) => {
    event?.preventDefault();
    app.quit();
  });
  tray.greet(atFirst);
  if (!startedHidden()) windows.open();
  await Promise.race([windows.shown, pause(FIRST_SIGHT, signal)]);
  if (signal.aborted) return null;
  const { openElectronOffpeak } = await import('./electron-offpeak.ts');
  const show = (snapshot: Snapshot) => {
    tray.show(snapshot, ownerReader(snapshot.settings.language, languages));
    lines.take(snapshot);
    windows.show(snapshot);
    popover.show();
  };
  const opened = await openElectronOffpeak(OUT, { show, open });
  if (opened.kind === 'refused') {
    if (!signal.aborted) {
      const title = sayTo(atFirst, trayWords.unstarted);
      dialog.showErrorBox(title, messageOf(opened.detail, atFirst));
    }
    app.exit(1);
    return null;
  }
  ({ offpeak } = opened);
  offpeak.watched(watched);
  powerMonitor.on('suspend', () => opened.offpeak.leaving(true));
  powerMonitor.on('resume', () => opened.offpeak.leaving(false));
  return opened.offpeak;
}

/** At login Offpeak starts in the tray. macOS passes no words to what it starts then, but says that it did. */
const startedHidden = (): boolean =>
  process.argv.includes('--hidden') ||
  (process.platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin);

/**
 * Quitting waits until the card is free and everything is saved, but never for ever. Icon and window go at once; a
 * second wish to quit changes nothing.
 */
function quitCleanly(life: AbortController, started: Promise<Offpeak | null>): void {
  /** Longer than any save takes; what is not saved by then is safe in the last checkpoint. */
  const PATIENCE = seconds(5);
  app.on('before-quit', (event) => {
    event.preventDefault();
    if (life.signal.aborted) return;
    life.abort();
    const leave = () => app.exit(0);
    setTimeout(leave, PATIENCE);
    void started.then((offpeak) => offpeak?.close()).finally(leave);
  });
}

/** On Linux no desktop says where its icons are, and most of them open the menu; there a click opens the window. */
function opensPopover(): boolean {
  if (process.platform !== 'linux') return true;
  const trial = trialOptions(process.env);
  return trial.kind === 'options' && trial.popover;
}
