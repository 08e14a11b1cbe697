import { contextBridge, type IpcRendererEvent, ipcRenderer } from 'electron';
import type { Snapshot } from '../../src-shared/snapshot.ts';
import type { AgentBridge } from '../../src-shared/window-protocol.ts';

// A sandboxed preload may load nothing at run time, so the channel names stand here a second time.
contextBridge.exposeInMainWorld('offpeak', {
  onSnapshot: (show) => {
    const listen = (_event: IpcRendererEvent, snapshot: Snapshot) => show(snapshot);
    ipcRenderer.on('snapshot', listen);
    return () => {
      ipcRenderer.off('snapshot', listen);
    };
  },
  send: (command) => ipcRenderer.invoke('command', command),
  ask: (question) => ipcRenderer.invoke('question', question),
  leavePopover: (to) => ipcRenderer.invoke('leave-popover', to),
} satisfies AgentBridge);
