import { ipcMain, type WebFrameMain } from 'electron';
import { CHANNEL } from '../../src-shared/channel.ts';
import type { Answered } from '../../src-shared/question.ts';
import type { Reply, SnapshotDelta } from '../../src-shared/window-protocol.ts';

type Options = {
  /** Whether this is the page of a window of ours, and no frame within it. */
  readonly isOurs: (frame: WebFrameMain | null) => boolean;
  /** Hears what a window says, which nobody has read yet. */
  readonly hear: (words: unknown) => Reply;
  /** Answers what a window asks, which nobody has read yet. */
  readonly answer: (words: unknown) => Answered;
  /** The latest snapshot, whole. */
  readonly wholeSnapshot: () => SnapshotDelta;
  readonly leavePopover: (to: 'window' | 'nothing') => void;
};

/** The only ways from a page into this process. */
export function openDoors({ isOurs, hear, answer, wholeSnapshot, leavePopover }: Options): void {
  ipcMain.handle(
    CHANNEL.command,
    ({ senderFrame }, words: unknown): Reply =>
      isOurs(senderFrame)
        ? hear(words)
        : { kind: 'refused', detail: 'Only the Offpeak window may give commands.' },
  );
  ipcMain.handle(
    CHANNEL.question,
    ({ senderFrame }, words: unknown): Answered =>
      isOurs(senderFrame)
        ? answer(words)
        : { kind: 'refused', detail: 'Only the Offpeak window may ask.' },
  );
  ipcMain.handle(
    CHANNEL.wholeSnapshot,
    ({ senderFrame }): SnapshotDelta =>
      isOurs(senderFrame) ? wholeSnapshot() : { from: 0, to: 0, words: '' },
  );
  ipcMain.handle(CHANNEL.leavePopover, ({ senderFrame }, to: unknown) => {
    if (isOurs(senderFrame)) leavePopover(to === 'window' ? 'window' : 'nothing');
  });
}
