import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** A shell's way to say that a program was ended by a signal. */
const ENDED_BY_SIGNAL = 128;
/** An app that saves and leaves takes well under this; then it is ended whatever it does. */
const LEAVE_WITHIN_MS = 10_000;
/** How soon an orphaned starter notices that npm is gone. */
const LOOK_FOR_PARENT_MS = 1_000;

/**
 * Runs the app so that neither outlives the other: signals go down, the exit code comes up, and when this
 * process is killed outright a waiting shell ends the app.
 * @param {string} command
 * @param {readonly string[]} words
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>} the exit code to end with
 */
export function followApp(command, words, env) {
  const app = spawn(command, words, { env, stdio: 'inherit' });
  const lifeline = app.pid === undefined ? null : holdLifeline(app.pid);
  const watch = watchForOrphanage(() => app.kill('SIGTERM'));
  let lastResort;
  const pass = (signal) => {
    app.kill(signal);
    lastResort ??= setTimeout(() => app.kill('SIGKILL'), LEAVE_WITHIN_MS);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, pass);
  return new Promise((resolve) => {
    const end = (code) => {
      for (const signal of signals) process.off(signal, pass);
      clearInterval(watch);
      clearTimeout(lastResort);
      lifeline?.stdin.end('left by itself\n');
      resolve(code);
    };
    app.on('error', (error) => {
      console.error(`${command} did not start: ${error.message}`);
      end(1);
    });
    app.on('exit', (code, signal) =>
      end(code ?? ENDED_BY_SIGNAL + (constants.signals[signal] ?? 0)),
    );
  });
}

/**
 * A shell that reads from us. When we die, however, the kernel closes its input and it ends the app; when
 * the app has left by itself we write it a line, and it goes in peace.
 */
function holdLifeline(pid) {
  if (process.platform === 'win32') return null;
  const gone = `kill -0 ${pid} || exit 0`;
  const script = `exec 2>/dev/null; read line && exit 0; kill -TERM ${pid}; for second in 1 2 3 4 5 6 7 8 9 10; do ${gone}; sleep 1; done; kill -KILL ${pid}`;
  // Its own group: Ctrl-C in the terminal is for the app.
  const shell = spawn('/bin/sh', ['-c', script], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  shell.on('error', () => undefined);
  shell.stdin.on('error', () => undefined);
  shell.unref();
  return shell;
}

/** npm killed outright leaves us behind; `npm start` promised that the app ends with it. */
function watchForOrphanage(orphaned) {
  if (process.env.npm_lifecycle_event === undefined) return undefined;
  const parent = process.ppid;
  return setInterval(() => {
    if (process.ppid !== parent) orphaned();
  }, LOOK_FOR_PARENT_MS).unref();
}
