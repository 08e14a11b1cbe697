import { stateBytes } from './kernel.ts';
import { RunnerCommand } from './runner-protocol.ts';
import { type Bytes, bytes } from './units.ts';

// How the runner and whoever starts it hold their pipes. Not the channel of Node's `fork`: a child can end its parent with
// one forged word on that, before anybody has read what it says.

/** The runner hears frames (frame.ts) on its standard input and speaks in frames on this file. Libraries print on the others. */
export const RUNNER_SPEAKS_ON = 3;

/** Set in its environment where it was started with these pipes. */
export const CHANNEL_SIGN = 'OFFPEAK_RUNNER_CHANNEL';

/** All of an event but its buffers: its longest texts, each character escaped, with room to spare. */
export const EVENT_HEADER = bytes(128 * 1024);

/** The most bytes of buffers that an event can honestly carry which answers to this command. */
export function largestAnswer(command: object): Bytes {
  const read = RunnerCommand.safeParse(command);
  return read.success && read.data.kind === 'start' ? stateBytes(read.data.job.spec) : bytes(0);
}
