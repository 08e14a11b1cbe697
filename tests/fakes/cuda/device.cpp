// Start-up and the description of the cards.
#include "driver.h"

#include <cstdio>
#include <cstring>
#include <dlfcn.h>

std::atomic<bool> initialized{false};

Settings& settings() {
  static auto& all = *new Settings; // never destroyed: context threads may outlive main
  return all;
}

static int environment_number(const char* name, const char* otherwise) { return atoi(environment(name, otherwise).c_str()); }

static void read_settings() {
  Settings& s = settings();
  s.driver = environment_number("FAKE_CUDA_DRIVER", "13000");
  s.kernel_ms = environment_number("FAKE_CUDA_KERNEL_MS", "0");
  s.threads = environment_number("FAKE_CUDA_THREADS", "1");
  s.ptx_max = atof(environment("FAKE_CUDA_PTX_MAX", "9.0").c_str());
  // A real context takes roughly this much before the program allocates anything.
  s.context_bytes = (uint64_t)environment_number("FAKE_CUDA_CONTEXT_MIB", "120") << 20;
  s.strict = environment("FAKE_CUDA_STRICT", "0") == "1";
  s.ptxas = environment("FAKE_CUDA_PTXAS", "");
  for (const std::string& path : split(environment("FAKE_CUDA_KERNELS", ""), ':')) {
    if (void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)) s.kernels.push_back(handle);
    else fprintf(stderr, "emulated libcuda: %s\n", dlerror());
  }
}

API cuInit(unsigned flags) {
  static std::once_flag once;
  if (int code = injected(__func__)) RETURN(code);
  if (flags) RETURN(INVALID_VALUE);
  if (cards().empty()) RETURN(NO_DEVICE);
  std::call_once(once, [] {
    read_settings();
    install_fault_handlers();
    initialized = true;
  });
  RETURN(OK);
}

API cuDriverGetVersion(int* version) {
  if (int code = injected(__func__)) RETURN(code);
  if (!version) RETURN(INVALID_VALUE);
  *version = environment_number("FAKE_CUDA_DRIVER", "13000"); // allowed before cuInit
  RETURN(OK);
}

API cuDeviceGetCount(int* count) {
  ENTER;
  if (!count) RETURN(INVALID_VALUE);
  *count = (int)cards().size();
  RETURN(OK);
}

bool is_device(int device) { return device >= 0 && device < (int)cards().size(); }

API cuDeviceGet(CUdevice* device, int ordinal) {
  ENTER;
  if (!device) RETURN(INVALID_VALUE);
  if (!is_device(ordinal)) RETURN(INVALID_DEVICE);
  *device = ordinal;
  RETURN(OK);
}

API cuDeviceGetName(char* name, int length, CUdevice device) {
  ENTER;
  if (!is_device(device)) RETURN(INVALID_DEVICE);
  snprintf(name, length, "%s", cards()[device].name.c_str());
  RETURN(OK);
}

// The same identity that NVML prints: "GPU-" and these 16 bytes in hexadecimal.
static CUresult uuid_of(CUuuid* uuid, CUdevice device) {
  if (!uuid) RETURN(INVALID_VALUE);
  if (!is_device(device)) RETURN(INVALID_DEVICE);
  memset(uuid->bytes, 0, sizeof uuid->bytes);
  int at = 0;
  for (char c : current_state()->card[device].uuid.substr(4)) {
    int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    if (digit < 0 || at >= 32) continue;
    uuid->bytes[at / 2] |= at % 2 ? digit : digit << 4;
    at++;
  }
  RETURN(OK);
}

API cuDeviceGetUuid_v2(CUuuid* uuid, CUdevice device) {
  ENTER;
  return uuid_of(uuid, device);
}

#ifndef CHECK_AGAINST_CUDA_H // renamed to _v2 by the vendor's current header
API cuDeviceGetUuid(CUuuid* uuid, CUdevice device) {
  ENTER;
  return uuid_of(uuid, device);
}
#endif

API cuDeviceTotalMem_v2(size_t* bytes, CUdevice device) {
  ENTER;
  if (!is_device(device)) RETURN(INVALID_DEVICE);
  *bytes = cards()[device].memory_bytes;
  RETURN(OK);
}

API cuDeviceGetPCIBusId(char* id, int length, CUdevice device) {
  ENTER;
  if (!is_device(device)) RETURN(INVALID_DEVICE);
  snprintf(id, length, "0000:%02X:00.0", device + 1);
  RETURN(OK);
}

API cuDeviceGetAttribute(int* value, CUdevice_attribute attribute, CUdevice device) {
  ENTER;
  if (!value) RETURN(INVALID_VALUE);
  if (!is_device(device)) RETURN(INVALID_DEVICE);
  const Card& card = cards()[device];
  static const std::map<int, int> SAME_FOR_ALL = {
    {1, 1024}, {2, 1024}, {3, 1024}, {4, 64}, // threads per block, and along x, y, z
    {5, 2147483647}, {6, 65535}, {7, 65535}, // blocks along x, y, z
    {8, 49152}, {10, 32}, {12, 65536}, // shared bytes per block, warp, registers per block
    {13, 1777000}, {36, 7501000}, {37, 192}, // clocks in kHz, bus width
    {17, 1}, {18, 0}, {20, 0}, {35, 0}, // kernel timeout, integrated, compute mode, TCC driver
    {34, 0}, {50, 0}, {90, 1}, // PCI device and domain, stream priorities
  };
  switch ((int)attribute) {
    case 16: *value = card.multiprocessors; RETURN(OK);
    case 33: *value = device + 1; RETURN(OK); // PCI bus
    case 75: *value = card.major; RETURN(OK);
    case 76: *value = card.minor; RETURN(OK);
  }
  auto found = SAME_FOR_ALL.find((int)attribute);
  if (found == SAME_FOR_ALL.end()) RETURN(INVALID_VALUE);
  *value = found->second;
  RETURN(OK);
}
