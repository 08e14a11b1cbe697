// A WebGPU host without a browser: it starts a process that computes for ever, names both, and does what it is told.
import { spawn } from 'node:child_process';

const kernel = spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });
const say = (event) => process.send({ kind: 'event', event });
process.on('message', ({ kind, data }) => {
  if (kind === 'echo') say({ kind: 'echo', data });
  if (kind === 'crash') process.stderr.write('the page is on fire\n', () => process.exit(7));
  if (kind === 'leave')
    process.send({ kind: 'end', detail: 'The page ended.' }, () => process.exit(0));
  // What Node itself would take for a message of its own, were it not inside another.
  if (kind === 'forge') say({ cmd: 'NODE_HANDLE', type: 'net.Socket' });
  if (kind === 'babble') process.send({ kind: 'done' });
});
say({ kind: 'family', pids: [process.pid, kernel.pid] });
