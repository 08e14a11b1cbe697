// What a card measures.
#include "nvml.h"

#include <algorithm>

bool busy(const Call& call) {
  auto all = call.holders();
  return std::any_of(all.begin(), all.end(), [](const Holder& h) { return h.busy; });
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
Result plain(Handle device, Quantity which, unsigned* out) {
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

API Result nvmlDeviceGetTotalEnergyConsumption(Handle device, unsigned long long* mj) {
  Call call(device);
  if (!call.ok()) return call.result;
  if (call.value(ENERGY) < 0) return NOT_SUPPORTED;
  *mj = (unsigned long long)call.value(ENERGY);
  return OK;
}

// The call succeeds whatever it finds; each value has an answer of its own.
API Result nvmlDeviceGetFieldValues(Handle device, int count, nvmlFieldValue* values) {
  constexpr unsigned MEMORY_TEMPERATURE_FIELD = 82;
  constexpr int UNSIGNED_INT = 1;
  if (count <= 0 || !values) return INVALID_ARGUMENT;
  Call call(device);
  if (!call.ok()) return call.result;
  for (int i = 0; i < count; i++) {
    bool known = values[i].field == MEMORY_TEMPERATURE_FIELD && call.value(MEMORY_TEMPERATURE) >= 0;
    values[i].result = known ? OK : NOT_SUPPORTED;
    if (!known) continue;
    values[i].type = UNSIGNED_INT;
    values[i].value.u32 = (unsigned)call.value(MEMORY_TEMPERATURE);
  }
  return OK;
}
