export type Tally = { readonly passed: number; readonly failed: number; readonly skipped: number };

export function vitestTally(report: {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly unknown[];
  }[];
}): Tally;
export function playwrightTally(report: {
  readonly stats: {
    readonly expected: number;
    readonly unexpected: number;
    readonly flaky: number;
    readonly skipped: number;
  };
}): Tally;
export function addTallies(one: Tally, other: Tally): Tally;
export function closingLine(tally: Tally): string;

type PlaywrightSuite = {
  readonly suites?: readonly PlaywrightSuite[];
  readonly specs?: readonly {
    readonly title: string;
    readonly tests: readonly {
      readonly status: string;
      readonly annotations: readonly { readonly type: string; readonly description?: string }[];
    }[];
  }[];
};
export function playwrightReasons(report: Pick<PlaywrightSuite, 'suites'>): string[];
export function reasonsIn(text: string): string[];
export function notTriedLines(reasons: readonly string[]): string[];
