import koffi from 'koffi';
import { bindLibc } from '../../../src-runner/lockdown/libc.ts';
import { holdLifeline } from '../../../src-runner/lockdown/lifeline.ts';
import { connectParent } from '../../../src-runner/parent.ts';

/** An hour: the call returns long after every test. */
const SECONDS = 3600;

// A process with the runner's lifeline, stuck in native code as in a driver that does not return.
const slack = holdLifeline(bindLibc(koffi), process.ppid);
if (slack !== null) throw new Error(slack);
const sleep = koffi.load(null).func('unsigned int sleep(unsigned int)');
const parent = connectParent<object>();
parent?.say({ kind: 'blocked' });
void parent?.flushed().then(() => sleep(SECONDS));
