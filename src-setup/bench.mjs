// npm run bench:thread [-- --json]: what a start, a job and a game cost, measured on this machine.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readable } from './bench-table.mjs';
import { runCommand } from './command.mjs';
import { insistOnNode } from './node-version.mjs';
import { repository } from './places.mjs';
import { prepare } from './preparation.mjs';
import { sandboxObstacle } from './sandbox.mjs';
import { bringSystemPackages, missingLibraries, missingPrograms } from './system-packages.mjs';

insistOnNode();
const self = fileURLToPath(import.meta.url);
const [what, ...flags] = process.argv.slice(2);
/** Where the run on its own display and bus leaves its figures: xvfb-run mixes what is written to a terminal. */
const report = process.env.OFFPEAK_BENCH_REPORT;
const say = (line) => console.error(line);

try {
  if (what !== 'thread') throw new Error('Known benchmarks: thread. Run: npm run bench:thread');
  if (report === undefined) await show();
  else writeFileSync(report, JSON.stringify(await measure()));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

/** Runs this program again where there is a display and a session bus without a panel, and prints what it found. */
async function show() {
  const { executable } = await prepare(say);
  const missing = [...(await missingLibraries(executable)), ...missingPrograms()];
  const advice = await bringSystemPackages(missing, say);
  if (advice !== null) throw new Error(advice);
  const folder = mkdtempSync(join(tmpdir(), 'offpeak-bench-'));
  const file = join(folder, 'report.json');
  try {
    const display = process.env.DISPLAY ? [] : ['xvfb-run', '--auto-servernum'];
    const words = ['--', ...display, process.execPath, self, 'thread'];
    const env = { ...process.env, OFFPEAK_BENCH_REPORT: file };
    const { code, output } = await runCommand('dbus-run-session', words, { cwd: repository, env });
    if (code !== 0) throw new Error(`The benchmark ended with code ${code}.\n${output.trim()}`);
    const figures = JSON.parse(readFileSync(file, 'utf8'));
    console.log(flags.includes('--json') ? JSON.stringify(figures) : readable(figures));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure() {
  const { executable } = await prepare(say);
  const switches = (await sandboxObstacle(executable)) === null ? [] : ['--no-sandbox'];
  // The measuring code is TypeScript, like the tests whose real processes it shares.
  const { runnerImport } = await import('vite');
  const entry = join(repository, 'tests/bench/thread.ts');
  const { module } = await runnerImport(entry, { configFile: false, root: repository });
  return module.measureThread({ executable, switches }, repository, say);
}
