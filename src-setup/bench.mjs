// npm run bench:thread | bench:pause | bench:senses | bench:runner | bench:window [-- --json]: what Offpeak costs,
// measured on this machine.
//   thread   a start, a job and a game
//   pause    from the start of a game to its memory on the card, and BOINC beside it where that is installed
//   senses   what looking at cards and programs costs, and the whole agent in the tray
//   window   the window over a year of history, beside an empty page
//   runner   launches, copies, checkpoints, jobs and kills on the emulated card
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readable } from './bench-table.mjs';
import { runCommand } from './command.mjs';
import { insistOnNode } from './node-version.mjs';
import {
  bringSystemPackages,
  missingLibraries,
  missingPrograms,
} from './packages/system-packages.mjs';
import { repository } from './places.mjs';
import { prepare } from './preparation.mjs';
import { sandboxObstacle } from './runtime/sandbox.mjs';

/** Games of one pause run: its 99th percentile is then the third worst. */
const GAMES = 200;

/** What each benchmark measures with; `display`: it starts Electron. */
const benchmarks = {
  thread: {
    display: true,
    entry: 'tests/bench/thread.ts',
    run: ({ measureThread }, electron) => measureThread(electron, repository, say),
  },
  pause: {
    display: false,
    entry: 'tests/bench/pause/pause.ts',
    run: ({ measurePause }) => measurePause(GAMES, say),
  },
  runner: {
    display: false,
    entry: 'tests/bench/runner/runner.ts',
    run: ({ measureRunner }) => measureRunner(say),
  },
  window: {
    display: true,
    entry: 'tests/bench/window/window.ts',
    run: ({ measureWindow }, electron) => measureWindow(electron, repository, say),
  },
  senses: {
    display: true,
    entry: 'tests/bench/senses/senses.ts',
    run: ({ measureSenses }, electron) => measureSenses(electron, repository, say),
  },
};

insistOnNode();
const self = fileURLToPath(import.meta.url);
const [what, ...flags] = process.argv.slice(2);
/** Where the run on its own display and bus leaves its figures: xvfb-run mixes what is written to a terminal. */
const report = process.env.OFFPEAK_BENCH_REPORT;
const say = (line) => console.error(line);

try {
  const benchmark = Object.hasOwn(benchmarks, what) ? benchmarks[what] : null;
  if (benchmark === null) {
    const known = Object.keys(benchmarks).map((name) => `npm run bench:${name}`);
    throw new Error(`Known benchmarks: ${known.join(', ')}.`);
  }
  if (report !== undefined) writeFileSync(report, JSON.stringify(await measure(benchmark)));
  else {
    const figures = benchmark.display ? await measureOnDisplay() : await measure(benchmark);
    console.log(flags.includes('--json') ? JSON.stringify(figures) : readable[what](figures));
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

/** Runs this program again where there is a display and a session bus without a panel, and returns what it found. */
async function measureOnDisplay() {
  const { executable } = await prepare(say);
  const missing = [...(await missingLibraries(executable)), ...missingPrograms()];
  const advice = await bringSystemPackages(missing, say);
  if (advice !== null) throw new Error(advice);
  const folder = mkdtempSync(join(tmpdir(), 'offpeak-bench-'));
  const file = join(folder, 'report.json');
  try {
    const display = process.env.DISPLAY ? [] : ['xvfb-run', '--auto-servernum'];
    const words = ['--', ...display, process.execPath, self, what];
    const env = { ...process.env, OFFPEAK_BENCH_REPORT: file };
    const { code, output } = await runCommand('dbus-run-session', words, { cwd: repository, env });
    if (code !== 0) throw new Error(`The benchmark ended with code ${code}.\n${output.trim()}`);
    return JSON.parse(readFileSync(file, 'utf8'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure({ entry, run }) {
  const { executable } = await prepare(say);
  const switches = (await sandboxObstacle(executable)) === null ? [] : ['--no-sandbox'];
  // The measuring code is TypeScript, like the tests whose real processes it shares.
  const { runnerImport } = await import('vite');
  const path = join(repository, entry);
  const { module } = await runnerImport(path, { configFile: false, root: repository });
  return run(module, { executable, switches });
}
