import { homedir } from 'node:os';
import { runCli } from './cli-run.ts';

// The entry of `offpeak`: the only file of this room that does something when it is loaded.
const stop = new AbortController();
process.once('SIGINT', () => stop.abort());
process.once('SIGTERM', () => stop.abort());

const { stdout, stderr } = process;
runCli(process.argv.slice(2), {
  place: { env: process.env, platform: process.platform, home: homedir() },
  out: (line) => stdout.write(`${line}\n`),
  err: (line) => stderr.write(`${line}\n`),
  redraw: stdout.isTTY ? (line) => stdout.write(`\r\x1b[2K${line}`) : null,
  signal: stop.signal,
}).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    stderr.write(`offpeak: ${error instanceof Error ? (error.stack ?? error.message) : error}\n`);
    process.exitCode = 1;
  },
);
