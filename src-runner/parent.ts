import type { RunnerEvent } from '../src-shared/runner-protocol.ts';

/** The process that started this one, as the runner knows it. */
export type Parent = {
  readonly say: (event: RunnerEvent) => void;
  /** Settles when what was said so far has left this process. */
  readonly flushed: () => Promise<void>;
  /** Starts to hear. `gone` is called when nobody is there any more. */
  readonly listen: (hear: (message: unknown) => void, gone: () => void) => void;
};

/** The channel to whoever started this process with Node's `fork`. Null where there is none. */
export function connectParent(): Parent | null {
  if (!process.send) return null;
  const send: (message: unknown, sent: () => void) => unknown = process.send.bind(process);
  let leaving: Promise<void> = Promise.resolve();
  return {
    say(event) {
      const left = new Promise<void>((settle) => send(event, () => settle()));
      leaving = leaving.then(() => left);
    },
    flushed: () => leaving,
    listen(hear, gone) {
      process.on('message', hear);
      if (process.connected) process.on('disconnect', gone);
      else gone();
    },
  };
}
