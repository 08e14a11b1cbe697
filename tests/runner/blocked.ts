import { holdLifeline } from '../../src-runner/lifeline.ts';

/** An hour: the call returns long after every test. */
const SECONDS = 3600;

/** A process with the runner's lifeline, stuck in native code as in a driver that does not return. */
async function block(parent: number): Promise<void> {
  const slack = await holdLifeline(parent);
  if (slack !== null) throw new Error(slack);
  const { default: koffi } = await import('koffi');
  const sleep = koffi.load(null).func('unsigned int sleep(unsigned int)');
  process.send?.({ kind: 'blocked' }, () => sleep(SECONDS));
}

block(process.ppid);
