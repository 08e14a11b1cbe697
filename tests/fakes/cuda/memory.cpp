// Device memory is host memory between guard pages: a kernel that runs past the end of an allocation (at the grain of
// 256 bytes) faults, and block.cpp turns the fault into ILLEGAL_ADDRESS.
#include "driver.h"

#include <cstdlib>
#include <cstring>
#include <sys/mman.h>
#include <unistd.h>

static constexpr size_t GRAIN = 256; // the real driver also hands out memory in no smaller pieces
static constexpr size_t GUARD = 1 << 20; // wide, so that a stride past the end does not land in somebody's memory

static size_t round_up(size_t n, size_t to) { return (n + to - 1) / to * to; }
static char* inner(const Allocation& a) { return a.mapping + GUARD; }

void CUctx_st::open_memory() {
  if (!settings().strict) return;
  std::lock_guard<std::mutex> hold(lock);
  if (touching++) return;
  for (auto& [address, a] : memory) mprotect(inner(a), a.mapped - 2 * GUARD, PROT_READ | PROT_WRITE);
}

void CUctx_st::close_memory() {
  if (!settings().strict) return;
  std::lock_guard<std::mutex> hold(lock);
  if (--touching) return;
  for (auto& [address, a] : memory) mprotect(inner(a), a.mapped - 2 * GUARD, PROT_NONE);
}

API cuMemAlloc_v2(CUdeviceptr* address, size_t wanted) {
  NEED_CONTEXT(context);
  if (!address || !wanted) RETURN(INVALID_VALUE);
  uint64_t total = cards()[context->device].memory_bytes;
  if (wanted > total) RETURN(OUT_OF_MEMORY);
  size_t bytes = round_up(wanted, GRAIN), pages = round_up(bytes, (size_t)sysconf(_SC_PAGESIZE));
  if (used_bytes(*current_state(), context->device) + bytes > total) RETURN(OUT_OF_MEMORY);
  Allocation fresh{nullptr, pages + 2 * GUARD, bytes};
  void* at = mmap(nullptr, fresh.mapped, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (at == MAP_FAILED) RETURN(OUT_OF_MEMORY);
  fresh.mapping = (char*)at;
  std::lock_guard<std::mutex> hold(context->lock);
  if (!settings().strict || context->touching) mprotect(inner(fresh), pages, PROT_READ | PROT_WRITE);
  *address = (CUdeviceptr)(inner(fresh) + pages - bytes); // ends where the guard begins
  context->memory[*address] = fresh;
  census_memory(context->device, (int64_t)bytes);
  RETURN(OK);
}

API cuMemFree_v2(CUdeviceptr address) {
  NEED_CONTEXT(context);
  if (!address) RETURN(OK);
  if (int code = context->wait_all()) RETURN(code);
  std::lock_guard<std::mutex> hold(context->lock);
  auto found = context->memory.find(address);
  if (found == context->memory.end()) RETURN(INVALID_VALUE);
  munmap(found->second.mapping, found->second.mapped);
  census_memory(context->device, -(int64_t)found->second.bytes);
  context->memory.erase(found);
  RETURN(OK);
}

API cuMemGetInfo_v2(size_t* unused, size_t* total) {
  NEED_CONTEXT(context);
  *total = cards()[context->device].memory_bytes;
  uint64_t used = used_bytes(*current_state(), context->device);
  *unused = used < *total ? *total - used : 0;
  RETURN(OK);
}

static bool is_device_memory(CUcontext context, CUdeviceptr address, size_t bytes) {
  std::lock_guard<std::mutex> hold(context->lock);
  auto next = context->memory.upper_bound(address);
  if (next == context->memory.begin()) return false;
  auto& [start, allocation] = *--next;
  return bytes <= allocation.bytes && address - start <= allocation.bytes - bytes;
}

static uint64_t ask_copy(CUcontext context, CUstream stream, void* to, const void* from, size_t bytes) {
  return context->ask(stream, [=] {
    context->open_memory();
    memcpy(to, from, bytes);
    context->close_memory();
    return OK;
  });
}

API cuMemHostAlloc(void** memory, size_t bytes, unsigned) {
  NEED_CONTEXT(context);
  if (!memory || !bytes) RETURN(INVALID_VALUE);
  if (posix_memalign(memory, (size_t)sysconf(_SC_PAGESIZE), bytes)) RETURN(OUT_OF_MEMORY);
  memset(*memory, 0xa5, bytes);
  std::lock_guard<std::mutex> hold(context->lock);
  context->pinned[(char*)*memory] = bytes;
  RETURN(OK);
}

API cuMemFreeHost(void* memory) {
  NEED_CONTEXT(context);
  std::lock_guard<std::mutex> hold(context->lock);
  if (!context->pinned.erase((char*)memory)) RETURN(INVALID_VALUE);
  free(memory);
  RETURN(OK);
}

static bool is_pinned(CUcontext context, const void* address, size_t bytes) {
  std::lock_guard<std::mutex> hold(context->lock);
  auto next = context->pinned.upper_bound((char*)address);
  if (next == context->pinned.begin()) return false;
  auto& [start, size] = *--next;
  return (char*)address + bytes <= start + size;
}

// A copy that the card does by itself: what the host memory holds while it runs is what is copied.
static void ask_pinned_copy(CUcontext context, CUstream stream, void* to, const void* from, size_t bytes) {
  context->ask(stream, [=] {
    double began = steady_seconds();
    context->open_memory();
    memcpy(to, from, bytes);
    context->close_memory();
    if (int mib_s = settings().copy_mib_s) {
      double left = (double)bytes / (1 << 20) / mib_s - (steady_seconds() - began);
      if (left > 0) usleep((useconds_t)(left * 1e6));
    }
    return OK;
  });
}

// The real driver stages pageable host memory before it returns, so the caller may reuse it at once; and a copy to
// pageable memory returns only when it is done. Pinned memory is read and written while the copy runs.
static int to_device(CUcontext context, CUstream stream, CUdeviceptr to, const void* from, size_t bytes, bool wait) {
  if (!bytes) return OK;
  if (!from || !is_device_memory(context, to, bytes)) return INVALID_VALUE;
  if (wait) return context->wait(ask_copy(context, stream, (void*)to, from, bytes));
  if (is_pinned(context, from, bytes)) {
    ask_pinned_copy(context, stream, (void*)to, from, bytes);
    return OK;
  }
  auto staged = std::make_shared<std::vector<char>>((const char*)from, (const char*)from + bytes);
  context->ask(stream, [=] {
    context->open_memory();
    memcpy((void*)to, staged->data(), bytes);
    context->close_memory();
    return OK;
  });
  return OK;
}

static int to_host(CUcontext context, CUstream stream, void* to, CUdeviceptr from, size_t bytes, bool wait) {
  if (!bytes) return OK;
  if (!to || !is_device_memory(context, from, bytes)) return INVALID_VALUE;
  if (!wait && is_pinned(context, to, bytes)) {
    ask_pinned_copy(context, stream, to, (const void*)from, bytes);
    return OK;
  }
  return context->wait(ask_copy(context, stream, to, (const void*)from, bytes));
}

API cuMemcpyHtoD_v2(CUdeviceptr to, const void* from, size_t bytes) {
  NEED_CONTEXT(context);
  RETURN(to_device(context, nullptr, to, from, bytes, true));
}

API cuMemcpyHtoDAsync_v2(CUdeviceptr to, const void* from, size_t bytes, CUstream stream) {
  NEED_CONTEXT(context);
  RETURN(to_device(context, stream, to, from, bytes, false));
}

API cuMemcpyDtoH_v2(void* to, CUdeviceptr from, size_t bytes) {
  NEED_CONTEXT(context);
  RETURN(to_host(context, nullptr, to, from, bytes, true));
}

API cuMemcpyDtoHAsync_v2(void* to, CUdeviceptr from, size_t bytes, CUstream stream) {
  NEED_CONTEXT(context);
  RETURN(to_host(context, stream, to, from, bytes, false));
}

API cuMemcpyDtoD_v2(CUdeviceptr to, CUdeviceptr from, size_t bytes) {
  NEED_CONTEXT(context);
  if (!is_device_memory(context, to, bytes) || !is_device_memory(context, from, bytes)) RETURN(INVALID_VALUE);
  ask_copy(context, nullptr, (void*)to, (const void*)from, bytes);
  RETURN(OK);
}

template <class T> static int fill(CUcontext context, CUstream stream, CUdeviceptr to, T value, size_t count) {
  if (to % sizeof(T) || !is_device_memory(context, to, count * sizeof(T))) return INVALID_VALUE;
  context->ask(stream, [=] {
    context->open_memory();
    for (size_t i = 0; i < count; i++) ((T*)to)[i] = value;
    context->close_memory();
    return OK;
  });
  return OK;
}

API cuMemsetD8_v2(CUdeviceptr to, unsigned char value, size_t count) {
  NEED_CONTEXT(context);
  RETURN(fill(context, nullptr, to, value, count));
}

API cuMemsetD32_v2(CUdeviceptr to, unsigned value, size_t count) {
  NEED_CONTEXT(context);
  RETURN(fill(context, nullptr, to, value, count));
}

API cuMemsetD8Async(CUdeviceptr to, unsigned char value, size_t count, CUstream stream) {
  NEED_CONTEXT(context);
  RETURN(fill(context, stream, to, value, count));
}

API cuMemsetD32Async(CUdeviceptr to, unsigned value, size_t count, CUstream stream) {
  NEED_CONTEXT(context);
  RETURN(fill(context, stream, to, value, count));
}
