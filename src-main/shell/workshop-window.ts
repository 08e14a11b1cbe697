import { join } from 'node:path';
import { BrowserWindow, ipcMain } from 'electron';
import type { Spawn } from '../child.ts';
import { pageUrl } from './pages.ts';

/**
 * Runs WebGPU jobs in a hidden, sandboxed window: Chromium checks every buffer bound and every shader, and the page has
 * neither network nor files nor Node. Its renderer process is the job's process: killing it frees the GPU.
 */
export const workshopSpawn =
  (folder: string): Spawn =>
  (listen) => {
    const window = new BrowserWindow({
      show: false,
      webPreferences: {
        preload: join(folder, 'workshop-preload.cjs'),
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        // Hidden pages are slowed to one timer a second, which would make every step take a second.
        backgroundThrottling: false,
        // A session of its own, so that its renderer process is shared with no other window.
        partition: 'workshop',
      },
    });
    const { webContents } = window;
    let over = false;
    /** Commands for a page that does not listen yet; null from its first word on. */
    let early: unknown[] | null = [];
    let leave: (() => void) | null = null;
    const gone = new Promise<void>((resolve) => {
      leave = resolve;
    });
    const hear = (event: Electron.IpcMainEvent, message: unknown) => {
      if (over || event.sender !== webContents || event.senderFrame !== webContents.mainFrame)
        return;
      const waiting = early ?? [];
      early = null;
      for (const command of waiting) webContents.send('workshop-command', command);
      listen.message(message);
    };
    ipcMain.on('workshop-event', hear);
    const end = (detail: string) => {
      if (over) return;
      over = true;
      ipcMain.off('workshop-event', hear);
      if (!window.isDestroyed()) window.destroy();
      listen.exit(detail);
      leave?.();
    };
    webContents.on('render-process-gone', (_event, { reason }) =>
      end(`the WebGPU page's process ended (${reason})`),
    );
    window.on('closed', () => end('the WebGPU page was closed'));
    webContents.on('did-fail-load', (_event, _code, description) =>
      end(`the WebGPU page did not load (${description})`),
    );
    void window.loadURL(pageUrl('workshop'));
    return {
      post: (message) => {
        if (over) return;
        if (early) early.push(message);
        else webContents.send('workshop-command', message);
      },
      kill: () => {
        if (over) return;
        const pid = webContents.getOSProcessId();
        if (pid > 0) process.kill(pid, 'SIGKILL');
        else end('the WebGPU page was closed before it began');
      },
      pid: () => {
        const pid = over ? 0 : webContents.getOSProcessId();
        return pid > 0 ? pid : null;
      },
      gone,
    };
  };
