import koffi from 'koffi';
import { ACK, DATA_AT, EXEC, EXIT, processFilter, WHAT_AT } from './process-filter.ts';

/**
 * The Linux process connector: a netlink socket on which the kernel tells of every exec and exit. Numbers and layouts
 * are from linux/netlink.h, linux/connector.h and linux/cn_proc.h.
 */
const AF_NETLINK = 16;
const SOCK_DGRAM_NONBLOCK_CLOEXEC = 2 | 0o4000 | 0o2000000;
const NETLINK_CONNECTOR = 11;
const CN_IDX_PROC = 1;
const CN_VAL_PROC = 1;
const PROC_CN_MCAST_LISTEN = 1;
const NLMSG_DONE = 3;
const SOL_SOCKET = 1;
const SO_ATTACH_FILTER = 26;
const MSG_DONTWAIT = 0x40;

/** One event is 76 bytes; room for what a newer kernel may add. */
const MESSAGE = 1024;

/** Events read in one go, so that a storm of them cannot hold up everything else. */
const AT_ONCE = 512;

export type ConnectorListener = {
  readonly exec: (pid: number) => void;
  readonly exit: (pid: number) => void;
  /** The kernel had more to say than there was room for: look at all processes anew. */
  readonly missed: () => void;
  /** The connector is of no use any more, and closed. One sentence. */
  readonly broken: (detail: string) => void;
};

export type ConnectorOpened =
  | { readonly kind: 'open'; readonly close: () => void }
  | { readonly kind: 'refused'; readonly detail: string };

/** Opens the connector. Refused where the kernel is too old to let ordinary users listen, and in containers. */
export function openProcessConnector(listen: ConnectorListener): ConnectorOpened {
  const libc = loadLibc();
  if (libc === null) return { kind: 'refused', detail: 'The C library could not be loaded.' };
  const refuse = (step: string): ConnectorOpened => {
    const detail = `The kernel does not tell of new programs: ${step} said ${errorName()}.`;
    if (fd >= 0) libc.close(fd);
    return { kind: 'refused', detail };
  };

  const fd = libc.socket(AF_NETLINK, SOCK_DGRAM_NONBLOCK_CLOEXEC, NETLINK_CONNECTOR);
  if (fd < 0) return refuse('socket');
  // Without it every fork and every thread would wake us; the kernel's filter costs nothing. Best effort.
  const filter = processFilter();
  libc.setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, filter.argument, filter.argument.length);
  if (libc.bind(fd, groupAddress(), ADDRESS) < 0) return refuse('bind');
  const request = listenRequest();
  if (libc.send(fd, request, request.length, 0) < 0) return refuse('send');

  const message = Buffer.alloc(MESSAGE);
  let acknowledged = false;
  let closed = false;

  /** Reads what there is. Returns why that is the end, or null. */
  const drain = (): string | null => {
    for (let read = 0; read < AT_ONCE && !closed; read++) {
      const length = Number(libc.recv(fd, message, MESSAGE, MSG_DONTWAIT));
      if (length < 0) {
        const error = koffi.errno();
        // As a number: this ends every single reading, and names are looked up slowly.
        if (error === EAGAIN || error === EINTR) return null;
        if (error !== ENOBUFS) return errorName();
        listen.missed();
      } else if (length >= DATA_AT + 8) hear();
      else if (length === 0) return 'an end';
    }
    return null;
  };

  const hear = (): void => {
    const what = message.readUInt32LE(WHAT_AT);
    const pid = message.readUInt32LE(DATA_AT);
    const group = message.readUInt32LE(DATA_AT + 4);
    // An acknowledgement has an error number where events have a pid.
    if (what === ACK) acknowledged ||= pid === 0;
    else if (what === EXEC) listen.exec(group);
    else if (what === EXIT && pid === group) listen.exit(pid);
  };

  // The kernel answers within the request. No answer: it ignored us, as it does in a pid namespace.
  const failure = drain();
  if (failure !== null || !acknowledged) {
    libc.close(fd);
    const why = failure === null ? 'it does not answer' : `recv said ${failure}`;
    return { kind: 'refused', detail: `The kernel does not tell of new programs: ${why}.` };
  }

  const watch = koffi.node.poll(fd, { readable: true }, () => {
    const end = drain();
    if (end === null || closed) return;
    close();
    listen.broken(`The kernel stopped telling of new programs: recv said ${end}.`);
  });
  // Somebody watching is no reason to keep a process alive.
  watch.unref();

  const close = (): void => {
    if (closed) return;
    closed = true;
    watch.stop();
    watch.close();
    libc.close(fd);
  };
  return { kind: 'open', close };
}

type Call = (...args: readonly unknown[]) => number;
type Libc = Readonly<Record<'socket' | 'bind' | 'setsockopt' | 'send' | 'recv' | 'close', Call>>;

function loadLibc(): Libc | null {
  try {
    const libc = koffi.load('libc.so.6');
    return {
      socket: libc.func('socket', 'int', ['int', 'int', 'int']),
      bind: libc.func('bind', 'int', ['int', 'void *', 'uint']),
      setsockopt: libc.func('setsockopt', 'int', ['int', 'int', 'int', 'void *', 'uint']),
      send: libc.func('send', 'int64_t', ['int', 'void *', 'size_t', 'int']),
      recv: libc.func('recv', 'int64_t', ['int', 'void *', 'size_t', 'int']),
      close: libc.func('close', 'int', ['int']),
    };
  } catch {
    // Another C library (musl): the caller polls instead, and says so.
    return null;
  }
}

const { EAGAIN, EINTR, ENOBUFS } = koffi.os.errno;

function errorName(): string {
  const number = koffi.errno();
  const known = Object.entries(koffi.os.errno).find(([, value]) => value === number);
  return known?.[0] ?? `error ${number}`;
}

/** sizeof(sockaddr_nl). */
const ADDRESS = 12;

function groupAddress(): Buffer {
  const address = Buffer.alloc(ADDRESS);
  address.writeUInt16LE(AF_NETLINK, 0);
  address.writeUInt32LE(CN_IDX_PROC, 8);
  return address;
}

function listenRequest(): Buffer {
  const request = Buffer.alloc(40);
  request.writeUInt32LE(request.length, 0);
  request.writeUInt16LE(NLMSG_DONE, 4);
  request.writeUInt32LE(CN_IDX_PROC, 16);
  request.writeUInt32LE(CN_VAL_PROC, 20);
  request.writeUInt16LE(4, 32);
  request.writeUInt32LE(PROC_CN_MCAST_LISTEN, 36);
  return request;
}
