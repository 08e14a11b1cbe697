import { z } from 'zod';
import { type Millis, millis, minutes } from '../../../src-shared/units.ts';
import { askAgain } from '../bus/asked-again.ts';
import type { BusLink } from '../bus/link.ts';

const LOGIND = 'org.freedesktop.login1';
const PROPERTIES = 'org.freedesktop.DBus.Properties';
/** Whatever matters here is told; asking as well finds what was missed. */
const ASK_EVERY: Millis = minutes(1);

/** [id, user number, user, seat, path], from org.freedesktop.login1(5). */
const Listed = z.tuple([z.string(), z.number(), z.string(), z.string(), z.string()]);
const Session = z.object({
  Class: z.string(),
  /** `x11`, `wayland`, `mir`, `tty` ... */
  Type: z.string(),
  /** In front of its seat: not switched away from. */
  Active: z.boolean(),
  LockedHint: z.boolean().default(false),
  IdleHint: z.boolean(),
  /** Microseconds of the clock that does not jump. */
  IdleSinceHintMonotonic: z.number(),
});
type Session = Readonly<z.infer<typeof Session>>;

/** What the system's login manager says of those who sit at the machine; null where there is none. */
export type Desk = {
  /** A desktop is in front, and locked. */
  readonly locked: boolean;
  /**
   * How long nobody has touched the desktop in front; null where there is none. A desktop only says "idle" after some
   * minutes, and some never do: until then somebody may be there, so it is 0.
   */
  readonly idleFor: Millis | null;
};

/** Watches the desktops that people have open, of whatever user. */
export function watchDesk(bus: BusLink, signal: AbortSignal): () => Desk | null {
  const ask = async (path: string, name: string, member: string, args: readonly string[]) =>
    bus.call({ destination: LOGIND, path, interface: name, member, args });
  const sessions = askAgain({
    ask: async (): Promise<readonly Session[] | null> => {
      const [list] =
        (await ask('/org/freedesktop/login1', `${LOGIND}.Manager`, 'ListSessions', [])) ?? [];
      const listed = z.array(Listed).safeParse(list);
      if (!listed.success) return null;
      const answers = await Promise.all(
        listed.data.map(([, , , , path]) => ask(path, PROPERTIES, 'GetAll', [`${LOGIND}.Session`])),
      );
      // One that ended in between says nothing.
      return answers.flatMap((answer) => Session.safeParse(answer?.[0]).data ?? []);
    },
    every: () => ASK_EVERY,
    hints: (again) => {
      bus.onSignal({ sender: LOGIND, interface: PROPERTIES, member: 'PropertiesChanged' }, again);
      for (const member of ['SessionNew', 'SessionRemoved'])
        bus.onSignal({ sender: LOGIND, interface: `${LOGIND}.Manager`, member }, again);
    },
    signal,
  });
  return () => {
    const seen = sessions();
    return seen && deskOf(seen, Number(process.hrtime.bigint() / 1000n));
  };
}

/** `now`: microseconds of the clock that does not jump. */
function deskOf(sessions: readonly Session[], now: number): Desk {
  const inFront = sessions.filter(
    (one) => one.Class === 'user' && one.Active && /^(?:x11|wayland|mir)$/.test(one.Type),
  );
  const idle = inFront
    .filter((one) => !one.LockedHint)
    .map((one) => (one.IdleHint ? Math.max(0, (now - one.IdleSinceHintMonotonic) / 1000) : 0));
  return {
    locked: inFront.length > 0 && idle.length === 0,
    idleFor: idle.length > 0 ? millis(Math.round(Math.min(...idle))) : null,
  };
}

/** Tells that the system is about to sleep, and that it woke. For shells that are not told by themselves. */
export function watchSleep(
  bus: BusLink,
  signal: AbortSignal,
  told: (asleep: boolean) => void,
): void {
  const path = '/org/freedesktop/login1';
  const name = `${LOGIND}.Manager`;
  let asleep = false;
  askAgain({
    ask: async () => {
      const args = [name, 'PreparingForSleep'];
      const call = { destination: LOGIND, path, interface: PROPERTIES, member: 'Get', args };
      const now = (await bus.call(call))?.[0] === true;
      if (now !== asleep) told(now);
      asleep = now;
    },
    every: () => ASK_EVERY,
    hints: (again) =>
      bus.onSignal({ sender: LOGIND, interface: name, member: 'PrepareForSleep' }, again),
    signal,
  });
}
