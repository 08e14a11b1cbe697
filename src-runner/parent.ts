import { Socket } from 'node:net';
import { frameOf, openFrames } from '../src-shared/pipe-frame.ts';
import { CHANNEL_SIGN, RUNNER_SPEAKS_ON } from '../src-shared/runner-channel.ts';
import type { RunnerEvent } from '../src-shared/runner-protocol.ts';

/** The process that started this one, as the runner knows it. */
export type Parent<Event extends object = RunnerEvent> = {
  /** Nobody may change what is given here until it has left. */
  readonly say: (event: Event) => void;
  /** Settles when what was said so far has left this process. */
  readonly flushed: () => Promise<void>;
  /** Starts to hear. `gone` is called when nobody is there any more. */
  readonly listen: (hear: (message: unknown) => void, gone: () => void) => void;
};

/** We were started by it, and it sends what it pleases. */
const NO_LIMITS = { header: Number.POSITIVE_INFINITY, bytes: () => Number.POSITIVE_INFINITY };

/** The pipes to whoever started this process (see src-shared/runner-channel.ts). Null where there are none. */
export function connectParent<Event extends object = RunnerEvent>(): Parent<Event> | null {
  if (process.env[CHANNEL_SIGN] === undefined) return null;
  const out = new Socket({ fd: RUNNER_SPEAKS_ON, readable: false, writable: true });
  let gone = () => {};
  out.on('error', () => gone());

  /** Said, and not yet begun to be written. */
  const waiting: { readonly event: Event; readonly left: () => void }[] = [];
  let writing = false;
  let leaving: Promise<void> = Promise.resolve();

  function write(): void {
    const next = writing ? undefined : waiting.shift();
    if (!next) return;
    writing = true;
    const pieces = frameOf(next.event);
    for (const [i, piece] of pieces.entries()) {
      // An error leaves as well: 'error' tells of it.
      const left = () => {
        writing = false;
        next.left();
        write();
      };
      if (i === pieces.length - 1) out.write(piece, left);
      else out.write(piece);
    }
  }

  return {
    say(event) {
      // A checkpoint that nobody has begun to read is worth nothing beside a later one: a slow reader costs no memory.
      const older = waiting.findIndex((one) => isSavedAgain(one.event, event));
      for (const { left } of older < 0 ? [] : waiting.splice(older, 1)) left();
      const left = new Promise<void>((settle) => waiting.push({ event, left: settle }));
      leaving = leaving.then(() => left);
      write();
    },
    flushed: () => leaving,
    listen(hear, whenGone) {
      gone = whenGone;
      const frames = openFrames(NO_LIMITS, { message: hear, broken: () => hear(null) });
      const { stdin } = process;
      stdin.on('data', frames);
      for (const end of ['end', 'error', 'close']) stdin.on(end, () => gone());
    },
  };
}

const isSavedAgain = (before: object, now: object): boolean => {
  const job = checkpointed(before);
  return job !== null && job === checkpointed(now);
};
const checkpointed = (event: object): unknown =>
  'kind' in event && event.kind === 'checkpoint' && 'job' in event ? event.job : null;
