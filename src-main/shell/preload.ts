import { contextBridge, type IpcRendererEvent, ipcRenderer } from 'electron';
// Bundled, because a sandboxed preload may load nothing at run time.
import { CHANNEL } from '../../src-shared/channel.ts';
import { followDeltas } from '../../src-shared/snapshot-delta.ts';
import type { AgentBridge, SnapshotDelta } from '../../src-shared/window-protocol.ts';

const whole = (): Promise<SnapshotDelta> => ipcRenderer.invoke(CHANNEL.wholeSnapshot);

/** Asked for before the page has loaded its own code. */
const first = whole();

contextBridge.exposeInMainWorld('offpeak', {
  onSnapshot: (show) => {
    let left = false;
    const follow = followDeltas({ show, askWhole: () => void whole().then(take) });
    const take = (delta: SnapshotDelta) => {
      if (!left) follow(delta);
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
