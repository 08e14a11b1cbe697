import koffi from 'koffi';

/**
 * The part of libxcb that we use (https://xcb.freedesktop.org/). Unlike libX11 it does not end its caller when the server
 * goes away or a window is gone. Requests return a cookie, replies are ours to free; offsets are of the X11 protocol.
 */
type Call = (...args: readonly unknown[]) => unknown;
type Pointer = bigint | null;

const POINTER = 'void *';
/** Every reply and event is at least this long. Bytes. */
export const REPLY = 32;
/** What we ask for is a few numbers. In units of four bytes. */
const MAX_EXTRA = 4096;

export type Reply = Buffer;
export type XcbEvent = { readonly kind: number; readonly atom: number };

export type Xcb = {
  readonly root: number;
  readonly atom: (name: string) => number;
  /** The numbers in a property of 32-bit values; none where there is no such property or window. */
  readonly numbers: (window: number, property: number) => readonly number[];
  readonly size: (window: number) => { readonly width: number; readonly height: number } | null;
  /** Where a window's corner is on the whole desktop. */
  readonly corner: (window: number) => { readonly x: number; readonly y: number } | null;
  /** The answer of RandR to "which monitors are there?"; null where the server has no RandR 1.5. */
  readonly monitors: () => Reply | null;
  /** Asks for these events of a window from now on. */
  readonly listen: (window: number, events: number) => void;
  /** The next event that has arrived, or null. */
  readonly event: () => XcbEvent | null;
  /** Readable when there is something to hear. */
  readonly fd: number;
  /** The server is gone, and with it everything here. */
  readonly broken: () => boolean;
  readonly close: () => void;
};

export type XcbOpened =
  | { readonly kind: 'open'; readonly xcb: Xcb }
  | { readonly kind: 'refused'; readonly detail: string };

const GET_PROPERTY_ANY = 0;
const CW_EVENT_MASK = 2048;

/** Connects to the display of the environment, or of this name. */
export function openXcb(display: string | null = null): XcbOpened {
  const library = load('libxcb.so.1');
  if (library === null) {
    return { kind: 'refused', detail: 'The library for X11 (libxcb) is not there.' };
  }
  const cookie = koffi.struct({ sequence: 'uint' });
  const iterator = koffi.struct({ data: POINTER, rem: 'int', index: 'int' });
  const pointer = (name: string, ...args: string[]) => library.func(name, POINTER, args) as Call;
  const request = (name: string, ...args: string[]) => library.func(name, cookie, args) as Call;
  const answer = (name: string, from = library) =>
    from.func(name, POINTER, [POINTER, cookie, POINTER]) as Call;
  const number = (name: string) => library.func(name, 'int', [POINTER]) as (c: Pointer) => number;

  const connection = pointer('xcb_connect', 'str', POINTER)(display, null) as Pointer;
  const hasError = number('xcb_connection_has_error');
  const disconnect = library.func('xcb_disconnect', 'void', [POINTER]) as Call;
  if (hasError(connection) !== 0) {
    disconnect(connection);
    return { kind: 'refused', detail: 'There is no X11 display to look at.' };
  }

  // Of the program we run in, not of the C library: Electron brings an allocator of its own, which libxcb gets too.
  const free = koffi.load(null).func('free', 'void', [POINTER]) as Call;
  const flush = number('xcb_flush');
  const intern = request('xcb_intern_atom', POINTER, 'uint8_t', 'uint16_t', 'str');
  const interned = answer('xcb_intern_atom_reply');
  const property = request(
    'xcb_get_property',
    ...[POINTER, 'uint8_t', 'uint32_t', 'uint32_t', 'uint32_t', 'uint32_t', 'uint32_t'],
  );
  const propertyReply = answer('xcb_get_property_reply');
  const geometry = request('xcb_get_geometry', POINTER, 'uint32_t');
  const geometryReply = answer('xcb_get_geometry_reply');
  const translate = request(
    'xcb_translate_coordinates',
    ...[POINTER, 'uint32_t', 'uint32_t', 'int16_t', 'int16_t'],
  );
  const translated = answer('xcb_translate_coordinates_reply');
  const change = request(
    'xcb_change_window_attributes',
    ...[POINTER, 'uint32_t', 'uint32_t', POINTER],
  );
  const poll = pointer('xcb_poll_for_event', POINTER);
  const randr = load('libxcb-randr.so.0');
  const askMonitors = randr?.func('xcb_randr_get_monitors', cookie, [
    POINTER,
    'uint32_t',
    'uint8_t',
  ]);
  const monitorsReply = randr && answer('xcb_randr_get_monitors_reply', randr);

  /** Copies what the library gave us, and gives it back. */
  const take = (given: unknown, extra: boolean): Reply | null => {
    if (given === null) return null;
    const head = Buffer.from(koffi.decode(given, koffi.array('uint8_t', REPLY)) as Uint8Array);
    const more = extra ? Math.min(head.readUInt32LE(4), MAX_EXTRA) * 4 : 0;
    const all =
      more === 0
        ? head
        : Buffer.from(koffi.decode(given, koffi.array('uint8_t', REPLY + more)) as Uint8Array);
    free(given);
    return all;
  };
  const roots = library.func('xcb_setup_roots_iterator', iterator, [POINTER]) as Call;
  const setup = pointer('xcb_get_setup', POINTER)(connection);
  const { data } = roots(setup) as { data: Pointer };
  const root = koffi.decode(data, 'uint32_t') as number;

  const xcb: Xcb = {
    root,
    atom: (name) =>
      take(
        interned(connection, intern(connection, 0, name.length, name), null),
        false,
      )?.readUInt32LE(8) ?? 0,
    numbers: (window, wanted) => {
      const asked = property(connection, 0, window, wanted, GET_PROPERTY_ANY, 0, 64);
      const reply = take(propertyReply(connection, asked, null), true);
      if (reply === null || reply[1] !== 32) return [];
      const count = Math.min(reply.readUInt32LE(16), (reply.length - REPLY) / 4);
      return Array.from({ length: count }, (_, i) => reply.readUInt32LE(REPLY + i * 4));
    },
    size: (window) => {
      const reply = take(geometryReply(connection, geometry(connection, window), null), false);
      return reply && { width: reply.readUInt16LE(16), height: reply.readUInt16LE(18) };
    },
    corner: (window) => {
      const asked = translate(connection, window, root, 0, 0);
      const reply = take(translated(connection, asked, null), false);
      return reply && { x: reply.readInt16LE(12), y: reply.readInt16LE(14) };
    },
    monitors: () =>
      askMonitors && monitorsReply
        ? take(monitorsReply(connection, askMonitors(connection, root, 1), null), true)
        : null,
    listen: (window, events) => {
      change(connection, window, CW_EVENT_MASK, new Uint32Array([events]));
      flush(connection);
    },
    event: () => {
      const event = take(poll(connection), false);
      return event && { kind: (event[0] ?? 0) & 0x7f, atom: event.readUInt32LE(8) };
    },
    fd: number('xcb_get_file_descriptor')(connection),
    broken: () => hasError(connection) !== 0,
    close: () => void disconnect(connection),
  };
  return { kind: 'open', xcb };
}

function load(name: string): ReturnType<typeof koffi.load> | null {
  try {
    return koffi.load(name);
  } catch {
    return null;
  }
}
