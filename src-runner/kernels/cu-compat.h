// One .cu, three compilers:
//   clang -x cuda --cuda-device-only   no CUDA SDK needed: the built-ins below; makes the committed PTX (compile.mjs)
//   nvcc                               has all of this itself
//   a CPU compiler with CU_CPU         brings its own (the emulated driver of the tests)
//
// Only IEEE operations are offered, each rounded to nearest, and compile.mjs forbids contraction to fused
// multiply-adds: a kernel that uses nothing else gives the same bits on every NVIDIA card since Maxwell. For functions
// see cu-math.h.
#pragma once

#ifndef CU_CPU // which brings its own
// Dynamic shared memory, as much as the launch says: `CU_DYNAMIC_SHARED(float, tile);` inside a kernel.
#define CU_DYNAMIC_SHARED(type, name) extern __shared__ type name[]
#endif

#if defined(__clang__) && !defined(CU_CPU)

#define __global__ __attribute__((global))
#define __device__ __attribute__((device))
#define __host__ __attribute__((host))
#define __shared__ __attribute__((shared))
#define __constant__ __attribute__((constant))
#define __forceinline__ __inline__ __attribute__((always_inline))
#define __launch_bounds__(...) __attribute__((launch_bounds(__VA_ARGS__)))

// A property without storage: threadIdx.x reads the special register.
#define CU_AXIS(axis, read)                                    \
  __declspec(property(get = get_##axis)) unsigned axis;        \
  static __device__ __forceinline__ unsigned get_##axis() { return read; }
#define CU_REGISTER(type, name)                                \
  struct type {                                                \
    CU_AXIS(x, __nvvm_read_ptx_sreg_##name##_x())              \
    CU_AXIS(y, __nvvm_read_ptx_sreg_##name##_y())              \
    CU_AXIS(z, __nvvm_read_ptx_sreg_##name##_z())              \
  }
CU_REGISTER(cu_thread_index, tid);
CU_REGISTER(cu_block_index, ctaid);
CU_REGISTER(cu_block_size, ntid);
CU_REGISTER(cu_grid_size, nctaid);
extern const __device__ __attribute__((weak)) cu_thread_index threadIdx;
extern const __device__ __attribute__((weak)) cu_block_index blockIdx;
extern const __device__ __attribute__((weak)) cu_block_size blockDim;
extern const __device__ __attribute__((weak)) cu_grid_size gridDim;

#define CU_FUNCTION static __device__ __forceinline__
CU_FUNCTION float sqrtf(float x) { return __nvvm_sqrt_rn_f(x); }
CU_FUNCTION float fmaf(float a, float b, float c) { return __nvvm_fma_rn_f(a, b, c); }
CU_FUNCTION float fabsf(float x) { return __nvvm_fabs_f(x); }
CU_FUNCTION float floorf(float x) { return __nvvm_floor_f(x); }
CU_FUNCTION float fminf(float a, float b) { return __nvvm_fmin_f(a, b); }
CU_FUNCTION float fmaxf(float a, float b) { return __nvvm_fmax_f(a, b); }
CU_FUNCTION unsigned __float_as_uint(float x) { return (unsigned)__nvvm_bitcast_f2i(x); }
CU_FUNCTION float __uint_as_float(unsigned u) { return __nvvm_bitcast_i2f((int)u); }
CU_FUNCTION unsigned __brev(unsigned x) { return __builtin_bitreverse32(x); }
CU_FUNCTION unsigned atomicAdd(unsigned* p, unsigned v) { return __nvvm_atom_add_gen_i((int*)p, (int)v); }
#endif
