import { useDebouncedCallback } from '@mantine/hooks';
import { useState } from 'react';

/** How long after the last movement a choice is taken as meant. */
const MEANT_AFTER_MS = 400;
/** A new picture follows the reply to a command within this; until then the choice stays on the screen. */
const PICTURE_WAIT_MS = 300;

/** A value the owner is still choosing. */
export type Draft<T> = {
  readonly shown: T;
  readonly change: (next: T) => void;
  /** Shows what is no value yet, such as an empty field; nothing is sent. */
  readonly type: (next: T) => void;
  /** Sends now what would be sent in a moment. */
  readonly flush: () => void;
  /** Back to what is set. */
  readonly forget: () => void;
};

/** Shows at once what the owner chooses, sends it when they stop, and then goes by the snapshot again. */
export function useDraft<T>(value: T, send: (next: T) => Promise<unknown>): Draft<T> {
  const [draft, setDraft] = useState<{ readonly value: T } | null>(null);
  // The answer to an older choice must not wipe a newer one off the screen.
  const settle = useDebouncedCallback(
    (done: T) => setDraft((now) => (now?.value === done ? null : now)),
    PICTURE_WAIT_MS,
  );
  const commit = useDebouncedCallback((next: T) => void send(next).then(() => settle(next)), {
    delay: MEANT_AFTER_MS,
    flushOnUnmount: true,
  });
  const type = (next: T) => {
    settle.cancel();
    commit.cancel();
    setDraft({ value: next });
  };
  return {
    shown: draft ? draft.value : value,
    change: (next) => {
      type(next);
      commit(next);
    },
    type,
    // Asked for when it is called: the hook makes a new one for every choice.
    flush: () => commit.flush(),
    forget: () => {
      commit.cancel();
      setDraft(null);
    },
  };
}
