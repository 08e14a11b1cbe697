import type Koffi from 'koffi';

/** Where the driver lies: Windows puts it in System32, Linux beside its own libraries. */
export const CUDA_LIBRARY = process.platform === 'win32' ? 'nvcuda.dll' : 'libcuda.so.1';

type Call = (...args: readonly unknown[]) => number;

/** Results (`CUresult`) that are no error for us. */
export const CUDA_SUCCESS = 0;
export const CUDA_NOT_READY = 600;

/**
 * The part of the CUDA driver API we use, one function for each C function, each returning its `CUresult`. Out values
 * are typed arrays passed as `void *`: no structure is packed on the way. A context is current for one thread, so all
 * calls are made, synchronously, from the thread that opened it. Throws where the library or a function is missing.
 */
export function bindCuda(koffi: typeof Koffi) {
  const lib = koffi.load(CUDA_LIBRARY);
  const bind = (name: string, ...args: readonly string[]): Call => lib.func(name, 'int', [...args]);
  const p = 'void *';
  return {
    /** Where the bytes of an array lie, for the few arguments that are arrays of pointers. */
    address: (bytes: ArrayBuffer | Uint8Array): bigint => koffi.address(bytes),
    init: bind('cuInit', 'uint'),
    driverVersion: bind('cuDriverGetVersion', p),
    deviceCount: bind('cuDeviceGetCount', p),
    deviceGet: bind('cuDeviceGet', p, 'int'),
    deviceName: bind('cuDeviceGetName', p, 'int', 'int'),
    setFlags: bind('cuDevicePrimaryCtxSetFlags_v2', 'int', 'uint'),
    retain: bind('cuDevicePrimaryCtxRetain', p, 'int'),
    setCurrent: bind('cuCtxSetCurrent', p),
    moduleLoad: bind('cuModuleLoadDataEx', p, p, 'uint', p, p),
    moduleUnload: bind('cuModuleUnload', p),
    moduleFunction: bind('cuModuleGetFunction', p, p, 'str'),
    functionAttribute: bind('cuFuncGetAttribute', p, 'int', p),
    memInfo: bind('cuMemGetInfo_v2', p, p),
    alloc: bind('cuMemAlloc_v2', p, 'size_t'),
    free: bind('cuMemFree_v2', 'uint64_t'),
    toDevice: bind('cuMemcpyHtoD_v2', 'uint64_t', p, 'size_t'),
    toHost: bind('cuMemcpyDtoH_v2', p, 'uint64_t', 'size_t'),
    fill32: bind('cuMemsetD32_v2', 'uint64_t', 'uint', 'size_t'),
    streamCreate: bind('cuStreamCreate', p, 'uint'),
    streamQuery: bind('cuStreamQuery', p),
    launch: bind('cuLaunchKernel', p, ...Array<string>(7).fill('uint'), p, p, p),
    errorName: bind('cuGetErrorName', 'int', '_Out_ const char **'),
  };
}

export type CudaDriver = ReturnType<typeof bindCuda>;
