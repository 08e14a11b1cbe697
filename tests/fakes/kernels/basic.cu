// Small kernels for tests of runners. The same launches work with basic.wgsl.
#include "cu-compat.h"

extern "C" {

__global__ void vector_add(unsigned n, const float* a, const float* b, float* sum) {
  unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) sum[i] = a[i] + b[i];
}

__global__ void saxpy(unsigned n, float alpha, const float* x, float* y) {
  unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = alpha * x[i] + y[i];
}

// Sum of each block's 64 numbers, in shared memory, halving: needs a barrier that works. Blocks of 64 threads.
__global__ void block_sums(unsigned n, const float* x, float* sums) {
  __shared__ float part[64];
  unsigned t = threadIdx.x, i = blockIdx.x * 64u + t;
  part[t] = i < n ? x[i] : 0.0f;
  __syncthreads();
  for (unsigned half = 32u; half > 0u; half /= 2u) {
    if (t < half) part[t] = part[t] + part[t + half];
    __syncthreads();
  }
  if (t == 0u) sums[blockIdx.x] = part[0];
}

// Adds one to every counter: after k steps, each holds k exactly if every step ran exactly once. `rounds` of useless
// work make it slow on real devices; on the emulated driver FAKE_CUDA_KERNEL_MS does.
__global__ void spin(unsigned n, unsigned rounds, unsigned* counters) {
  unsigned i = blockIdx.x * blockDim.x + threadIdx.x, h = i;
  for (unsigned k = 0u; k < rounds; k++) h = (h ^ (h >> 15)) * 747796405u + 2891336453u;
  if (i < n) counters[i] += h == 1u && rounds == 0xffffffffu ? 2u : 1u; // the test keeps the loop alive
}

// Adds `step` to each of n numbers: shows that a step gets its own number.
__global__ void add_step(unsigned n, unsigned step, unsigned* sums) {
  unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) sums[i] += step;
}

// Writes past the end on purpose, `beyond` words after the first.
__global__ void out_of_bounds(unsigned beyond, unsigned* words) {
  words[beyond + blockIdx.x * blockDim.x + threadIdx.x] = 0xbadbadu;
}
}
