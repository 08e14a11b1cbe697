// A program beside the agent that watches a card through the driver, as a monitoring program does, and the process of a
// runner through /proc. It looks once a millisecond and says when it first saw what it looks for, so its times are up to
// a look (1 to 2 ms) late and never early.
//
//   node card-observer.mjs     prints {"desktop"}: the bytes used now; then for each line on stdin:
//     work                     prints {"used"} once more is used than at the beginning
//     PID                      prints {"used"}, and {"gone", "free"} when that process is gone and memory is what it was
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import koffi from 'koffi';

const LOOK_EVERY_MS = 1;
const WAIT_EVERY_MS = 20;
const CLOCK_REALTIME = 0;

const say = (value) => console.log(JSON.stringify(value));
const library = koffi.load('libnvidia-ml.so.1');
const bind = (name, args) => {
  const call = library.func(name, 'int', args);
  return (...words) => {
    const code = call(...words);
    if (code !== 0) throw new Error(`${name} said ${code}`);
  };
};
bind('nvmlInit_v2', [])();
const handle = new BigUint64Array(1);
bind('nvmlDeviceGetHandleByIndex_v2', ['uint', 'void *'])(0, handle);
const askMemory = bind('nvmlDeviceGetMemoryInfo', ['uint64_t', 'void *']);
const memory = new BigUint64Array(3);
const used = () => {
  askMemory(handle[0], memory);
  return Number(memory[2]);
};

// Date.now() has whole milliseconds only, and performance.now() a beginning of its own.
const time = new BigInt64Array(2);
const askClock = koffi.load('libc.so.6').func('clock_gettime', 'int', ['int', 'void *']);
const now = () => {
  askClock(CLOCK_REALTIME, time);
  return Number(time[0]) * 1e3 + Number(time[1]) / 1e6;
};

/** A corpse with threads that still die has not given everything back yet: wait for the last of them. */
function isGone(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // From the state on; the name before it may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return /[ZX]/.test(fields[0]) && Number(fields[17]) <= 1;
  } catch {
    return true;
  }
}

const desktop = used();
say({ desktop });
const awaitWork = () => {
  const bytes = used();
  if (bytes > desktop) say({ used: bytes });
  else setTimeout(awaitWork, WAIT_EVERY_MS);
};
const watch = (pid) => {
  let gone = null;
  const look = () => {
    if (gone === null && isGone(pid)) gone = now();
    // Memory whose holder is still there is not free, whatever the emulated driver says.
    if (gone !== null && used() <= desktop) say({ gone, free: now() });
    else setTimeout(look, LOOK_EVERY_MS);
  };
  say({ used: used() });
  look();
};
createInterface({ input: process.stdin }).on('line', (line) => {
  if (line === 'work') awaitWork();
  else watch(line);
});
