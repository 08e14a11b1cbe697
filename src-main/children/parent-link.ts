/** The way from a process of ours to the main process that started it. */
export type ParentLink = { readonly post: (message: object) => void };

/**
 * Opens the channel of `child_process.fork`. `gone` is called when the parent is, however it ended. Null: we were started by
 * hand and there is nobody to talk to.
 */
export function openParentLink(listen: {
  readonly message: (message: unknown) => void;
  readonly gone: () => void;
}): ParentLink | null {
  if (process.send === undefined) return null;
  process.on('message', listen.message);
  process.on('disconnect', listen.gone);
  return {
    // The callback takes the error of a channel that breaks in this moment; 'disconnect' follows.
    post: (message) => void (process.connected && process.send?.(message, undefined, {}, () => {})),
  };
}
