/** @typedef {{ passed: number, failed: number, skipped: number }} Tally */

/**
 * What vitest's JSON report counts. A file that did not load counts as one failed test.
 * @param {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number,
 *   testResults: readonly { status: string, assertionResults: readonly unknown[] }[] }} report
 * @returns {Tally}
 */
export function vitestTally(report) {
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/**
 * What Playwright's JSON report counts. A flaky test passed at last.
 * @param {{ stats: { expected: number, unexpected: number, flaky: number, skipped: number } }} report
 * @returns {Tally}
 */
export function playwrightTally({ stats }) {
  return {
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected,
    skipped: stats.skipped,
  };
}

/**
 * @param {Tally} one
 * @param {Tally} other
 * @returns {Tally}
 */
export function addTallies(one, other) {
  return {
    passed: one.passed + other.passed,
    failed: one.failed + other.failed,
    skipped: one.skipped + other.skipped,
  };
}

/** @param {Tally} tally */
export function closingLine({ passed, failed, skipped }) {
  const rest = skipped === 0 ? '' : `, ${skipped} skipped`;
  return `${passed} passed, ${failed} failed${rest}`;
}

/**
 * The reasons of what Playwright skipped, one for each test.
 * @param {{ suites?: readonly PlaywrightSuite[] }} report
 * @returns {string[]}
 * @typedef {{ suites?: readonly PlaywrightSuite[], specs?: readonly { title: string, tests: readonly {
 *   status: string, annotations: readonly { type: string, description?: string }[] }[] }[] }} PlaywrightSuite
 */
export function playwrightReasons({ suites = [] }) {
  return suites.flatMap((suite) => [
    ...playwrightReasons(suite),
    ...(suite.specs ?? []).flatMap(({ title, tests }) =>
      tests
        .filter(({ status }) => status === 'skipped')
        .map(({ annotations }) => {
          const said = annotations.find(({ type }) => type === 'skip')?.description;
          return said ?? `nobody says why: ${title}`;
        }),
    ),
  ]);
}

/**
 * What the tests wrote into OFFPEAK_NOT_TRIED (see tests/worlds/not-tried.ts): one reason, as JSON, on each line.
 * @param {string} text
 * @returns {string[]}
 */
export const reasonsIn = (text) =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

/**
 * What was not tried on this computer, and why: a line for each reason, however many tests have it.
 * @param {readonly string[]} reasons
 * @returns {string[]}
 */
export const notTriedLines = (reasons) =>
  [...new Set(reasons)].sort().map((reason) => `Not tried here: ${reason}`);
