import { contextBridge, type IpcRendererEvent, ipcRenderer } from 'electron';
// Bundled, because a sandboxed preload may load nothing at run time.
import { CHANNEL } from '../../src-shared/channel.ts';
import type { AgentBridge, SnapshotDelta } from '../../src-shared/window-protocol.ts';

/** Asked for before the page has loaded its own code. */
const first: Promise<SnapshotDelta> = ipcRenderer.invoke(CHANNEL.wholeSnapshot);

contextBridge.exposeInMainWorld('offpeak', {
  onSnapshot: (show) => {
    let shown = 0;
    let left = false;
    const take = ({ from, to, words }: SnapshotDelta) => {
      if (left || to <= shown) return;
      // What changed since a snapshot that was never shown here, as after a reload: all of it, once more.
      if (from > shown) return void ipcRenderer.invoke(CHANNEL.wholeSnapshot).then(take);
      shown = to;
      show(words);
    };
    const listen = (_event: IpcRendererEvent, news: SnapshotDelta) => take(news);
    ipcRenderer.on(CHANNEL.snapshot, listen);
    void first.then(take);
    return () => {
      left = true;
      ipcRenderer.off(CHANNEL.snapshot, listen);
    };
  },
  send: (command) => ipcRenderer.invoke(CHANNEL.command, command),
  ask: (question) => ipcRenderer.invoke(CHANNEL.question, question),
  leavePopover: (to) => ipcRenderer.invoke(CHANNEL.leavePopover, to),
} satisfies AgentBridge);
