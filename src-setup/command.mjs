import { spawn } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder, canWrite } from './places.mjs';

/** What a shell says when there is no such command; spawn's ENOENT is told the same way. */
const NO_SUCH_COMMAND = 127;

/**
 * Runs one command to its end.
 * @param {string} command
 * @param {readonly string[]} words
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, show?: boolean, limitMs?: number }} [how]
 *   show: let the person see the output instead of collecting it; limitMs: kill it after so long
 * @returns {Promise<{ code: number, output: string }>} never rejects; a killed command has code 124
 */
export function runCommand(command, words, how = {}) {
  const stdio = how.show ? 'inherit' : ['ignore', 'pipe', 'pipe'];
  const child = spawn(command, words, { cwd: how.cwd, env: how.env ?? process.env, stdio });
  return new Promise((resolve) => {
    let output = '';
    let late = false;
    child.stdout?.on('data', (bytes) => {
      output += bytes;
    });
    child.stderr?.on('data', (bytes) => {
      output += bytes;
    });
    const pass = (signal) => child.kill(signal);
    process.on('SIGTERM', pass);
    process.on('SIGHUP', pass);
    const timer =
      how.limitMs === undefined
        ? undefined
        : setTimeout(() => {
            late = true;
            child.kill('SIGKILL');
          }, how.limitMs);
    const end = (code, why = '') => {
      clearTimeout(timer);
      process.off('SIGTERM', pass);
      process.off('SIGHUP', pass);
      resolve({ code: late ? 124 : code, output: output + why });
    };
    child.on('error', (error) => end(NO_SUCH_COMMAND, String(error.message)));
    child.on('close', (code, signal) => end(code ?? (signal === null ? 1 : 128)));
  });
}

/**
 * Runs npm as the person would, quietly.
 * @param {readonly string[]} words
 * @param {string} cwd
 */
export function runNpm(words, cwd) {
  const env = { ...process.env };
  // An account without a home (a service, a container's user) gives npm no place for its own cache.
  if (env.npm_config_cache === undefined && !canWrite(join(homedir(), '.npm'))) {
    env.npm_config_cache = join(cacheFolder(), 'npm');
  }
  const quiet = ['--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'];
  const npmScript = env.npm_execpath ?? '';
  // Running npm's own script with this Node needs no shell, which npm.cmd on Windows would.
  if (npmScript.endsWith('npm-cli.js')) {
    return runCommand(process.execPath, [npmScript, ...words, ...quiet], { cwd, env });
  }
  const npm = process.platform === 'win32' ? ['cmd.exe', '/c', 'npm'] : ['npm'];
  const [command = 'npm', ...before] = npm;
  return runCommand(command, [...before, ...words, ...quiet], { cwd, env });
}
