import type Koffi from 'koffi';

/** Where the driver lies: Windows puts it in System32, Linux beside its own libraries. */
export const CUDA_DRIVER_FILE = process.platform === 'win32' ? 'nvcuda.dll' : 'libcuda.so.1';

type Call = (...args: readonly unknown[]) => number;

/** Results (`CUresult`) that are no error for us. */
export const CUDA_SUCCESS = 0;
export const CUDA_NOT_READY = 600;

/** A handle or an address of the driver. Numbers cross into C faster than bigints, so hot calls take `word` of it. */
export type Handle = bigint;

/** The same handle as a number where that is exact, as it is for every address that processors have today. */
export const word = (handle: Handle): number | bigint =>
  handle <= Number.MAX_SAFE_INTEGER ? Number(handle) : handle;

/**
 * Copies between an array and memory that is none of this language's. Not through a view of that memory: some hosts allow
 * none. The C library's function, or what Windows has in its place.
 */
export function bindMemory(koffi: typeof Koffi) {
  const windows = process.platform === 'win32';
  const native = koffi.load(windows ? 'kernel32.dll' : null);
  const name = windows ? 'RtlMoveMemory' : 'memmove';
  const into = native.func(name, 'void', ['uint64_t', 'void *', 'size_t']);
  const outOf = native.func(name, 'void', ['void *', 'uint64_t', 'size_t']);
  return {
    /** Where the bytes of an array lie. */
    address: (bytes: ArrayBuffer | Uint8Array): Handle => koffi.address(bytes),
    copyIn: (to: Handle, from: Uint8Array): void => into(to, from, from.length),
    copyOut: (to: Uint8Array, from: Handle): void => outOf(to, from, to.length),
  };
}

/**
 * The part of the CUDA driver API we use, one function for each C function, each returning its `CUresult`. Out values
 * are typed arrays passed as `void *`, handles and addresses that go in are `uint64_t` (twice as fast as `void *`): no
 * structure is packed on the way. A context is current for one thread, so all calls are made, synchronously, from the
 * thread that opened it. Throws where the library or a function is missing.
 */
export function bindCuda(koffi: typeof Koffi) {
  const lib = koffi.load(CUDA_DRIVER_FILE);
  const bind = (name: string, ...args: readonly string[]): Call => lib.func(name, 'int', [...args]);
  const p = 'void *';
  const h = 'uint64_t';
  return {
    ...bindMemory(koffi),
    init: bind('cuInit', 'uint'),
    driverVersion: bind('cuDriverGetVersion', p),
    deviceCount: bind('cuDeviceGetCount', p),
    deviceGet: bind('cuDeviceGet', p, 'int'),
    deviceAt: bind('cuDeviceGetByPCIBusId', p, 'str'),
    deviceName: bind('cuDeviceGetName', p, 'int', 'int'),
    deviceAttribute: bind('cuDeviceGetAttribute', p, 'int', 'int'),
    setFlags: bind('cuDevicePrimaryCtxSetFlags_v2', 'int', 'uint'),
    retain: bind('cuDevicePrimaryCtxRetain', p, 'int'),
    setCurrent: bind('cuCtxSetCurrent', h),
    moduleLoad: bind('cuModuleLoadDataEx', p, p, 'uint', p, p),
    moduleUnload: bind('cuModuleUnload', h),
    moduleFunction: bind('cuModuleGetFunction', p, h, 'str'),
    functionAttribute: bind('cuFuncGetAttribute', p, 'int', h),
    setFunctionAttribute: bind('cuFuncSetAttribute', h, 'int', 'int'),
    memInfo: bind('cuMemGetInfo_v2', p, p),
    alloc: bind('cuMemAlloc_v2', p, 'size_t'),
    free: bind('cuMemFree_v2', h),
    /** Host memory that the card reads and writes by itself, so that a copy goes on after the call. */
    hostAlloc: bind('cuMemHostAlloc', p, 'size_t', 'uint'),
    toDevice: bind('cuMemcpyHtoDAsync_v2', h, h, 'size_t', h),
    toHost: bind('cuMemcpyDtoHAsync_v2', h, h, 'size_t', h),
    fill32: bind('cuMemsetD32Async', h, 'uint', 'size_t', h),
    streamCreate: bind('cuStreamCreate', p, 'uint'),
    streamQuery: bind('cuStreamQuery', h),
    eventCreate: bind('cuEventCreate', p, 'uint'),
    eventRecord: bind('cuEventRecord', h, h),
    eventQuery: bind('cuEventQuery', h),
    launch: bind('cuLaunchKernel', h, ...Array<string>(7).fill('uint'), h, h, h),
    errorName: bind('cuGetErrorName', 'int', '_Out_ const char **'),
  };
}

export type CudaDriver = ReturnType<typeof bindCuda>;
