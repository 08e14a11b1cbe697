import type { RunnerEvent } from '../src-shared/runner-protocol.ts';

/** The process that started this one, as the runner knows it. */
export type Parent = {
  readonly say: (event: RunnerEvent) => void;
  /** Settles when what was said so far has left this process. */
  readonly flushed: () => Promise<void>;
  /** Starts to hear. `gone` is called when nobody is there any more. */
  readonly listen: (hear: (message: unknown) => void, gone: () => void) => void;
};

/** The part of Electron's `process.parentPort` we use; there is none in plain Node. */
type ParentPort = {
  readonly postMessage: (message: unknown) => void;
  readonly on: (event: 'message' | 'close', listener: (event: { data: unknown }) => void) => void;
  readonly start?: () => void;
};

/** A port does not say when a message has left; it leaves at once, and this is long for a local pipe. */
const PORT_FLUSH_MS = 100;

/** The channel to whoever started this process: Electron's utility process or Node's `fork`. Null where there is none. */
export function connectParent(): Parent | null {
  const port: unknown = Reflect.get(process, 'parentPort');
  if (isParentPort(port)) return overPort(port);
  return process.send ? overChannel(process.send.bind(process)) : null;
}

const isParentPort = (value: unknown): value is ParentPort =>
  typeof value === 'object' && value !== null && 'postMessage' in value && 'on' in value;

function overPort(port: ParentPort): Parent {
  return {
    say: (event) => port.postMessage(event),
    flushed: () => new Promise((settle) => setTimeout(settle, PORT_FLUSH_MS)),
    listen(hear, gone) {
      port.on('message', ({ data }) => hear(data));
      port.on('close', gone);
      port.start?.();
    },
  };
}

function overChannel(send: (message: unknown, sent: () => void) => unknown): Parent {
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
