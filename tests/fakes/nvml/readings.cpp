// What a card measures, and who is on it.
#include "nvml.h"

#include <algorithm>
#include <time.h>
#include <unistd.h>

static unsigned limits_set[MAX_CARDS]; // by nvmlDeviceSetPowerManagementLimit; 0: as in the state file

static constexpr double BUSY_PERCENT = 97;

static bool busy(const Call& call) {
  auto all = call.holders();
  return std::any_of(all.begin(), all.end(), [](const Holder& h) { return h.busy; });
}

static unsigned limit_mw(const Call& call) {
  unsigned set = limits_set[call.index];
  return set ? set : (unsigned)call.value(LIMIT);
}

static double wanted_mw(const Call& call) {
  return busy(call) ? std::max(call.value(POWER), call.value(BUSY_POWER)) : call.value(POWER);
}

API Result nvmlDeviceGetTemperature(Handle device, int sensor, unsigned* celsius) {
  Call call(device);
  if (!call.ok()) return call.result;
  if (sensor != 0) return INVALID_ARGUMENT;
  *celsius = (unsigned)call.value(TEMPERATURE);
  return OK;
}

// A negative value in the state file means that this card does not have the sensor.
static Result plain(Handle device, Quantity which, unsigned* out) {
  Call call(device);
  if (!call.ok()) return call.result;
  if (call.value(which) < 0) return NOT_SUPPORTED;
  *out = (unsigned)call.value(which);
  return OK;
}

API Result nvmlDeviceGetFanSpeed(Handle device, unsigned* percent) { return plain(device, FAN, percent); }

API Result nvmlDeviceGetClockInfo(Handle device, int clock, unsigned* mhz) {
  if (clock < 0 || clock > 3) return INVALID_ARGUMENT;
  return plain(device, clock == 2 ? MEMORY_CLOCK : SM_CLOCK, mhz);
}

API Result nvmlDeviceGetPowerUsage(Handle device, unsigned* mw) {
  Call call(device);
  if (!call.ok()) return call.result;
  if (call.value(POWER) < 0) return NOT_SUPPORTED;
  *mw = std::min((unsigned)wanted_mw(call), limit_mw(call));
  return OK;
}

API Result nvmlDeviceGetEnforcedPowerLimit(Handle device, unsigned* mw) {
  Call call(device);
  if (!call.ok()) return call.result;
  if (call.value(LIMIT) < 0) return NOT_SUPPORTED;
  *mw = limit_mw(call);
  return OK;
}

API Result nvmlDeviceGetPowerManagementLimit(Handle device, unsigned* mw) {
  return nvmlDeviceGetEnforcedPowerLimit(device, mw);
}

API Result nvmlDeviceGetPowerManagementDefaultLimit(Handle device, unsigned* mw) { return plain(device, LIMIT, mw); }

API Result nvmlDeviceGetPowerManagementLimitConstraints(Handle device, unsigned* least, unsigned* most) {
  Call call(device);
  if (!call.ok()) return call.result;
  if (call.value(MAX_LIMIT) < 0) return NOT_SUPPORTED;
  *least = (unsigned)call.value(MIN_LIMIT);
  *most = (unsigned)call.value(MAX_LIMIT);
  return OK;
}

API Result nvmlDeviceSetPowerManagementLimit(Handle device, unsigned mw) {
  Call call(device);
  if (!call.ok()) return call.result;
  bool root = geteuid() == 0 || environment("FAKE_NVML_ALLOW_SET", "") == "1";
  if (!root || environment("FAKE_NVML_DENY_SET", "") == "1") return NO_PERMISSION;
  if (mw < call.value(MIN_LIMIT) || mw > call.value(MAX_LIMIT)) return INVALID_ARGUMENT;
  limits_set[call.index] = mw;
  return OK;
}

API Result nvmlDeviceGetUtilizationRates(Handle device, nvmlUtilization* rates) {
  Call call(device);
  if (!call.ok()) return call.result;
  if (call.value(LOAD) < 0) return NOT_SUPPORTED;
  rates->gpu = (unsigned)(busy(call) ? std::max(call.value(LOAD), BUSY_PERCENT) : call.value(LOAD));
  rates->memory = (unsigned)call.value(MEMORY_LOAD);
  return OK;
}

API Result nvmlDeviceGetMemoryInfo(Handle device, nvmlMemory* memory) {
  Call call(device);
  if (!call.ok()) return call.result;
  memory->total = call.card().memory_bytes;
  memory->used = std::min<uint64_t>(used_bytes(*call.state, call.index), memory->total);
  memory->free = memory->total - memory->used;
  return OK;
}

API Result nvmlDeviceGetCurrentClocksEventReasons(Handle device, unsigned long long* reasons) {
  constexpr unsigned long long SOFTWARE_POWER_CAP = 4;
  Call call(device);
  if (!call.ok()) return call.result;
  *reasons = (unsigned long long)call.value(REASONS);
  if (wanted_mw(call) > limit_mw(call)) *reasons |= SOFTWARE_POWER_CAP;
  return OK;
}

API Result nvmlDeviceGetCurrentClocksThrottleReasons(Handle device, unsigned long long* reasons) {
  return nvmlDeviceGetCurrentClocksEventReasons(device, reasons);
}

// ---- processes: those of the state file, and those that use the emulated CUDA driver

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

API Result nvmlDeviceGetProcessUtilization(Handle device, nvmlProcessUtilization* rates, unsigned* count,
                                           unsigned long long since_us) {
  Call call(device);
  if (!call.ok()) return call.result;
  auto all = listed(call);
  timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  unsigned long long at_us = now.tv_sec * 1000000ull + now.tv_nsec / 1000;
  if (all.empty() || at_us <= since_us) return NOT_FOUND; // nothing new
  unsigned room = *count;
  *count = (unsigned)all.size();
  if (!rates || room < all.size()) return INSUFFICIENT_SIZE;
  for (size_t i = 0; i < all.size(); i++) rates[i] = {all[i].pid, at_us, all[i].sm_percent, 0, 0, 0};
  return OK;
}
