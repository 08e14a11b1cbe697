import { EventEmitter } from 'node:events';

/** The way from a process of ours to the main process, whichever of the two ways it was started. */
export type ParentLink = { readonly post: (message: object) => void };

/**
 * Opens the link: the message port of Electron's utility process, or the channel of `child_process.fork`.
 * `gone` is called when the parent is; a utility process is ended by Electron itself then. Null: we were started by
 * hand and there is nobody to talk to.
 */
export function openParentLink(listen: {
  readonly message: (message: unknown) => void;
  readonly gone: () => void;
}): ParentLink | null {
  const port: unknown = Reflect.get(process, 'parentPort');
  if (isParentPort(port)) {
    port.on('message', (event: unknown) => {
      listen.message(
        typeof event === 'object' && event !== null ? Reflect.get(event, 'data') : null,
      );
    });
    return { post: (message) => port.postMessage(message) };
  }
  if (process.send === undefined) return null;
  process.on('message', listen.message);
  process.on('disconnect', listen.gone);
  return {
    // The callback takes the error of a channel that breaks in this moment; 'disconnect' follows.
    post: (message) => void (process.connected && process.send?.(message, undefined, {}, () => {})),
  };
}

/** `process.parentPort` of an Electron utility process: https://www.electronjs.org/docs/latest/api/parent-port */
type ParentPort = EventEmitter & { readonly postMessage: (message: unknown) => void };

const isParentPort = (port: unknown): port is ParentPort =>
  port instanceof EventEmitter && typeof Reflect.get(port, 'postMessage') === 'function';
