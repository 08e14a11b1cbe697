import { contextBridge, ipcRenderer } from 'electron';

/** The hidden WebGPU window's only opening: commands in, events out. Main parses every event. */
contextBridge.exposeInMainWorld('workshop', {
  post: (event: unknown) => ipcRenderer.send('workshop-event', event),
  onCommand: (obey: (command: unknown) => void) => {
    ipcRenderer.on('workshop-command', (_event, command) => obey(command));
  },
});
