import { contextBridge, type IpcRendererEvent, ipcRenderer } from 'electron';
import type { AgentBridge, SnapshotDelta } from '../../src-shared/window-protocol.ts';

// A sandboxed preload may load nothing at run time, so the channel names stand here a second time.
/** Asked for before the page has loaded its own code. */
const first: Promise<SnapshotDelta> = ipcRenderer.invoke('whole-snapshot');

contextBridge.exposeInMainWorld('offpeak', {
  onSnapshot: (show) => {
    let shown = 0;
    let left = false;
    const take = ({ from, to, words }: SnapshotDelta) => {
      if (left || to <= shown) return;
      // What changed since a snapshot that was never shown here, as after a reload: all of it, once more.
      if (from > shown) return void ipcRenderer.invoke('whole-snapshot').then(take);
      shown = to;
      show(words);
    };
    const listen = (_event: IpcRendererEvent, news: SnapshotDelta) => take(news);
    ipcRenderer.on('snapshot', listen);
    void first.then(take);
    return () => {
      left = true;
      ipcRenderer.off('snapshot', listen);
    };
  },
  send: (command) => ipcRenderer.invoke('command', command),
  ask: (question) => ipcRenderer.invoke('question', question),
  leavePopover: (to) => ipcRenderer.invoke('leave-popover', to),
} satisfies AgentBridge);
