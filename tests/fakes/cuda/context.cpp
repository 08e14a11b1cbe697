// Contexts: a queue and a thread each. Which one is current is a matter of the calling thread, as in the real driver.
#include "driver.h"

#include <chrono>
#include <cstdlib>
#include <set>
#include <sys/mman.h>

thread_local CUcontext current;
std::mutex& contexts_lock = *new std::mutex;
static auto& contexts = *new std::set<CUcontext>;
static auto& primaries = *new std::map<int, CUcontext>;

double steady_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

bool is_context(CUcontext context) {
  std::lock_guard<std::mutex> hold(contexts_lock);
  return context && contexts.count(context);
}

bool card_is_lost(int device) { return current_state()->value(device, LOST) != 0; }

int context_trouble(CUcontext context) {
  std::lock_guard<std::mutex> hold(context->lock);
  // What a real driver returns after "GPU has fallen off the bus" differs by version; UNKNOWN is the least specific.
  if (!context->broken && card_is_lost(context->device)) context->broken = UNKNOWN;
  return context->broken;
}

uint64_t CUctx_st::ask(CUstream stream, std::function<int()> work) {
  std::lock_guard<std::mutex> hold(lock);
  queue.push_back({++asked, std::move(work)});
  if (stream) stream->last = asked;
  changed.notify_all();
  return asked;
}

int CUctx_st::wait(uint64_t number) {
  std::unique_lock<std::mutex> hold(lock);
  changed.wait(hold, [&] { return done >= number || broken; });
  return broken;
}

int CUctx_st::wait_all() {
  std::unique_lock<std::mutex> hold(lock);
  uint64_t number = asked;
  changed.wait(hold, [&] { return done >= number || broken; });
  return broken;
}

void CUctx_st::run() {
  for (;;) {
    Task task;
    int code;
    {
      std::unique_lock<std::mutex> hold(lock);
      changed.wait(hold, [&] { return stop || !queue.empty(); });
      if (stop) return;
      task = std::move(queue.front());
      queue.pop_front();
      code = broken;
    }
    if (!code) code = task.work();
    {
      std::lock_guard<std::mutex> hold(lock);
      if (code) broken = code;
      done = task.number;
    }
    changed.notify_all();
  }
}

static CUcontext create(int device) { // with contexts_lock held
  auto* context = new CUctx_st;
  context->device = device;
  context->worker = std::thread([context] { context->run(); });
  contexts.insert(context);
  census_memory(device, (int64_t)settings().context_bytes);
  return context;
}

static void destroy(CUcontext context) { // with contexts_lock held
  {
    std::lock_guard<std::mutex> hold(context->lock);
    context->stop = true;
  }
  context->changed.notify_all();
  context->worker.join();
  int64_t freed = (int64_t)settings().context_bytes;
  for (auto& [address, allocation] : context->memory) {
    munmap(allocation.mapping, allocation.mapped);
    freed += (int64_t)allocation.bytes;
  }
  for (auto& [memory, bytes] : context->pinned) free(memory);
  census_memory(context->device, -freed);
  contexts.erase(context);
  if (current == context) current = nullptr;
  delete context;
}

API cuDevicePrimaryCtxRetain(CUcontext* context, CUdevice device) {
  ENTER;
  if (!context) RETURN(INVALID_VALUE);
  if (!is_device(device)) RETURN(INVALID_DEVICE);
  if (card_is_lost(device)) RETURN(UNKNOWN);
  std::lock_guard<std::mutex> hold(contexts_lock);
  const State& state = *current_state();
  CUcontext& primary = primaries[device];
  if (!primary) {
    int mode = settings().compute_mode;
    if (mode == 2 || (mode == 3 && !holders(device).empty())) RETURN(DEVICE_UNAVAILABLE);
    if (used_bytes(state, device) + settings().context_bytes > cards()[device].memory_bytes) RETURN(OUT_OF_MEMORY);
    primary = create(device);
  }
  primary->references++;
  *context = primary;
  RETURN(OK);
}

API cuDevicePrimaryCtxRelease_v2(CUdevice device) {
  ENTER;
  if (!is_device(device)) RETURN(INVALID_DEVICE);
  std::lock_guard<std::mutex> hold(contexts_lock);
  CUcontext& primary = primaries[device];
  if (!primary) RETURN(INVALID_CONTEXT);
  if (--primary->references == 0) {
    destroy(primary);
    primary = nullptr;
  }
  RETURN(OK);
}

API cuDevicePrimaryCtxReset_v2(CUdevice device) {
  ENTER;
  if (!is_device(device)) RETURN(INVALID_DEVICE);
  std::lock_guard<std::mutex> hold(contexts_lock);
  CUcontext& primary = primaries[device];
  if (primary) destroy(primary);
  primary = nullptr;
  RETURN(OK);
}

API cuDevicePrimaryCtxSetFlags_v2(CUdevice device, unsigned) {
  ENTER;
  if (!is_device(device)) RETURN(INVALID_DEVICE);
  RETURN(OK);
}

API cuDevicePrimaryCtxGetState(CUdevice device, unsigned* flags, int* active) {
  ENTER;
  if (!is_device(device)) RETURN(INVALID_DEVICE);
  std::lock_guard<std::mutex> hold(contexts_lock);
  *flags = 0;
  *active = primaries[device] != nullptr;
  RETURN(OK);
}

API cuCtxSetCurrent(CUcontext context) {
  ENTER;
  if (context && !is_context(context)) RETURN(INVALID_CONTEXT);
  current = context;
  RETURN(OK);
}

API cuCtxGetCurrent(CUcontext* context) {
  ENTER;
  if (!context) RETURN(INVALID_VALUE);
  *context = current;
  RETURN(OK);
}

API cuCtxGetDevice(CUdevice* device) {
  NEED_CONTEXT(context);
  *device = context->device;
  RETURN(OK);
}

API cuCtxSynchronize(void) {
  NEED_CONTEXT(context);
  RETURN(context->wait_all());
}
