import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { app, dialog, powerMonitor, safeStorage, session, shell } from 'electron';
import { seconds } from '../../src-shared/units.ts';
import { openAgency } from '../agency.ts';
import type { Agency } from '../platform.ts';
import { utilitySpawn } from './electron-child.ts';
import { log } from './log.ts';
import { declarePages, servePages } from './pages.ts';
import { electronSettingsDisk } from './settings-disk.ts';
import { openTray } from './tray.ts';
import { openWindows } from './window.ts';
import { workshopSpawn } from './workshop-window.ts';

/** `out/`: everything that is built lies beside everything else. */
const OUT = join(__dirname, '..');
const ASSETS = join(OUT, 'assets');

main();

function main(): void {
  if (process.env.OFFPEAK_HOME) app.setPath('userData', process.env.OFFPEAK_HOME);
  app.setAppUserModelId('dev.offpeak.app');
  if (!app.requestSingleInstanceLock()) {
    // The first instance shows its window; this one has nothing to do.
    app.exit(0);
    return;
  }
  switchOnWebGpu();
  declarePages();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => app.quit());
  app.on('web-contents-created', (_event, contents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
    contents.on('will-navigate', (event) => event.preventDefault());
    contents.on('will-attach-webview', (event) => event.preventDefault());
  });
  // Closing the window leaves the agent in the tray.
  app.on('window-all-closed', () => {});
  void app.whenReady().then(start);
}

/** From here on Chromium can give WebGPU an adapter of its own, without touching how windows are drawn. */
const CHROMIUM_WITH_ADAPTER_SWITCH = 120;

/**
 * WebGPU in the hidden window. This version gives it the software renderer only (a card is used through CUDA), so what
 * runs there is always marked as software.
 */
function switchOnWebGpu(): void {
  app.commandLine.appendSwitch('enable-unsafe-webgpu');
  if (Number.parseInt(process.versions.chrome ?? '0', 10) >= CHROMIUM_WITH_ADAPTER_SWITCH) {
    app.commandLine.appendSwitch('use-webgpu-adapter', 'swiftshader');
    return;
  }
  // The old test runtime finds the software adapter only where all of Vulkan is software.
  app.commandLine.appendSwitch('enable-features', 'Vulkan');
  app.commandLine.appendSwitch('use-vulkan', 'swiftshader');
}

async function start(): Promise<void> {
  const folder = app.getPath('userData');
  const pages = { window: join(OUT, 'renderer'), workshop: join(OUT, 'workshop') };
  servePages(session.defaultSession, pages);
  servePages(session.fromPartition('workshop'), pages);

  let agency: Agency | null = null;
  const windows = openWindows({
    folder: join(OUT, 'main'),
    icon: join(ASSETS, 'icon.png'),
    obey: (command) => agency?.obey(command) ?? { kind: 'refused', detail: 'Offpeak is starting.' },
  });
  const tray = openTray({
    icons: ASSETS,
    obey: (command) => {
      const reply = agency?.obey(command);
      if (reply?.kind === 'refused') log.warn(`tray ${command.kind}: ${reply.detail}`);
    },
    open: windows.open,
    quit: () => app.quit(),
  });

  const opened = await openAgency({
    folder,
    env: process.env,
    version: app.getVersion(),
    log: (line) => log.info(line),
    examples: join(OUT, 'examples'),
    settingsDisk: electronSettingsDisk(folder),
    sealer: {
      available: safeStorage.isEncryptionAvailable(),
      seal: (text) => safeStorage.encryptString(text),
      open: (sealed) => safeStorage.decryptString(Buffer.from(sealed)),
    },
    spawnRunner: ({ backend }) =>
      backend === 'webgpu'
        ? workshopSpawn(join(OUT, 'main'))
        : utilitySpawn(join(OUT, 'runner', 'runner.cjs'), 'Offpeak runner'),
    spawnProbe: utilitySpawn(join(OUT, 'main', 'probe.cjs'), 'Offpeak telemetry'),
    owner: () => ({
      idleFor: seconds(powerMonitor.getSystemIdleTime()),
      onBattery: powerMonitor.isOnBatteryPower(),
    }),
    showFolder: (path) => {
      if (existsSync(path)) void shell.openPath(path);
    },
    show: (snapshot) => {
      tray.show(snapshot);
      windows.show(snapshot);
    },
  });
  if (opened.kind === 'refused') {
    log.error(`Offpeak could not start: ${opened.detail}`);
    dialog.showErrorBox('Offpeak could not start', opened.detail);
    app.exit(1);
    return;
  }
  ({ agency } = opened);

  powerMonitor.on('suspend', () => opened.agency.leaving(true));
  powerMonitor.on('resume', () => opened.agency.leaving(false));
  powerMonitor.on('shutdown', () => app.quit());
  app.on('second-instance', windows.open);
  app.on('activate', windows.open);
  quitCleanly(opened.agency, () => tray.close());
  if (!process.argv.includes('--hidden')) windows.open();
  log.info(`started ${app.getVersion()}`);
}

/** Quitting waits until the card is free and everything is saved, but never for ever. */
function quitCleanly(agency: Agency, after: () => void): void {
  /** Longer than any save takes; what is not saved by then is safe in the last checkpoint. */
  const PATIENCE = seconds(5);
  let closing = false;
  app.on('will-quit', (event) => {
    if (closing) return;
    closing = true;
    event.preventDefault();
    after();
    const leave = () => app.exit(0);
    setTimeout(leave, PATIENCE);
    agency.close().then(leave, (error: unknown) => {
      log.error('closing failed', error);
      leave();
    });
  });
}
