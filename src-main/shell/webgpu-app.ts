import { join } from 'node:path';
import { app, BrowserWindow, ipcMain, session } from 'electron';
import { killGroup } from '../children/process-group.ts';
import { pageUrl, servePages } from './pages.ts';
import type { WebGpuWord } from './webgpu-child.ts';
import { UNSANDBOXED } from './webgpu-switches.ts';

/**
 * The app as the WebGPU host: one hidden, sandboxed page, where Chromium checks every buffer bound and every shader, and
 * which has neither network nor files nor Node. This process passes on what page and agent say, and reads none of it.
 * It ends when the page does, and at once when the agent does.
 */
export function runWebGpuHost(out: string): void {
  const agent = connectAgent();
  if (agent === null) {
    console.error('Offpeak starts its WebGPU host by itself: start Offpeak without --webgpu-host.');
    app.exit(1);
    return;
  }
  // Electron would show a bug in a box and wait for a click.
  process.on('uncaughtException', ({ stack }) =>
    agent.leave(`The WebGPU host has a bug: ${stack}`),
  );
  process.on('unhandledRejection', (reason) => {
    throw reason;
  });
  app.dock?.hide();
  app.on('window-all-closed', () => {});
  void app.whenReady().then(() => openPage(out, agent));
}

type Agent = {
  readonly say: (event: unknown) => void;
  readonly listen: (hear: (command: unknown) => void) => void;
  /** Ends this process and all of its own, once what was said is away. */
  readonly leave: (why: string) => void;
};

/** Null where nobody started this process as a WebGPU host. */
function connectAgent(): Agent | null {
  const send = process.send?.bind(process);
  if (!send) return null;
  process.on('disconnect', vanish);
  if (!process.connected) vanish();
  let leaving = false;
  let sent: Promise<void> = Promise.resolve();
  const post = (word: WebGpuWord) => {
    const left = new Promise<void>((settle) => {
      send(word, undefined, undefined, () => settle());
    });
    sent = sent.then(() => left);
  };
  return {
    say: (event) => {
      if (!leaving) post({ kind: 'event', event });
    },
    listen: (hear) => {
      process.on('message', hear);
    },
    leave(why) {
      if (leaving) return;
      leaving = true;
      post({ kind: 'end', detail: why });
      void sent.then(vanish);
    },
  };
}

/** Now, with the GPU process: `exit` would wait for a kernel that may never end. */
function vanish(): void {
  if (process.platform !== 'win32') killGroup(process.pid);
  app.exit(1);
}

function openPage(out: string, agent: Agent): void {
  servePages(session.fromPartition('webgpu'), { webgpu: join(out, 'webgpu') });
  const window = new BrowserWindow({
    show: false,
    webPreferences: {
      preload: join(out, 'main', 'webgpu-preload.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      // Hidden pages are slowed to one timer a second, which would make every step take a second.
      backgroundThrottling: false,
      additionalArguments: app.commandLine.hasSwitch('no-sandbox') ? [UNSANDBOXED] : [],
      // Kept in memory only.
      partition: 'webgpu',
    },
  });
  const { webContents } = window;
  ipcMain.on('webgpu-event', (event, message: unknown) => {
    if (event.sender === webContents && event.senderFrame === webContents.mainFrame)
      agent.say(message);
  });
  // The agent speaks only when the page has.
  agent.listen((command) => {
    if (!window.isDestroyed()) webContents.send('webgpu-command', command);
  });
  webContents.on('render-process-gone', (_event, { reason }) =>
    agent.leave(`The WebGPU page's process ended (${reason}).`),
  );
  window.on('closed', () => agent.leave('The WebGPU page ended.'));
  webContents.on('did-fail-load', (_event, _code, description) =>
    agent.leave(`The WebGPU page did not load (${description}).`),
  );
  void window.loadURL(pageUrl('webgpu')).catch(() => {}); // Told by did-fail-load.
}
