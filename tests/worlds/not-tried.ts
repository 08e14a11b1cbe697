import { appendFileSync } from 'node:fs';

/**
 * For what a test needs and this computer may not have: `test.runIf(hasBus || notTriedHere('the bus: no dbus-daemon'))`.
 * Always false. `npm test` collects what was said, and lists it beside its count: a skip without a reason looks like a success.
 */
export function notTriedHere(what: string): false {
  const list = process.env.OFFPEAK_NOT_TRIED;
  if (list) appendFileSync(list, `${JSON.stringify(what)}\n`);
  else console.warn(`NOT TRIED HERE: ${what}`);
  return false;
}

/** Whether this is Linux, where most of an owner's computer can be imagined; else that is said. */
export const onLinux = (what: string): boolean =>
  process.platform === 'linux' || notTriedHere(`${what}: this is not Linux`);

/** Said where a test runs only beside a D-Bus of its own. */
export const NO_BUS = 'what a desktop says over D-Bus: dbus-daemon is not installed';
/** Said where PTX is to be assembled. */
export const NO_PTXAS = 'PTX that does not assemble: ptxas is not installed';
