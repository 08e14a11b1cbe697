import { createContext, useContext, useState, useSyncExternalStore } from 'react';
import { Answered, type QuestionInput } from '../../src-shared/question.ts';
import { type Said, said } from '../../src-shared/said.ts';
import type { Snapshot } from '../../src-shared/snapshot.ts';
import { type CommandInput, Reply } from '../../src-shared/window-protocol.ts';
import { t } from '../words/texts.ts';
import type { WindowBridge } from './bridge.ts';
import { reuse } from './reuse.ts';
import { openSnapshotReader } from './snapshot-reader.ts';

/** All the window knows: the last snapshot, and what stands between it and the next one. */
export type View = {
  readonly snapshot: Snapshot | null;
  /** Why the snapshot may be old, or null. */
  readonly stale: string | null;
  /** Why the last command was not obeyed, until dismissed. */
  readonly refusal: Said | null;
};

export type Store = {
  readonly view: () => View;
  readonly subscribe: (changed: () => void) => () => void;
  /** Whether it was obeyed; if not, the reason is on the screen by then. */
  readonly send: (command: CommandInput) => Promise<boolean>;
  /** What the agent answers; a refusal is left to whoever asked. Never rejects. */
  readonly ask: (question: QuestionInput) => Promise<Answered>;
  /** Puts on the screen why something was not done. */
  readonly showRefusal: (detail: Said) => void;
  readonly dismissRefusal: () => void;
};

/** Reads what comes down the bridge, once, and remembers the last snapshot until `signal` aborts. */
export function openStore(bridge: WindowBridge, signal: AbortSignal): Store {
  let view: View = { snapshot: null, stale: null, refusal: null };
  const listeners = new Set<() => void>();
  const change = (part: Partial<View>): void => {
    const next = reuse(view, { ...view, ...part });
    if (next === view) return;
    view = next;
    for (const changed of listeners) changed();
  };

  const read = openSnapshotReader();
  const leave = bridge.onSnapshot((words) => {
    const latest = read(words);
    if (latest.kind === 'read') change({ snapshot: latest.snapshot, stale: null });
    else change({ stale: t('unreadable', { where: latest.where }) });
  });
  const leaveLink = bridge.onLink?.((link) =>
    change({ stale: link.kind === 'down' ? t('linkLost') : null }),
  );
  signal.addEventListener('abort', () => {
    leave();
    leaveLink?.();
  });

  return {
    view: () => view,
    subscribe: (changed) => {
      listeners.add(changed);
      return () => {
        listeners.delete(changed);
      };
    },
    send: async (command) => {
      try {
        const reply = Reply.parse(await bridge.send(command));
        change({ refusal: reply.kind === 'refused' ? reply.detail : null });
        return reply.kind === 'ok';
      } catch {
        // The bridge failed, or said what nobody can read, as when the agent quits under the window's feet.
        change({ refusal: said('unanswered') });
        return false;
      }
    },
    ask: async (question) => {
      try {
        const read = Answered.safeParse(await bridge.ask(question));
        if (read.success) return read.data;
      } catch {
        // As with commands: the agent may be gone.
      }
      return { kind: 'refused', detail: said('unanswered') };
    },
    showRefusal: (detail) => change({ refusal: detail }),
    dismissRefusal: () => change({ refusal: null }),
  };
}

export const StoreContext = createContext<Store | null>(null);

export function useStore(): Store {
  const store = useContext(StoreContext);
  if (!store) throw new Error('the window is drawn without its store');
  return store;
}

/** A part of the view. Draws again only when that part changes. */
export function useView<T>(select: (view: View) => T): T {
  const store = useStore();
  const [last] = useState<{ value: T | undefined }>(() => ({ value: undefined }));
  const read = (): T => {
    const value = reuse(last.value, select(store.view()));
    last.value = value;
    return value;
  };
  return useSyncExternalStore(store.subscribe, read, read);
}

/** A part of the snapshot, for components that are drawn only once there is one. */
export function useSnapshot<T>(select: (snapshot: Snapshot) => T): T {
  return useView(({ snapshot }) => {
    if (!snapshot) throw new Error('a page is drawn before the first snapshot');
    return select(snapshot);
  });
}

/** Changes some settings at once; whatever is refused says so by itself. */
export function useChangeSettings() {
  const store = useStore();
  return (patch: Extract<CommandInput, { kind: 'change-settings' }>['patch']) =>
    store.send({ kind: 'change-settings', patch });
}
