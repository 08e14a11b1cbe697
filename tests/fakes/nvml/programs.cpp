// The programs on a card: those of the state file, and those that use the emulated CUDA driver.
#include "nvml.h"

#include <algorithm>
#include <time.h>

struct Listed { unsigned pid; char kind; uint64_t bytes; unsigned sm_percent; };

static std::vector<Listed> listed(const Call& call) {
  std::vector<Listed> all;
  for (const OtherProcess& p : call.card().processes) all.push_back({p.pid, p.kind, p.bytes, p.sm_percent});
  for (const Holder& h : call.holders()) all.push_back({h.pid, 'C', h.bytes, h.busy ? (unsigned)BUSY_PERCENT : 0});
  return all;
}

static Result processes(Handle device, unsigned* count, nvmlProcessInfo* infos, char kind) {
  constexpr unsigned NO_INSTANCE = 0xffffffff; // no MIG
  Call call(device);
  if (!call.ok()) return call.result;
  auto all = listed(call);
  all.erase(std::remove_if(all.begin(), all.end(), [&](const Listed& p) { return p.kind != kind; }), all.end());
  unsigned room = *count;
  *count = (unsigned)all.size();
  if (room < all.size()) return INSUFFICIENT_SIZE;
  for (size_t i = 0; i < all.size(); i++) infos[i] = {all[i].pid, all[i].bytes, NO_INSTANCE, NO_INSTANCE};
  return OK;
}

API Result nvmlDeviceGetGraphicsRunningProcesses_v3(Handle device, unsigned* count, nvmlProcessInfo* infos) {
  return processes(device, count, infos, 'G');
}

API Result nvmlDeviceGetComputeRunningProcesses_v3(Handle device, unsigned* count, nvmlProcessInfo* infos) {
  return processes(device, count, infos, 'C');
}

// The driver samples this often, and keeps what it saw for a while. A program that did nothing has no sample.
static constexpr unsigned long long SAMPLE_EVERY_US = 100000, KEPT_US = 5000000;

API Result nvmlDeviceGetProcessUtilization(Handle device, nvmlProcessUtilization* rates, unsigned* count,
                                           unsigned long long since_us) {
  Call call(device);
  if (!call.ok()) return call.result;
  if (call.value(PROGRAM_LOADS) == 0) return NOT_SUPPORTED;
  timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  unsigned long long now_us = now.tv_sec * 1000000ull + now.tv_nsec / 1000;
  unsigned long long at_us = now_us - now_us % SAMPLE_EVERY_US;
  std::vector<nvmlProcessUtilization> found;
  for (const Listed& p : listed(call)) {
    if (!p.sm_percent) continue;
    if (at_us > since_us) found.push_back({p.pid, at_us, p.sm_percent, 0, 0, 0});
    // What it did some seconds ago is still in the buffer; newest first is not promised, nor is oldest first.
    if (at_us - KEPT_US > since_us) found.push_back({p.pid, at_us - KEPT_US, 1, 0, 0, 0});
  }
  if (found.empty()) return NOT_FOUND;
  unsigned room = *count;
  *count = (unsigned)found.size();
  if (!rates || room < found.size()) return INSUFFICIENT_SIZE;
  std::copy(found.begin(), found.end(), rates);
  return OK;
}
