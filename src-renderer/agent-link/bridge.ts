import { z } from 'zod';
import { backOff } from '../../src-shared/back-off.ts';
import { CHANNEL } from '../../src-shared/channel.ts';
import { Answered } from '../../src-shared/question.ts';
import { said } from '../../src-shared/said.ts';
import { followDeltas } from '../../src-shared/snapshot-delta.ts';
import { millis, seconds } from '../../src-shared/units.ts';
import { type AgentBridge, Reply, SnapshotDelta } from '../../src-shared/window-protocol.ts';

/** Whether the agent can be heard. */
export type Link = { readonly kind: 'up' } | { readonly kind: 'down' };

/** What the store listens to. Snapshots are unread words here; the store reads them, once. */
export type WindowBridge = {
  readonly onSnapshot: AgentBridge['onSnapshot'];
  readonly send: AgentBridge['send'];
  readonly ask: AgentBridge['ask'];
  /** Missing where the window cannot outlive its agent. */
  readonly onLink?: (show: (link: Link) => void) => () => void;
};

declare global {
  interface Window {
    /** Put there by Electron's preload, absent in a browser. */
    readonly offpeak?: AgentBridge;
  }
}

/** First and longest wait before a lost connection is tried again: quick for a restart, gentle for a long absence. */
const FIRST_RETRY = millis(500);
const LONGEST_RETRY = seconds(5);

/** How long a command may stay unanswered. Commands are local and take milliseconds. */
const REPLY_WAIT_MS = 10_000;

const Frame = z.union([
  z.object({ channel: z.literal(CHANNEL.snapshot), delta: SnapshotDelta }),
  z.object({ id: z.int(), reply: Reply }),
  z.object({ id: z.int(), answer: Answered }),
]);

function readFrame(text: unknown): z.infer<typeof Frame> | null {
  if (typeof text !== 'string') return null;
  try {
    return Frame.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

const unanswered = (): Extract<Reply, { kind: 'refused' }> => ({
  kind: 'refused',
  detail: said('unanswered'),
});

/**
 * The agent over a WebSocket, for a window in a browser. Connects again by itself until `signal` aborts. A frame that
 * does not parse is dropped: of a snapshot, all is asked for when the next one comes, and an unanswered command says so.
 */
export function socketBridge(url: string, signal: AbortSignal): WindowBridge {
  const listeners = new Set<(words: string) => void>();
  const linkListeners = new Set<(link: Link) => void>();
  const waiting = new Map<number, (words: Reply | Answered) => void>();
  let socket: WebSocket | null = null;
  let lastId = 0;
  /** Connections in a row that did not come up, or broke. */
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  /** From the beginning: of an agent that was started anew, and for a listener that came late. */
  const follow = () =>
    followDeltas({
      show: (words) => {
        for (const show of listeners) show(words);
      },
      askWhole: () => socket?.send(JSON.stringify({ channel: CHANNEL.wholeSnapshot })),
    });
  let take = follow();

  function hear(words: unknown): void {
    const frame = readFrame(words);
    if (!frame) return;
    if ('reply' in frame) waiting.get(frame.id)?.(frame.reply);
    else if ('answer' in frame) waiting.get(frame.id)?.(frame.answer);
    else take(frame.delta);
  }

  function connect(): void {
    const opened = new WebSocket(url);
    socket = opened;
    take = follow();
    opened.onopen = () => {
      failures = 0;
      for (const show of linkListeners) show({ kind: 'up' });
    };
    opened.onmessage = ({ data }) => hear(data);
    opened.onclose = () => {
      socket = null;
      for (const settle of [...waiting.values()]) settle(unanswered());
      if (signal.aborted) return;
      for (const show of linkListeners) show({ kind: 'down' });
      failures += 1;
      timer = setTimeout(connect, backOff(failures, FIRST_RETRY, LONGEST_RETRY));
    };
  }

  signal.addEventListener('abort', () => {
    clearTimeout(timer);
    socket?.close();
  });
  if (!signal.aborted) connect();

  const subscribe =
    <T>(set: Set<T>) =>
    (show: T) => {
      set.add(show);
      return () => {
        set.delete(show);
      };
    };

  const request = (words: Readonly<Record<string, unknown>>): Promise<Reply | Answered> =>
    new Promise((resolve) => {
      if (socket?.readyState !== WebSocket.OPEN) {
        resolve(unanswered());
        return;
      }
      lastId += 1;
      const id = lastId;
      const settle = (answer: Reply | Answered) => {
        clearTimeout(late);
        waiting.delete(id);
        resolve(answer);
      };
      const late = setTimeout(() => settle(unanswered()), REPLY_WAIT_MS);
      waiting.set(id, settle);
      socket.send(JSON.stringify({ id, ...words }));
    });

  return {
    onSnapshot: (show) => {
      take = follow();
      return subscribe(listeners)(show);
    },
    onLink: subscribe(linkListeners),
    send: async (command) => {
      const reply = await request({ command });
      return reply.kind === 'ok' || reply.kind === 'refused' ? reply : unanswered();
    },
    ask: async (question) => {
      const answer = await request({ question });
      return answer.kind === 'ok' ? unanswered() : answer;
    },
  };
}

/** Electron's bridge where the preload left one, else a WebSocket to the server this page came from. */
export function findBridge(window: Window, signal: AbortSignal): WindowBridge {
  if (window.offpeak) return window.offpeak;
  const url = new URL('/window', window.location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.search = '';
  url.hash = '';
  return socketBridge(url.href, signal);
}
