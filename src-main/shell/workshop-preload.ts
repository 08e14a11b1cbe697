import { contextBridge, ipcRenderer } from 'electron';

/** The hidden WebGPU page's only opening: commands in, events out. The agent parses every event. */
contextBridge.exposeInMainWorld('workshop', {
  post: (event: unknown) => ipcRenderer.send('workshop-event', event),
  onCommand: (obey: (command: unknown) => void) => {
    ipcRenderer.on('workshop-command', (_event, command) => obey(command));
  },
});
