import { createConnection, type Socket } from 'node:net';
import { type Millis, seconds } from '../../../src-shared/units.ts';
import { type BusCall, type BusMessage, encodeCall, takeMessage } from './message.ts';

/**
 * A link to a D-Bus of this machine. One connection that stays: a call costs a tenth of a millisecond of CPU, where a
 * program like busctl costs six, and what changes is told at once.
 */
export type BusLink = {
  /** The values of the answer. Null where nobody answers in time, or refuses, or there is no bus. */
  readonly call: (call: BusCall) => Promise<readonly unknown[] | null>;
  /**
   * Told of a signal. Anybody on the machine may send one that looks like it, so take it as a hint to ask, and believe
   * only the answer.
   */
  readonly onSignal: (sign: BusSignal, heard: () => void) => void;
};

export type BusSignal = {
  /** The well-known name of who sends it. */
  readonly sender: string;
  readonly interface: string;
  readonly member: string;
};

/** A bus that went away comes back with the whole system, or never. */
const RETRY_AFTER: Millis = seconds(30);
const ANSWER_WITHIN: Millis = seconds(5);

const DAEMON = {
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
} as const;

type Line = { readonly send: (call: BusCall) => Promise<readonly unknown[] | null> };

/** The link to the bus at `address`, made when it is first needed. It keeps no process alive. */
export function openBus(address: string, signal: AbortSignal): BusLink {
  const path = socketPath(address);
  const signals: { readonly sign: BusSignal; readonly heard: () => void }[] = [];
  let line: Promise<Line | null> | null = null;
  let triedAt = Number.NEGATIVE_INFINITY;

  const hear = (message: BusMessage) => {
    for (const { sign, heard } of signals)
      if (message.member === sign.member && message.interface === sign.interface) heard();
  };
  const connect = async (socket: string): Promise<Line | null> => {
    const made = await openLine(socket, signal, hear, () => {
      line = null;
    });
    if (made === null) line = null;
    for (const { sign } of signals) void made?.send(subscription(sign));
    return made;
  };
  const connected = async (): Promise<Line | null> => {
    if (line !== null) return line;
    const now = performance.now();
    if (path === null || signal.aborted || now - triedAt < RETRY_AFTER) return null;
    triedAt = now;
    line = connect(path);
    return line;
  };

  return {
    call: async (call) => (await connected())?.send(call) ?? null,
    onSignal(sign, heard) {
      signals.push({ sign, heard });
      // A link that is yet to be made asks for all of them.
      void line?.then((made) => made?.send(subscription(sign)));
    },
  };
}

const subscription = ({ sender, interface: name, member }: BusSignal): BusCall => ({
  ...DAEMON,
  member: 'AddMatch',
  args: [`type='signal',sender='${sender}',interface='${name}',member='${member}'`],
});

/** The socket's path in an address of D-Bus; null for what we do not speak (TCP, sockets without a path). */
function socketPath(address: string): string | null {
  for (const one of address.split(';')) {
    const path = /^unix:(?:.*,)?path=([^,]+)/.exec(one)?.[1];
    if (path !== undefined) return decodeURIComponent(path);
  }
  return null;
}

/** Connects and says who we are. Null where that fails; `ended` is called when the line ends later. */
function openLine(
  path: string,
  signal: AbortSignal,
  hear: (message: BusMessage) => void,
  ended: () => void,
): Promise<Line | null> {
  const waiting = new Map<number, (values: readonly unknown[] | null) => void>();
  let serial = 0;
  let come = Buffer.alloc(0);

  return new Promise((resolve) => {
    const socket: Socket = createConnection({ path });
    const end = (): void => {
      socket.destroy();
    };
    // Somebody listening is no reason to keep a process alive.
    socket.unref();
    signal.addEventListener('abort', end, { once: true });
    socket.on('error', () => {});
    socket.on('close', () => {
      signal.removeEventListener('abort', end);
      for (const answer of waiting.values()) answer(null);
      waiting.clear();
      resolve(null);
      ended();
    });

    const send = (call: BusCall) =>
      new Promise<readonly unknown[] | null>((answered) => {
        if (socket.destroyed) {
          answered(null);
          return;
        }
        serial += 1;
        const own = serial;
        const limit = setTimeout(() => answer(null), ANSWER_WITHIN).unref();
        const answer = (values: readonly unknown[] | null) => {
          clearTimeout(limit);
          waiting.delete(own);
          answered(values);
        };
        waiting.set(own, answer);
        socket.write(encodeCall(call, own));
      });

    const read = (): void => {
      for (;;) {
        const taken = takeMessage(come);
        if (taken.kind === 'broken') return end();
        if (taken.kind === 'incomplete') return;
        come = come.subarray(taken.length);
        const { message } = taken;
        if (message.kind === 'signal') hear(message);
        else if (message.answers !== null)
          waiting.get(message.answers)?.(message.kind === 'return' ? message.values : null);
      }
    };

    const welcome = (): void => {
      const line = come.indexOf('\r\n');
      if (line < 0) return;
      if (!come.toString('latin1', 0, line).startsWith('OK ')) return end();
      come = come.subarray(line + 2);
      hearing = read;
      socket.write('BEGIN\r\n');
      void send({ ...DAEMON, member: 'Hello', args: [] }).then((name) => {
        if (name === null) end();
        else resolve({ send });
      });
    };
    let hearing = welcome;
    socket.on('data', (bytes: Buffer) => {
      come = Buffer.concat([come, bytes]);
      hearing();
    });
    // The kernel vouches for our user number; the protocol wants it said, in hexadecimal digits of its decimal ones.
    const user = Buffer.from(String(process.getuid?.() ?? 0)).toString('hex');
    socket.write(`\0AUTH EXTERNAL ${user}\r\n`);
  });
}
