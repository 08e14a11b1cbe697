import koffi from 'koffi';

/**
 * The part of NVIDIA's management library that we use. Names, arguments and numbers are from the NVML API reference
 * (https://docs.nvidia.com/deploy/nvml-api/). Every call returns an nvmlReturn_t.
 */
export type NvmlCall = (...args: readonly unknown[]) => number;

export const NVML = {
  success: 0,
  uninitialized: 1,
  invalidArgument: 2,
  notSupported: 3,
  noPermission: 4,
  notFound: 6,
  insufficientSize: 7,
  driverNotLoaded: 9,
  gpuIsLost: 15,
  resetRequired: 16,
  versionMismatch: 18,
} as const;

/** Answers that mean that the card or its driver is not there any more, whatever was asked. */
const GONE: ReadonlySet<number> = new Set([
  NVML.uninitialized,
  NVML.driverNotLoaded,
  NVML.gpuIsLost,
  NVML.resetRequired,
  NVML.versionMismatch,
]);
export const meansGone = (answer: number): boolean => GONE.has(answer);

const POINTER = 'void *';
const HANDLE = [POINTER];
const ASK = [POINTER, POINTER];
const LIST = [POINTER, POINTER, POINTER];

/** In every driver of this century's teens and later. */
const REQUIRED = {
  init: ['nvmlInit_v2', []],
  shutdown: ['nvmlShutdown', []],
  count: ['nvmlDeviceGetCount_v2', HANDLE],
  byIndex: ['nvmlDeviceGetHandleByIndex_v2', ['uint', POINTER]],
  name: ['nvmlDeviceGetName', [POINTER, POINTER, 'uint']],
  uuid: ['nvmlDeviceGetUUID', [POINTER, POINTER, 'uint']],
  temperature: ['nvmlDeviceGetTemperature', [POINTER, 'int', POINTER]],
  memory: ['nvmlDeviceGetMemoryInfo', ASK],
} as const;

/** Missing in some drivers; what they would tell is then unknown. */
const OPTIONAL = {
  driverVersion: ['nvmlSystemGetDriverVersion', [POINTER, 'uint']],
  power: ['nvmlDeviceGetPowerUsage', ASK],
  /** What holds now, of all limits there are. */
  powerLimit: ['nvmlDeviceGetEnforcedPowerLimit', ASK],
  /** The one that can be set. */
  limit: ['nvmlDeviceGetPowerManagementLimit', ASK],
  setLimit: ['nvmlDeviceSetPowerManagementLimit', [POINTER, 'uint']],
  defaultLimit: ['nvmlDeviceGetPowerManagementDefaultLimit', ASK],
  powerRange: ['nvmlDeviceGetPowerManagementLimitConstraints', LIST],
  energy: ['nvmlDeviceGetTotalEnergyConsumption', ASK],
  pci: ['nvmlDeviceGetPciInfo_v3', ASK],
  fields: ['nvmlDeviceGetFieldValues', [POINTER, 'int', POINTER]],
  clock: ['nvmlDeviceGetClockInfo', [POINTER, 'int', POINTER]],
  reasons: ['nvmlDeviceGetCurrentClocksEventReasons', ASK],
  /** The same, as drivers before 535 call it. */
  oldReasons: ['nvmlDeviceGetCurrentClocksThrottleReasons', ASK],
  load: ['nvmlDeviceGetUtilizationRates', ASK],
  fan: ['nvmlDeviceGetFanSpeed', ASK],
  graphicsPrograms: ['nvmlDeviceGetGraphicsRunningProcesses_v3', LIST],
  computePrograms: ['nvmlDeviceGetComputeRunningProcesses_v3', LIST],
  programLoads: ['nvmlDeviceGetProcessUtilization', [...LIST, 'uint64_t']],
} as const;

export type NvmlCalls = Readonly<Record<keyof typeof REQUIRED, NvmlCall>> &
  Readonly<Record<Exclude<keyof typeof OPTIONAL, 'oldReasons'>, NvmlCall | null>> & {
    readonly explain: (answer: number) => string;
  };

/** Where a driver puts the library. On Windows by full path, so that no DLL lying about is loaded in its place. */
function places(): readonly string[] {
  if (process.platform === 'linux') return ['libnvidia-ml.so.1'];
  // No other system has an NVIDIA driver any more.
  if (process.platform !== 'win32') return [];
  const windows = process.env.SystemRoot ?? 'C:\\Windows';
  const programs = process.env.ProgramW6432 ?? 'C:\\Program Files';
  return [`${windows}\\System32\\nvml.dll`, `${programs}\\NVIDIA Corporation\\NVSMI\\nvml.dll`];
}

export type NvmlLoaded =
  | { readonly kind: 'loaded'; readonly calls: NvmlCalls }
  | { readonly kind: 'absent' }
  /** It lacks a call that we cannot do without. */
  | { readonly kind: 'too-old' };

/** Loads the library from `path`, or from where a driver puts it. */
export function loadNvml(path?: string): NvmlLoaded {
  for (const place of path === undefined ? places() : [path]) {
    const native = loadOrNull(place);
    if (native === null) continue;
    const calls = bind(native);
    return calls === null ? { kind: 'too-old' } : { kind: 'loaded', calls };
  }
  return { kind: 'absent' };
}

type Native = ReturnType<typeof koffi.load>;

function loadOrNull(path: string): Native | null {
  try {
    return koffi.load(path);
  } catch {
    // koffi says "not found" and "not loadable" alike; either way there is no driver that we can ask.
    return null;
  }
}

function bind(native: Native): NvmlCalls | null {
  const find = ([name, args]: readonly [string, readonly string[]]): NvmlCall | null => {
    try {
      return native.func(name, 'int', [...args]);
    } catch {
      return null;
    }
  };
  const init = find(REQUIRED.init);
  const shutdown = find(REQUIRED.shutdown);
  const count = find(REQUIRED.count);
  const byIndex = find(REQUIRED.byIndex);
  const name = find(REQUIRED.name);
  const uuid = find(REQUIRED.uuid);
  const temperature = find(REQUIRED.temperature);
  const memory = find(REQUIRED.memory);
  if (!init || !shutdown || !count || !byIndex || !name || !uuid || !temperature || !memory) {
    native.unload();
    return null;
  }
  const errorString: (answer: number) => string = native.func('nvmlErrorString', 'str', ['int']);
  return {
    init,
    shutdown,
    count,
    byIndex,
    name,
    uuid,
    temperature,
    memory,
    driverVersion: find(OPTIONAL.driverVersion),
    power: find(OPTIONAL.power),
    powerLimit: find(OPTIONAL.powerLimit),
    limit: find(OPTIONAL.limit),
    setLimit: find(OPTIONAL.setLimit),
    defaultLimit: find(OPTIONAL.defaultLimit),
    powerRange: find(OPTIONAL.powerRange),
    energy: find(OPTIONAL.energy),
    pci: find(OPTIONAL.pci),
    fields: find(OPTIONAL.fields),
    clock: find(OPTIONAL.clock),
    reasons: find(OPTIONAL.reasons) ?? find(OPTIONAL.oldReasons),
    load: find(OPTIONAL.load),
    fan: find(OPTIONAL.fan),
    graphicsPrograms: find(OPTIONAL.graphicsPrograms),
    computePrograms: find(OPTIONAL.computePrograms),
    programLoads: find(OPTIONAL.programLoads),
    explain: (answer) => `${errorString(answer)} (NVML ${answer})`,
  };
}
