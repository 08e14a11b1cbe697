import { PROBE_BYTES, TOKEN_BYTES, vectorBytes } from './checkpoint.ts';
import { stateBytes } from './kernel.ts';
import { MAX_LLM_RESULT } from './llm.ts';
import { RunnerCommand } from './runner-protocol.ts';
import { type Bytes, bytes } from './units.ts';

// How the runner and whoever starts it hold their pipes. Not the channel of Node's `fork`: a child can end its parent with
// one forged word on that, before anybody has read what it says.

/** The runner hears frames (pipe-frame.ts) on its standard input and speaks in frames on this file. Libraries print on the others. */
export const RUNNER_SPEAKS_ON = 3;

/** Set in its environment where it was started with these pipes. */
export const CHANNEL_SIGN = 'OFFPEAK_RUNNER_CHANNEL';

/** All of an event but its buffers: its longest texts, each character escaped, with room to spare. */
export const EVENT_HEADER = bytes(128 * 1024);

/** The most bytes of buffers that an event can honestly carry which answers to this command. */
export function largestAnswer(command: object): Bytes {
  const read = RunnerCommand.safeParse(command);
  if (!read.success || read.data.kind !== 'start') return bytes(0);
  const { job } = read.data;
  switch (job.kind) {
    case 'kernel':
      return stateBytes(job.spec);
    case 'llm': {
      const { maxTokens, probes } = job.spec;
      return bytes(Math.max(MAX_LLM_RESULT, maxTokens * TOKEN_BYTES + probes.length * PROBE_BYTES));
    }
    case 'embed':
      return bytes(vectorBytes(job.spec.texts.length));
  }
}
