import { contextBridge, ipcRenderer } from 'electron';
import { UNSANDBOXED } from './workshop-switches.ts';

/** The hidden WebGPU page's only opening: commands in, events out. The agent parses every event. */
contextBridge.exposeInMainWorld('workshop', {
  sandboxed: !process.argv.includes(UNSANDBOXED),
  post: (event: unknown) => ipcRenderer.send('workshop-event', event),
  onCommand: (obey: (command: unknown) => void) => {
    ipcRenderer.on('workshop-command', (_event, command) => obey(command));
  },
});
