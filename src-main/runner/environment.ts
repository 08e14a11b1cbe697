import { delimiter } from 'node:path';

/**
 * The environment of a runner: where drivers and loaders look for their libraries and which cards they are to see. Nothing else
 * is passed on: an environment holds keys and tokens of the owner's other programs, and the runner works on strangers' data.
 */
const PASSED = [
  'LD_LIBRARY_PATH',
  'OFFPEAK_SWIFTSHADER',
  'OFFPEAK_RUNNER_SKIPS',
  'OFFPEAK_RUNNER_READS',
  'OFFPEAK_RUNNER_WRITES',
  ...['CUDA_VISIBLE_DEVICES', 'CUDA_DEVICE_ORDER', 'NVIDIA_VISIBLE_DEVICES'],
  // Which of several cards Vulkan shows; see adapter-environment.ts.
  ...['MESA_VK_DEVICE_SELECT', 'MESA_VK_DEVICE_SELECT_FORCE_DEFAULT_DEVICE'],
  ...['VK_DRIVER_FILES', 'VK_ICD_FILENAMES', 'VK_LOADER_DRIVERS_SELECT', 'GGML_VK_VISIBLE_DEVICES'],
  // Windows: where it lies itself, and where the driver's parts do.
  ...[
    'SystemRoot',
    'SystemDrive',
    'windir',
    'ProgramFiles',
    'ProgramData',
    'PROCESSOR_ARCHITECTURE',
  ],
];
/** The WebGPU host is an Electron with a (hidden) window, which needs the owner's screen. */
const SCREEN = [
  ...[
    'PATH',
    'HOME',
    'USER',
    'LANG',
    'DISPLAY',
    'XAUTHORITY',
    'WAYLAND_DISPLAY',
    'XDG_RUNTIME_DIR',
  ],
  ...['XDG_SESSION_TYPE', 'XDG_CONFIG_HOME', 'XDG_CACHE_HOME', 'DBUS_SESSION_BUS_ADDRESS'],
  ...['USERPROFILE', 'APPDATA', 'LOCALAPPDATA', 'TEMP', 'TMP', 'TMPDIR'],
];

/**
 * Names of further variables for the runner, separated by commas: for trials, such as a driver that is emulated and reads
 * its settings there. Whoever can set our environment has the owner's rights already.
 */
const PASSES = 'OFFPEAK_RUNNER_PASSES';

type Environment = Readonly<Record<string, string | undefined>>;

/** A runner's whole environment. `reads`: files and folders beyond libraries and drivers that it may read. */
export function runnerEnvironment(
  env: Environment,
  reads: readonly string[] = [],
): Record<string, string> {
  const named = env.OFFPEAK_RUNNER_READS;
  const all = [...reads, ...(named ? [named] : [])].join(delimiter);
  return {
    ...pick(env, PASSED),
    ...(all === '' ? {} : { OFFPEAK_RUNNER_READS: all }),
    // A cache would be a file that one stranger's job writes and the next one's, or the owner's program, runs.
    CUDA_CACHE_DISABLE: '1',
    MESA_SHADER_CACHE_DISABLE: 'true',
    __GL_SHADER_DISK_CACHE: '0',
    // Rings that were open before the system calls are shut would be a way around.
    UV_USE_IO_URING: '0',
  };
}

/** The environment of the WebGPU host's own Electron. */
export const webgpuEnvironment = (env: Environment): Record<string, string> =>
  pick(env, [...PASSED, ...SCREEN]);

function pick(env: Environment, names: readonly string[]): Record<string, string> {
  const further = (env[PASSES] ?? '').split(',');
  return Object.fromEntries(
    [...names, ...further].flatMap((name) => {
      const value = env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
