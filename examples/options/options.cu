// A book of European options, priced by Monte Carlo (Boyle 1977): the price today is the mean of the discounted payoff
// over random ends of the share price, which moves as a geometric Brownian motion (Black and Scholes 1973).
//
// One block per contract, 64 threads. A step draws 64 samples per thread; after 16 steps a contract has 65,536. A sample
// is the mean of an antithetic pair, the payoffs for z and -z, and counts once in the standard error.
//
// Random numbers come from a counter (Threefry-2x32-20: Salmon et al., SC 2011): which ones a thread draws depends only
// on contract, thread and step, never on what ran before. Sums have a fixed order and there are no atomics. So the
// result has the same bits however often the job was interrupted, and on every card.
#include "cu-math.h"

// A row of contracts.csv. kind: 1 for a call, -1 for a put; rates and volatility per year.
struct Contract { float kind, spot, strike, rate, volatility, years; };

// What a contract is worth if the share price just grew with interest. Samples are counted from here: the sums stay
// small, so that single precision loses nothing when the variance is taken.
static __device__ __forceinline__ float still_value(const Contract* c) {
  return fmaxf(c->kind * (c->spot - c->strike * cu_exp(-c->rate * c->years)), 0.0f);
}

static __device__ __forceinline__ unsigned rotate(unsigned x, unsigned by) { return (x << by) | (x >> (32u - by)); }

// Encrypts (*a, *b) with a fixed key: 20 rounds, a key injection after every fourth. (With the keys of Random123's
// known-answer file it gives that file's answers.)
static __device__ __forceinline__ void threefry(unsigned* a, unsigned* b) {
  const unsigned keys[3] = {0x0ff9ea4bu, 0x243f6a88u, 0x1bd11bdau ^ 0x0ff9ea4bu ^ 0x243f6a88u};
  const unsigned turns[8] = {13u, 15u, 26u, 6u, 17u, 29u, 16u, 24u};
  unsigned x = *a + keys[0], y = *b + keys[1];
  for (unsigned group = 0u; group < 5u; group++) {
    for (unsigned i = 0u; i < 4u; i++) {
      x += y;
      y = rotate(y, turns[(group & 1u) * 4u + i]) ^ x;
    }
    x += keys[(group + 1u) % 3u];
    y += keys[(group + 2u) % 3u] + group + 1u;
  }
  *a = x;
  *b = y;
}

// A standard normal number: the inverse of its distribution function at (bits + 1/2) / 2^23, by M. Giles'
// single-precision inverse error function (GPU Computing Gems, 2011).
static __device__ __forceinline__ float normal(unsigned bits) {
  float x = ((float)(bits >> 9) + 0.5f) * 2.384185791015625e-7f - 1.0f; // exact, and so are 1 - x and 1 + x
  float w = -cu_log((1.0f - x) * (1.0f + x)), p;
  if (w < 5.0f) {
    w = w - 2.5f;
    p = fmaf(2.81022636e-8f, w, 3.43273939e-7f);
    p = fmaf(p, w, -3.5233877e-6f);
    p = fmaf(p, w, -4.39150654e-6f);
    p = fmaf(p, w, 2.1858087e-4f);
    p = fmaf(p, w, -1.25372503e-3f);
    p = fmaf(p, w, -4.17768164e-3f);
    p = fmaf(p, w, 0.246640727f);
    p = fmaf(p, w, 1.50140941f);
  } else {
    w = sqrtf(w) - 3.0f;
    p = fmaf(-2.00214257e-4f, w, 1.00950558e-4f);
    p = fmaf(p, w, 1.34934322e-3f);
    p = fmaf(p, w, -3.67342844e-3f);
    p = fmaf(p, w, 5.73950773e-3f);
    p = fmaf(p, w, -7.6224613e-3f);
    p = fmaf(p, w, 9.43887047e-3f);
    p = fmaf(p, w, 1.00167406f);
    p = fmaf(p, w, 2.83297682f);
  }
  return 1.41421356f * p * x;
}

extern "C" {

// sums: for each contract and thread, the sum of its samples and of their squares.
__global__ void draw_paths(const Contract* contracts, float* sums, unsigned step) {
  const unsigned DRAWS = 32u; // per step and thread; each gives two samples
  unsigned thread = threadIdx.x, contract = blockIdx.x;
  const Contract* c = &contracts[contract];
  float spread = c->volatility * sqrtf(c->years);
  float drift = c->rate * c->years - 0.5f * spread * spread;
  float discount = cu_exp(-c->rate * c->years), still = still_value(c);
  float sum = 0.0f, squares = 0.0f;
  for (unsigned draw = 0u; draw < DRAWS; draw++) {
    unsigned bits[2] = {step * DRAWS + draw, contract * 64u + thread};
    threefry(&bits[0], &bits[1]);
    for (unsigned half = 0u; half < 2u; half++) {
      float z = spread * normal(bits[half]);
      float up = fmaxf(c->kind * (c->spot * cu_exp(drift + z) - c->strike), 0.0f);
      float down = fmaxf(c->kind * (c->spot * cu_exp(drift - z) - c->strike), 0.0f);
      float sample = discount * 0.5f * (up + down) - still;
      sum += sample;
      squares += sample * sample;
    }
  }
  float* mine = &sums[2u * (contract * 64u + thread)];
  mine[0] += sum;
  mine[1] += squares;
}

// One thread per contract: adds what its 64 threads found, always in the same order.
__global__ void summarise_prices(const Contract* contracts, const float* sums, float* prices, unsigned count,
                                 unsigned samples) {
  unsigned contract = blockIdx.x * 64u + threadIdx.x;
  if (contract >= count) return;
  float sum = 0.0f, squares = 0.0f, n = (float)samples;
  for (unsigned thread = 0u; thread < 64u; thread++) {
    sum += sums[2u * (contract * 64u + thread)];
    squares += sums[2u * (contract * 64u + thread) + 1u];
  }
  float mean = sum / n;
  float variance = fmaxf(squares / n - mean * mean, 0.0f) * (n / (n - 1.0f));
  prices[2u * contract] = still_value(&contracts[contract]) + mean;
  prices[2u * contract + 1u] = sqrtf(variance / n);
}
}
