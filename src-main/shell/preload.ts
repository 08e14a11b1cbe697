import { contextBridge, type IpcRendererEvent, ipcRenderer } from 'electron';
import type { AgentBridge } from '../../src-shared/window-protocol.ts';

// A sandboxed preload may load nothing at run time, so the channel names stand here a second time.
/** Asked for before the page has loaded its own code. */
const first: Promise<string> = ipcRenderer.invoke('picture');

contextBridge.exposeInMainWorld('offpeak', {
  onSnapshot: (show) => {
    let newer = false;
    const listen = (_event: IpcRendererEvent, words: string) => {
      newer = true;
      show(words);
    };
    ipcRenderer.on('snapshot', listen);
    void first.then((words) => {
      if (words !== '' && !newer) show(words);
    });
    return () => {
      ipcRenderer.off('snapshot', listen);
    };
  },
  send: (command) => ipcRenderer.invoke('command', command),
  ask: (question) => ipcRenderer.invoke('question', question),
  leavePopover: (to) => ipcRenderer.invoke('leave-popover', to),
} satisfies AgentBridge);
