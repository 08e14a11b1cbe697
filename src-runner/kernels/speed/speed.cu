// The kernels of the speed test: what a card can do when it does one thing only. Each gives a result that can be
// checked, so that no compiler leaves the work out.
#include "../cu-compat.h"

// Independent sums in each thread, and operations on each before the loop is taken again: enough that neither the wait
// for a result nor the loop itself is what is measured.
#define CHAINS 8
#define UNROLLED 16

typedef unsigned Words __attribute__((vector_size(16)));

// Copies n pieces of 16 bytes.
extern "C" __global__ void copy_memory(unsigned n, const Words* from, Words* to) {
  unsigned all = gridDim.x * blockDim.x;
  for (unsigned i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += all) to[i] = from[i];
}

// x = x * 0.75 + chain, CHAINS * UNROLLED times in each round: it settles at 4 * chain, and never overflows.
extern "C" __global__ void multiply_f32(unsigned rounds, float start, float* sums) {
  unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
  float x[CHAINS];
  for (int c = 0; c < CHAINS; c++) x[c] = start;
  for (unsigned round = 0; round < rounds; round++)
#pragma unroll
    for (int u = 0; u < UNROLLED; u++)
#pragma unroll
      for (int c = 0; c < CHAINS; c++) x[c] = fmaf(x[c], 0.75f, (float)c);
  float sum = 0.0f;
#pragma unroll
  for (int c = 0; c < CHAINS; c++) sum = sum + x[c];
  sums[i] = sum;
}

// x = x * x + chain, modulo 2^32: no compiler makes one multiplication of two of these.
extern "C" __global__ void multiply_u32(unsigned rounds, unsigned start, unsigned* sums) {
  unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
  unsigned x[CHAINS];
  for (unsigned c = 0; c < CHAINS; c++) x[c] = start + i;
  for (unsigned round = 0; round < rounds; round++)
#pragma unroll
    for (int u = 0; u < UNROLLED; u++)
#pragma unroll
      for (unsigned c = 0; c < CHAINS; c++) x[c] = x[c] * x[c] + c;
  unsigned sum = 0;
#pragma unroll
  for (unsigned c = 0; c < CHAINS; c++) sum = sum + x[c];
  sums[i] = sum;
}
