import type { Said } from '../../src-shared/said.ts';

/** A process of ours: the runner or the GPU probe. Its words are unparsed; whoever listens parses them. */
export type Child = {
  /** Sends a structured-cloneable message. One sent to a process that is gone is dropped: `exit` tells of that. */
  readonly post: (message: object) => void;
  /** SIGKILL, now. Harmless when it is gone already. */
  readonly kill: () => void;
  /** Null until the system has given one, and after the process is gone. */
  readonly pid: () => number | null;
  /** Resolves, and never rejects, once the system has taken everything of the process back. */
  readonly gone: Promise<void>;
};

export type ChildListener = {
  readonly message: (message: unknown) => void;
  /**
   * Called once, after the last message. `detail`: how it ended, with its last words on stderr where
   * there are any. Exit codes lie in some shells, so nothing may be decided from it.
   */
  readonly exit: (detail: Said) => void;
};

/** Starts a process and hears nothing from it before returning. One that cannot be started is one that exits. */
export type Spawn = (listen: ChildListener) => Child;
