import { ipcMain, type WebContents, type WebFrameMain } from 'electron';
import { CHANNEL } from '../../src-shared/channel.ts';
import type { Answered } from '../../src-shared/question.ts';
import { said } from '../../src-shared/said.ts';
import type { Reply, SnapshotDelta } from '../../src-shared/window-protocol.ts';
import type { SnapshotLines } from '../window/snapshot-lines.ts';

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

/** The only ways from a page into this process. Who is not a page of ours is told `refusal`, and nothing is done. */
export function openPageChannel({
  isOurs,
  hear,
  answer,
  wholeSnapshot,
  leavePopover,
}: Options): void {
  function open<Answer>(channel: string, refusal: Answer, act: (words: unknown) => Answer): void {
    ipcMain.handle(channel, ({ senderFrame }, words: unknown) =>
      isOurs(senderFrame) ? act(words) : refusal,
    );
  }
  open<Reply>(CHANNEL.command, { kind: 'refused', detail: said('onlyOurWindow') }, hear);
  open<Answered>(CHANNEL.question, { kind: 'refused', detail: said('onlyOurWindow') }, answer);
  open<SnapshotDelta>(CHANNEL.wholeSnapshot, { from: 0, to: 0, words: '' }, wholeSnapshot);
  open<void>(CHANNEL.leavePopover, undefined, (to) =>
    leavePopover(to === 'window' ? 'window' : 'nothing'),
  );
}

/** The way out: sends a page what is new to it. */
export function snapshotSender(lines: Pick<SnapshotLines, 'since'>): (page: WebContents) => void {
  /** The number of the snapshot that each page was last told. */
  const told = new WeakMap<WebContents, number>();
  return (page) => {
    const news = lines.since(told.get(page) ?? 0);
    told.set(page, news.to);
    page.send(CHANNEL.snapshot, news);
  };
}
