// The functions of cu-math.h, one after the other, for the test of their accuracy.
#include "cu-math.h"

extern "C" __global__ void functions(unsigned n, const float* x, float* log, float* exp, float* sine, float* cosine) {
  unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) return;
  log[i] = cu_log(fabsf(x[i]));
  exp[i] = cu_exp(x[i]);
  cu_sincos(x[i] - floorf(x[i]), &sine[i], &cosine[i]);
}
