// Logarithm, exponential, sine and cosine for kernels, in single precision, from IEEE operations only: the same bits on
// every card and in the emulated driver. Polynomials: Cephes single precision (S. L. Moshier, netlib.org/cephes).
//
// Largest errors seen against double precision, over 65,536 numbers of all sizes (tests/examples/programs.test.ts):
//   cu_log(x)     x > 0, normal       0.8e-7, relative where |log x| > 1, else absolute
//   cu_exp(x)     -87 .. 88           0.8e-7 relative; clamped outside that range
//   cu_sincos(t)  0 .. 1 (turns)      1.1e-7 absolute
#pragma once
#include "cu-compat.h"

static __device__ __forceinline__ float cu_log(float x) {
  unsigned bits = __float_as_uint(x);
  int exponent = (int)(bits >> 23) - 126;
  float m = __uint_as_float((bits & 0x007fffffu) | 0x3f000000u); // 0.5 .. 1
  if (m < 0.707106781f) {
    m = m + m;
    exponent -= 1;
  }
  float f = m - 1.0f, e = (float)exponent, z = f * f;
  float p = fmaf(7.0376836292e-2f, f, -1.1514610310e-1f);
  p = fmaf(p, f, 1.1676998740e-1f);
  p = fmaf(p, f, -1.2420140846e-1f);
  p = fmaf(p, f, 1.4249322787e-1f);
  p = fmaf(p, f, -1.6668057665e-1f);
  p = fmaf(p, f, 2.0000714765e-1f);
  p = fmaf(p, f, -2.4999993993e-1f);
  p = fmaf(p, f, 3.3333331174e-1f);
  float y = p * f * z;
  y = fmaf(-2.12194440e-4f, e, y); // ln 2 in two parts, so that e * ln 2 keeps its last bits
  y = fmaf(-0.5f, z, y);
  return fmaf(0.693359375f, e, f + y);
}

static __device__ __forceinline__ float cu_exp(float x) {
  x = fminf(fmaxf(x, -87.0f), 88.0f);
  float n = floorf(fmaf(x, 1.44269504089f, 0.5f));
  float r = fmaf(-n, 0.693359375f, x);
  r = fmaf(n, 2.12194440e-4f, r);
  float p = fmaf(1.9875691500e-4f, r, 1.3981999507e-3f);
  p = fmaf(p, r, 8.3334519073e-3f);
  p = fmaf(p, r, 4.1665795894e-2f);
  p = fmaf(p, r, 1.6666665459e-1f);
  p = fmaf(p, r, 5.0000001201e-1f);
  float y = fmaf(p, r * r, r) + 1.0f;
  return y * __uint_as_float((unsigned)((int)n + 127) << 23);
}

// sin(2 pi t) and cos(2 pi t).
static __device__ __forceinline__ void cu_sincos(float t, float* sine, float* cosine) {
  float quarters = floorf(fmaf(t, 4.0f, 0.5f));
  float a = fmaf(quarters, -0.25f, t) * 6.28318530718f; // -pi/4 .. pi/4
  float z = a * a;
  float s = fmaf(-1.9515295891e-4f, z, 8.3321608736e-3f);
  s = fmaf(s, z, -1.6666654611e-1f);
  s = fmaf(s * z, a, a);
  float c = fmaf(2.443315711809948e-5f, z, -1.388731625493765e-3f);
  c = fmaf(c, z, 4.166664568298827e-2f);
  c = fmaf(c, z * z, fmaf(-0.5f, z, 1.0f));
  unsigned quadrant = (unsigned)(int)quarters & 3u;
  float first = quadrant & 1u ? c : s, second = quadrant & 1u ? s : c;
  *sine = quadrant & 2u ? -first : first;
  *cosine = quadrant == 1u || quadrant == 2u ? -second : second;
}
