// The CUDA language on the CPU, for the emulated driver only: the same .cu that becomes PTX is compiled by g++ with this
// header forced in. A block runs on one system thread; the threads of a block are a plain loop, or fibers where the
// kernel has a barrier (block.cpp).
//
// Covers threadIdx & co, static and dynamic (CU_DYNAMIC_SHARED) shared memory, __syncthreads, atomicAdd, and the
// functions of cu-compat.h. Does not: warp operations (shuffle, ballot), textures, streams inside kernels.
#pragma once
#define CU_CPU 1
#include <cmath>
#include <cstdint>
#include <cstring>
#include <utility>

#define __global__ __attribute__((visibility("default")))
#define __device__
#define __host__
#define __forceinline__ inline __attribute__((always_inline))
#define __launch_bounds__(...)
#define __constant__ static const
#define __shared__ static thread_local
#define __restrict__ __restrict

struct cu_dim3 { unsigned x, y, z; };

// Where a thread is. The driver fills it in before each call.
struct cu_place { cu_dim3 thread, block, block_size, grid_size; void (*barrier)(); void* shared; };

extern "C" { extern thread_local cu_place* cu_here __attribute__((visibility("hidden"))); }
#define threadIdx (cu_here->thread)
#define blockIdx (cu_here->block)
#define blockDim (cu_here->block_size)
#define gridDim (cu_here->grid_size)

#define CU_DYNAMIC_SHARED(type, name) type* name = (type*)cu_here->shared

static inline void __syncthreads() { cu_here->barrier(); }

// IEEE: the same bits as the .rn instructions of PTX. sqrtf, fmaf, floorf, fabsf, fminf and fmaxf come from <cmath>.
static inline uint32_t __float_as_uint(float x) { uint32_t u; memcpy(&u, &x, 4); return u; }
static inline float __uint_as_float(uint32_t u) { float x; memcpy(&x, &u, 4); return x; }

static inline uint32_t __brev(uint32_t x) { // swaps halves, and halves of halves, down to single bits
  x = (x >> 16) | (x << 16);
  x = (x >> 8 & 0x00ff00ffu) | (x & 0x00ff00ffu) << 8;
  x = (x >> 4 & 0x0f0f0f0fu) | (x & 0x0f0f0f0fu) << 4;
  x = (x >> 2 & 0x33333333u) | (x & 0x33333333u) << 2;
  return (x >> 1 & 0x55555555u) | (x & 0x55555555u) << 1;
}

template <class T> static inline T atomicAdd(T* p, T v) { return __atomic_fetch_add(p, v, __ATOMIC_RELAXED); }

// ---- one set of doors per kernel, and one door per variable with an initial value, appended to the source by build.ts: void** of parameters -> a typed call
template <class... A, std::size_t... I>
static inline void cu_call(void (*kernel)(A...), void** p, std::index_sequence<I...>) {
  kernel(*(std::remove_cv_t<A>*)p[I]...);
}
template <class... A> static inline void cu_call(void (*kernel)(A...), void** p) {
  cu_call(kernel, p, std::index_sequence_for<A...>{});
}
template <class... A> static constexpr unsigned cu_count(void (*)(A...)) { return sizeof...(A); }

#define CU_EXPORT extern "C" __attribute__((visibility("default")))
#define CU_KERNEL(name)                                                               \
  CU_EXPORT unsigned cu_parameters_##name() { return cu_count(&name); }               \
  CU_EXPORT void cu_thread_##name(void** p, cu_place* at) {                           \
    cu_here = at;                                                                     \
    cu_call(&name, p);                                                                \
  }                                                                                   \
  /* the whole block in one call: keeps the cost of a thread at a few nanoseconds */  \
  CU_EXPORT void cu_block_##name(void** p, cu_place* at) {                            \
    cu_here = at;                                                                     \
    for (unsigned z = 0; z < at->block_size.z; z++)                                   \
      for (unsigned y = 0; y < at->block_size.y; y++)                                 \
        for (unsigned x = 0; x < at->block_size.x; x++) {                             \
          at->thread = {x, y, z};                                                     \
          cu_call(&name, p);                                                          \
        }                                                                             \
  }
#define CU_VARIABLE(name) CU_EXPORT void* cu_variable_##name() { return &name; }
