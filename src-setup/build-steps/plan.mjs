/**
 * @typedef {{ kind: 'program', source: string, output: string }} Program one file for Node or Electron; a program that
 *   another one imports with import() lies beside it and is loaded at that moment
 * @typedef {{ kind: 'page', source: string, output: string }} Page an index.html and a folder to put it in
 */

/**
 * Everything that is built, one bundle each: two entries in one CJS build share a chunk, and a child process
 * that requires the shared chunk runs the whole main process.
 * @type {readonly (Program | Page)[]}
 */
export const buildPlan = [
  { kind: 'program', source: 'src-main/shell/main.ts', output: 'main/main.cjs' },
  {
    kind: 'program',
    source: 'src-main/shell/electron-offpeak.ts',
    output: 'main/electron-offpeak.cjs',
  },
  { kind: 'program', source: 'src-main/shell/webgpu-app.ts', output: 'main/webgpu-app.cjs' },
  { kind: 'program', source: 'src-main/shell/preload.ts', output: 'main/preload.cjs' },
  {
    kind: 'program',
    source: 'src-main/shell/webgpu-preload.ts',
    output: 'main/webgpu-preload.cjs',
  },
  { kind: 'program', source: 'src-main/telemetry/probe.ts', output: 'main/probe.cjs' },
  {
    kind: 'program',
    source: 'src-main/activity/screen/screen-probe.ts',
    output: 'main/screen-probe.cjs',
  },
  { kind: 'program', source: 'src-main/headless.ts', output: 'main/headless.cjs' },
  { kind: 'program', source: 'src-runner/runner.ts', output: 'runner/runner.cjs' },
  { kind: 'program', source: 'src-runner/llm/llama.ts', output: 'runner/llama.cjs' },
  { kind: 'program', source: 'src-buyer/cli.ts', output: 'exchange/cli.cjs' },
  { kind: 'page', source: 'src-renderer/index.html', output: 'renderer' },
  { kind: 'page', source: 'src-runner/webgpu/page/index.html', output: 'webgpu' },
];

/**
 * Left as they are in every program: Electron itself, and packages that bring native code. Of node-llama-cpp only the
 * packages with its libraries, which are found by their place.
 */
export const notBundled = ['electron', 'koffi', 'libsql', 'webgpu'];

/** Folders copied into the build unchanged. */
export const copiedFolders = ['assets', 'examples', 'src-runner/kernels'];

/** What the oldest Electron we run in brings: 25.1.1, Node 18.15 and Chrome 114. */
export const targets = { program: 'node18', page: 'chrome114' };
