// What nobody should send: for tests of how a runner bears it. What can be written into the text of any PTX (sizes,
// versions, garbage) is not here.
#include "cu-compat.h"

extern "C" {

// A table that is none: a kernel can write to it, and only the module it lies in forgets.
__device__ unsigned calls = 5;
__global__ void count_calls(unsigned* words) { words[0] = ++calls; }

// Never ends, and a compiler cannot know.
__global__ void forever(unsigned* words) {
  volatile unsigned* w = words;
  while (w[0] != 0xffffffffu) w[1] = w[0];
}

// Writes through an address that was never a buffer's.
__global__ void wild_pointer(unsigned low, unsigned high) {
  *(unsigned*)((unsigned long long)high << 32 | low) = 0xbadbadu;
}
}
