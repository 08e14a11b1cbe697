// npm test: set up what is missing, then every check there is. `npm test -- <filter>` runs the matching
// vitest files only. The last line counts what passed and failed; those before it say what was not tried here, and why.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from './command.mjs';
import { insistOnNode } from './node-version.mjs';
import {
  bringSystemPackages,
  hasVulkanLoader,
  missingLibraries,
  missingPrograms,
} from './packages/system-packages.mjs';
import { repository } from './places.mjs';
import { headlessEnvironment, prepare } from './preparation.mjs';
import {
  addTallies,
  closingLine,
  notTriedLines,
  playwrightReasons,
  playwrightTally,
  reasonsIn,
  vitestTally,
} from './tally.mjs';

insistOnNode();
const filter = process.argv.slice(2);
const reports = mkdtempSync(join(tmpdir(), 'offpeak-test-'));
const biomeWords = ['check', '--config-path=src-setup/biome.json', '.'];
const playwrightConfig = join(repository, 'tests/electron/playwright.config.ts');
/** Where the tests say what this computer lacks; see tests/worlds/not-tried.ts. */
const notTried = join(reports, 'not-tried');
const reasons = [];
let tally = { passed: 0, failed: 0, skipped: 0 };
let code = 1;
try {
  code = await runSteps();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  tally = addTallies(tally, { passed: 0, failed: 1, skipped: 0 });
} finally {
  if (existsSync(notTried)) reasons.push(...reasonsIn(readFileSync(notTried, 'utf8')));
  rmSync(reports, { recursive: true, force: true });
}
for (const line of notTriedLines(reasons)) console.log(line);
console.log(closingLine(tally));
process.exitCode = code;

/** Every step in order; the first that fails ends the run with its exit code. */
async function runSteps() {
  const runtime = await timed('set-up', () => prepare(console.log));
  await timed('system packages', () => insistOnSystemPackages(runtime));
  const systemHasVulkan = await hasVulkanLoader();
  const env = {
    ...process.env,
    ...headlessEnvironment(runtime, { systemHasVulkan }),
    OFFPEAK_NOT_TRIED: notTried,
  };
  if (filter.length > 0) return unitTests(env);
  return (
    (await checked('type check', tool('typescript/bin/tsc', ['-b']), env)) ||
    (await checked('lint and format', tool('@biomejs/biome/bin/biome', biomeWords), env)) ||
    (await unitTests(env)) ||
    (await electronTests(env))
  );
}

async function insistOnSystemPackages({ executable }) {
  const missing = [...(await missingLibraries(executable)), ...missingPrograms()];
  const advice = await bringSystemPackages(missing, console.log);
  if (advice !== null) throw new Error(advice);
}

async function unitTests(env) {
  const report = join(reports, 'vitest.json');
  const words = ['run', '--config=tests/vitest.config.ts', '--reporter=default', '--reporter=json'];
  const outputs = [`--outputFile.json=${report}`, ...filter];
  return counted(
    'vitest',
    tool('vitest/vitest.mjs', [...words, ...outputs]),
    env,
    report,
    vitestTally,
  );
}

async function electronTests(env) {
  if (!existsSync(playwrightConfig)) return 0;
  const report = join(reports, 'playwright.json');
  const words = ['test', `--config=${playwrightConfig}`, '--reporter=list,json'];
  const bare = tool('@playwright/test/cli.js', words);
  const withReport = { ...env, PLAYWRIGHT_JSON_OUTPUT_NAME: report };
  return counted('Playwright on Electron', onSomeDisplay(bare), withReport, report, (found) => {
    reasons.push(...playwrightReasons(found));
    return playwrightTally(found);
  });
}

/** Tray and notifications need a session bus, the window a display; both are made for this run alone. */
function onSomeDisplay(command) {
  if (process.platform !== 'linux') return command;
  const display = process.env.DISPLAY ? [] : ['xvfb-run', '--auto-servernum'];
  return ['dbus-run-session', '--', ...display, ...command];
}

function tool(path, words) {
  return [process.execPath, join(repository, 'node_modules', path), ...words];
}

async function timed(name, work) {
  const began = Date.now();
  const result = await work();
  console.log(`${name}: ${((Date.now() - began) / 1000).toFixed(1)} s`);
  return result;
}

async function show([command = '', ...words], env) {
  const result = await runCommand(command, words, { cwd: repository, env, show: true });
  return result.code;
}

/** A check that counts no tests of its own: one failed when it fails. */
async function checked(name, command, env) {
  const exit = await timed(name, () => show(command, env));
  if (exit === 0) return 0;
  console.error(`${name} failed with code ${exit}.`);
  tally = addTallies(tally, { passed: 0, failed: 1, skipped: 0 });
  return exit;
}

async function counted(name, command, env, report, read) {
  const exit = await timed(name, () => show(command, env));
  const found = existsSync(report)
    ? read(JSON.parse(readFileSync(report, 'utf8')))
    : { passed: 0, failed: 0, skipped: 0 };
  // A runner that fails without a failed test (a broken file, a leak) must not read as a success.
  const failed = exit !== 0 && found.failed === 0 ? 1 : found.failed;
  tally = addTallies(tally, { ...found, failed });
  return exit;
}
