import { Notification } from 'electron';
import { openJsonMemo } from '../../src-disk/json-file.ts';
import type { Reader } from '../../src-shared/language/reader.ts';
import type { Snapshot } from '../../src-shared/snapshot.ts';
import { minutes } from '../../src-shared/units.ts';
import {
  beginWatch,
  consider,
  type Message,
  nothingYet,
  Remembered,
} from '../owner/notifications.ts';

/** The time without earnings grows at every look; a kill forgets this much of it. */
const SAVE_EVERY = minutes(10);

type Options = {
  /** What is known of the past is kept in this file. */
  readonly file: string;
  readonly icon: string;
  /** Opens the window at a page. */
  readonly open: (page: string) => void;
  readonly log: (line: string) => void;
};

/** Tells the owner by the system's own notifications; where there are none, the log has them. */
export function openNotifier({ file, icon, open, log }: Options) {
  const kept = openJsonMemo(file, Remembered, log);
  let watch = beginWatch(kept.read() ?? nothingYet);
  let saved = watch.remembered;
  /** Kept, or the system's answer would find nobody. */
  const shown = new Set<Notification>();

  function tell({ topic, title, body, page }: Message): void {
    log(`notification (${topic}): ${title}. ${body}`);
    if (!Notification.isSupported()) return;
    const notification = new Notification({ title, body, icon, silent: true });
    const done = () => shown.delete(notification);
    notification.on('click', () => {
      done();
      open(page);
    });
    notification.on('close', done);
    notification.on('failed', (_event, error) => {
      done();
      log(`the system did not show it: ${error}`);
    });
    shown.add(notification);
    notification.show();
  }

  return {
    look(snapshot: Snapshot, reader: Reader): void {
      const [next, message] = consider(watch, snapshot, reader);
      watch = next;
      const { remembered } = watch;
      const due =
        message !== null ||
        remembered.offSince !== saved.offSince ||
        remembered.sharing !== saved.sharing ||
        Math.abs(remembered.unearned - saved.unearned) >= SAVE_EVERY;
      if (due) {
        kept.write(remembered);
        saved = remembered;
      }
      if (message) tell(message);
    },
  };
}
