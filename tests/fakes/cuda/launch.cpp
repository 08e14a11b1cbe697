// cuLaunchKernel: checks and copies everything now, runs later.
#include "driver.h"

#include <cstring>

static constexpr uint64_t MAX_BLOCK_THREADS = 1024;
static constexpr unsigned MAX_GRID_YZ = 65535, MAX_BLOCK_Z = 64;

static bool fits(cu_dim3 grid, cu_dim3 block) {
  if (!grid.x || !grid.y || !grid.z || !block.x || !block.y || !block.z) return false;
  if (grid.x > 2147483647u || grid.y > MAX_GRID_YZ || grid.z > MAX_GRID_YZ) return false;
  if (block.x > 1024 || block.y > 1024 || block.z > MAX_BLOCK_Z) return false;
  return (uint64_t)block.x * block.y * block.z <= MAX_BLOCK_THREADS;
}

// One buffer with all parameters where the PTX says they lie; false where the caller passed too little.
static bool gather(const Entry& entry, void** each, void** packed, std::vector<char>& into, std::vector<size_t>& offsets) {
  size_t end = 0;
  for (size_t i = 0; i < entry.sizes.size(); i++) {
    end = (end + entry.aligns[i] - 1) / entry.aligns[i] * entry.aligns[i];
    offsets.push_back(end);
    end += entry.sizes[i];
  }
  into.resize(end + 1);
  if (offsets.empty()) return true;
  if (each) {
    for (size_t i = 0; i < offsets.size(); i++) {
      if (!each[i]) return false;
      memcpy(&into[offsets[i]], each[i], entry.sizes[i]);
    }
    return true;
  }
  if (!packed) return false;
  const char* buffer = nullptr;
  size_t bytes = 0;
  for (void** p = packed; p[0]; p += 2) { // CU_LAUNCH_PARAM_BUFFER_POINTER = 1, _SIZE = 2
    if ((uintptr_t)p[0] == 1) buffer = (const char*)p[1];
    if ((uintptr_t)p[0] == 2) bytes = *(size_t*)p[1];
  }
  if (!buffer || bytes < end) return false;
  memcpy(into.data(), buffer, end);
  return true;
}

API cuLaunchKernel(CUfunction function, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz,
                   unsigned shared_bytes, CUstream stream, void** parameters, void** extra) {
  NEED_CONTEXT(context);
  if (!function) RETURN(INVALID_HANDLE);
  if (function->module->context != context) RETURN(INVALID_CONTEXT);
  cu_dim3 grid{gx, gy, gz}, block{bx, by, bz};
  if (!fits(grid, block) || shared_bytes > function->most_dynamic) RETURN(INVALID_VALUE);
  if (shared_bytes + function->entry->shared_bytes > MOST_SHARED_BYTES) RETURN(INVALID_VALUE);
  std::vector<char> values;
  std::vector<size_t> offsets;
  if (!gather(*function->entry, parameters, extra, values, offsets)) RETURN(INVALID_VALUE);
  context->ask(stream, [=] { return run_grid(function, grid, block, shared_bytes, values, offsets); });
  RETURN(OK);
}
