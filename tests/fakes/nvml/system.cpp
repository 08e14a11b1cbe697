// Start and stop, texts of errors, and which cards there are.
#include "nvml.h"

#include <atomic>
#include <cstdio>
#include <cstring>
#include <time.h>

nvmlDevice devices[MAX_CARDS] = {{0}, {1}, {2}, {3}, {4}, {5}, {6}, {7}};
static std::atomic<int> users{0};

static double steady_s() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

Call::Call() : state(current_state()), result(users > 0 ? OK : UNINITIALIZED) {
  double end = steady_s() + state->latency_us * 1e-6;
  while (state->latency_us > 0 && steady_s() < end) {} // a driver call occupies its caller
}

Call::Call(Handle handle) : Call() {
  if (!ok()) return;
  if (handle < devices || handle >= devices + state->count) result = INVALID_ARGUMENT;
  else {
    index = handle->index;
    if (value(LOST) != 0) result = GPU_IS_LOST;
  }
}

Result copy_text(char* into, unsigned length, const std::string& text) {
  if (!into) return INVALID_ARGUMENT;
  if (text.size() >= length) return INSUFFICIENT_SIZE;
  memcpy(into, text.c_str(), text.size() + 1);
  return OK;
}

API Result nvmlInit_v2() {
  int error = current_state()->init_error;
  if (!error) users++;
  return error;
}

API Result nvmlInit() { return nvmlInit_v2(); }
API Result nvmlInitWithFlags(unsigned) { return nvmlInit_v2(); }

API Result nvmlShutdown() {
  if (users <= 0) return UNINITIALIZED;
  users--;
  return OK;
}

API const char* nvmlErrorString(Result result) {
  switch (result) {
    case OK: return "Success";
    case UNINITIALIZED: return "Uninitialized";
    case INVALID_ARGUMENT: return "Invalid Argument";
    case NOT_SUPPORTED: return "Not Supported";
    case NO_PERMISSION: return "Insufficient Permissions";
    case NOT_FOUND: return "Not Found";
    case INSUFFICIENT_SIZE: return "Insufficient Size";
    case DRIVER_NOT_LOADED: return "Driver Not Loaded";
    case GPU_IS_LOST: return "GPU is lost";
    case VERSION_MISMATCH: return "Driver/library version mismatch";
    default: return "Unknown Error";
  }
}

API Result nvmlSystemGetDriverVersion(char* text, unsigned length) {
  Call call;
  return call.ok() ? copy_text(text, length, call.state->driver) : call.result;
}

API Result nvmlSystemGetNVMLVersion(char* text, unsigned length) {
  Call call;
  return call.ok() ? copy_text(text, length, "13." + call.state->driver) : call.result;
}

API Result nvmlSystemGetCudaDriverVersion_v2(int* version) {
  Call call;
  if (call.ok()) *version = atoi(environment("FAKE_CUDA_DRIVER", "13000").c_str());
  return call.result;
}

API Result nvmlSystemGetCudaDriverVersion(int* version) { return nvmlSystemGetCudaDriverVersion_v2(version); }

API Result nvmlDeviceGetCount_v2(unsigned* count) {
  Call call;
  if (call.ok()) *count = (unsigned)call.state->count;
  return call.result;
}

API Result nvmlDeviceGetHandleByIndex_v2(unsigned index, Handle* handle) {
  Call call;
  if (!call.ok()) return call.result;
  if (index >= (unsigned)call.state->count) return INVALID_ARGUMENT;
  *handle = &devices[index];
  return OK;
}

API Result nvmlDeviceGetHandleByUUID(const char* uuid, Handle* handle) {
  Call call;
  if (!call.ok()) return call.result;
  for (int i = 0; i < call.state->count; i++)
    if (call.state->card[i].uuid == uuid) {
      *handle = &devices[i];
      return OK;
    }
  return NOT_FOUND;
}

API Result nvmlDeviceGetName(Handle device, char* text, unsigned length) {
  Call call(device);
  return call.ok() ? copy_text(text, length, call.card().name) : call.result;
}

API Result nvmlDeviceGetUUID(Handle device, char* text, unsigned length) {
  Call call(device);
  return call.ok() ? copy_text(text, length, call.card().uuid) : call.result;
}

API Result nvmlDeviceGetIndex(Handle device, unsigned* index) {
  Call call(device);
  if (call.ok()) *index = (unsigned)call.index;
  return call.result;
}

API Result nvmlDeviceGetMinorNumber(Handle device, unsigned* minor) { return nvmlDeviceGetIndex(device, minor); }

API Result nvmlDeviceGetPciInfo_v3(Handle device, nvmlPciInfo* info) {
  Call call(device);
  if (!call.ok()) return call.result;
  memset(info, 0, sizeof *info);
  info->bus = (unsigned)call.index + 1; // as the emulated libcuda says
  snprintf(info->legacy_bus_id, sizeof info->legacy_bus_id, "0000:%02X:00.0", info->bus);
  snprintf(info->bus_id, sizeof info->bus_id, "00000000:%02X:00.0", info->bus);
  return OK;
}
