// The classic parallel patterns, for tests of runners. The same launches work with parallel.wgsl. Reductions take
// block_sums of basic.cu once for each factor of 64.
#include "cu-compat.h"

#define SCAN 256u // threads of a block of scan_blocks and histogram
#define TILE 16u // threads along each side of a block of matmul

extern "C" {

// Inclusive prefix sums within blocks of 256, modulo 2^32 (Hillis and Steele); `totals` gets the sum of each block.
__global__ void scan_blocks(unsigned n, const unsigned* x, unsigned* sums, unsigned* totals) {
  __shared__ unsigned part[SCAN];
  unsigned t = threadIdx.x, i = blockIdx.x * SCAN + t;
  part[t] = i < n ? x[i] : 0u;
  __syncthreads();
  for (unsigned reach = 1u; reach < SCAN; reach *= 2u) {
    unsigned before = t >= reach ? part[t - reach] : 0u;
    __syncthreads();
    part[t] = part[t] + before;
    __syncthreads();
  }
  if (i < n) sums[i] = part[t];
  if (t == SCAN - 1u) totals[blockIdx.x] = part[t];
}

// Adds to each block of 256 the sum of all blocks before it; `through` holds the sums through each block.
__global__ void scan_add(unsigned n, const unsigned* through, unsigned* sums) {
  unsigned block = blockIdx.x, i = block * SCAN + threadIdx.x;
  if (i < n && block > 0u) sums[i] += through[block - 1u];
}

// c = a b for n by n matrices, n a multiple of 16, by tiles in dynamic shared memory: 2 * 16 * 16 * 4 bytes.
__global__ void matmul(unsigned n, const float* a, const float* b, float* c) {
  CU_DYNAMIC_SHARED(float, tiles);
  float *left = tiles, *right = tiles + TILE * TILE;
  unsigned x = threadIdx.x, y = threadIdx.y, column = blockIdx.x * TILE + x, row = blockIdx.y * TILE + y;
  float sum = 0.0f;
  for (unsigned from = 0u; from < n; from += TILE) {
    left[y * TILE + x] = a[row * n + from + x];
    right[y * TILE + x] = b[(from + y) * n + column];
    __syncthreads();
    for (unsigned k = 0u; k < TILE; k++) sum = fmaf(left[y * TILE + k], right[k * TILE + x], sum);
    __syncthreads();
  }
  c[row * n + column] = sum;
}

// How often each value's last byte occurs: counted by atomics in shared memory, then added to 256 bins.
__global__ void histogram(unsigned n, const unsigned* values, unsigned* bins) {
  __shared__ unsigned counts[SCAN];
  unsigned t = threadIdx.x;
  counts[t] = 0u;
  __syncthreads();
  for (unsigned i = blockIdx.x * SCAN + t; i < n; i += gridDim.x * SCAN) atomicAdd(&counts[values[i] & 255u], 1u);
  __syncthreads();
  atomicAdd(&bins[t], counts[t]);
}

// Gravity among n bodies (G = 1), softened; bodies are x, y, z, mass; speeds are x, y, z, unused. Changes the speeds by
// what `dt` of time does.
__global__ void nbody_kick(unsigned n, float dt, float softening, const float* bodies, float* speeds) {
  unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) return;
  float x = bodies[4u * i], y = bodies[4u * i + 1u], z = bodies[4u * i + 2u];
  float ax = 0.0f, ay = 0.0f, az = 0.0f;
  for (unsigned k = 0u; k < n; k++) {
    float dx = bodies[4u * k] - x, dy = bodies[4u * k + 1u] - y, dz = bodies[4u * k + 2u] - z;
    float square = fmaf(dx, dx, fmaf(dy, dy, fmaf(dz, dz, softening * softening)));
    float pull = bodies[4u * k + 3u] / (square * sqrtf(square));
    ax = fmaf(pull, dx, ax);
    ay = fmaf(pull, dy, ay);
    az = fmaf(pull, dz, az);
  }
  speeds[4u * i] = fmaf(dt, ax, speeds[4u * i]);
  speeds[4u * i + 1u] = fmaf(dt, ay, speeds[4u * i + 1u]);
  speeds[4u * i + 2u] = fmaf(dt, az, speeds[4u * i + 2u]);
}

__global__ void nbody_drift(unsigned n, float dt, const float* speeds, float* bodies) {
  unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) return;
  for (unsigned axis = 0u; axis < 3u; axis++) bodies[4u * i + axis] = fmaf(dt, speeds[4u * i + axis], bodies[4u * i + axis]);
}
}
