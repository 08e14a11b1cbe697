import koffi from 'koffi';

/** From bits/resource.h; struct rusage begins with user and system time, each in seconds and microseconds. */
const RUSAGE_CHILDREN = -1;
const RUSAGE = 144;

const ask = koffi.load('libc.so.6').func('getrusage', 'int', ['int', 'void *']);
const usage = new BigInt64Array(RUSAGE / 8);

/** CPU time of this process, all its threads, and of its children that have ended: milliseconds, user and system. */
export function cpuMillis(): number {
  const { user, system } = process.cpuUsage();
  ask(RUSAGE_CHILDREN, usage);
  const [userS = 0n, userUs = 0n, systemS = 0n, systemUs = 0n] = usage;
  return (user + system + Number(userUs + systemUs)) / 1e3 + Number(userS + systemS) * 1e3;
}

/** CPU milliseconds that a call costs, the mean of `times`, children included. The first is not counted. */
export async function costOf(times: number, call: () => unknown): Promise<number> {
  await call();
  const before = cpuMillis();
  for (let i = 0; i < times; i++) await call();
  return (cpuMillis() - before) / times;
}
