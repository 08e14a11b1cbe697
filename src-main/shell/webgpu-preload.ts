import { contextBridge, ipcRenderer } from 'electron';
import { UNSANDBOXED } from './webgpu-switches.ts';

/** The hidden WebGPU page's only opening: commands in, events out. The agent parses every event. */
contextBridge.exposeInMainWorld('webgpuHost', {
  sandboxed: !process.argv.includes(UNSANDBOXED),
  post: (event: unknown) => ipcRenderer.send('webgpu-event', event),
  onCommand: (obey: (command: unknown) => void) => {
    ipcRenderer.on('webgpu-command', (_event, command) => obey(command));
  },
});
