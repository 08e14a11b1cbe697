// The power limit: read by everyone, set by who may.
#include "nvml.h"

#include <atomic>
#include <cstdio>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

typedef std::atomic<unsigned> Milliwatts;

// One page of the folder that all processes of a test share; without a folder, this process has its own.
static Milliwatts* limits() {
  static Milliwatts* shared = [] {
    static Milliwatts own[MAX_CARDS] = {};
    std::string folder = environment("FAKE_GPU_DIR", "");
    if (folder.empty()) return own;
    int file = open((folder + "/limits.shared").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    void* at = MAP_FAILED;
    if (file >= 0 && ftruncate(file, sizeof own) == 0)
      at = mmap(nullptr, sizeof own, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (file >= 0) close(file);
    if (at != MAP_FAILED) return (Milliwatts*)at;
    fprintf(stderr, "emulated GPU: power limits are not shared\n");
    return own;
  }();
  return shared;
}

unsigned limit_mw(const Call& call) {
  unsigned set = limits()[call.index];
  return set ? set : (unsigned)call.value(LIMIT);
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
  if (call.value(LIMIT) < 0) return NOT_SUPPORTED;
  bool root = geteuid() == 0 || environment("FAKE_NVML_ALLOW_SET", "") == "1";
  bool denied = environment("FAKE_NVML_DENY_SET", "") == "1" || call.value(DENIES_LIMIT) != 0;
  if (!root || denied) return NO_PERMISSION;
  if (mw < call.value(MIN_LIMIT) || mw > call.value(MAX_LIMIT)) return INVALID_ARGUMENT;
  limits()[call.index] = mw;
  return OK;
}
