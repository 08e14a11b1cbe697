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

// By the order of the slots, or that of FAKE_CUDA_ORDER; then what CUDA_VISIBLE_DEVICES leaves, up to its first number
// that is none, as the vendor describes it.
static std::vector<int> visible_cards() {
  std::vector<int> order, seen;
  bool by_slot = environment("CUDA_DEVICE_ORDER", "") == "PCI_BUS_ID";
  for (const std::string& card : split(by_slot ? "" : environment("FAKE_CUDA_ORDER", ""), ',')) order.push_back(atoi(card.c_str()));
  for (int i = (int)order.size(); i < (int)cards().size(); i++) order.push_back(i);
  const char* only = getenv("CUDA_VISIBLE_DEVICES");
  if (!only) return order;
  for (const std::string& ordinal : split(only, ',')) {
    char* rest;
    long n = strtol(ordinal.c_str(), &rest, 10);
    if (*rest || n < 0 || n >= (long)order.size()) break;
    seen.push_back(order[n]);
  }
  return seen;
}

static void read_settings() {
  Settings& s = settings();
  s.visible = visible_cards();
  s.compute_mode = environment_number("FAKE_CUDA_COMPUTE_MODE", "0");
  s.watchdog_ms = environment_number("FAKE_CUDA_WATCHDOG_MS", "0");
  s.copy_mib_s = environment_number("FAKE_CUDA_COPY_MIB_S", "0");
  s.driver = environment_number("FAKE_CUDA_DRIVER", "13000");
  s.kernel_ms = environment_number("FAKE_CUDA_KERNEL_MS", "0");
  s.threads = environment_number("FAKE_CUDA_THREADS", "1");
  s.ptx_max = atof(environment("FAKE_CUDA_PTX_MAX", "9.0").c_str());
  // A real context takes roughly this much before the program allocates anything.
  s.context_bytes = (uint64_t)environment_number("FAKE_CUDA_CONTEXT_MIB", "120") << 20;
  s.module_bytes = (uint64_t)environment_number("FAKE_CUDA_MODULE_MIB", "0") << 20;
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
  if (cards().empty() || visible_cards().empty()) RETURN(NO_DEVICE);
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
  *count = (int)settings().visible.size();
  RETURN(OK);
}

bool is_device(int device) {
  for (int card : settings().visible)
    if (card == device) return true;
  return false;
}

API cuDeviceGet(CUdevice* device, int ordinal) {
  ENTER;
  if (!device) RETURN(INVALID_VALUE);
  if (ordinal < 0 || ordinal >= (int)settings().visible.size()) RETURN(INVALID_DEVICE);
  *device = settings().visible[ordinal];
  RETURN(OK);
}

API cuDeviceGetByPCIBusId(CUdevice* device, const char* id) {
  ENTER;
  unsigned domain, bus;
  if (!device || !id || sscanf(id, "%x:%x:", &domain, &bus) != 2) RETURN(INVALID_VALUE);
  if (!is_device((int)bus - 1)) RETURN(INVALID_DEVICE);
  *device = (int)bus - 1;
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
    {8, SHARED_BYTES}, {97, MOST_SHARED_BYTES}, {10, 32}, {12, 65536}, // shared bytes per block, warp, registers
    {13, 1777000}, {36, 7501000}, {37, 192}, // clocks in kHz, bus width
    {17, 1}, {18, 0}, {35, 0}, {39, 1536}, // kernel timeout, integrated, TCC driver, threads of a multiprocessor
    {34, 0}, {50, 0}, {90, 1}, // PCI device and domain, stream priorities
  };
  switch ((int)attribute) {
    case 16: *value = card.multiprocessors; RETURN(OK);
    case 20: *value = settings().compute_mode; RETURN(OK);
    case 33: *value = device + 1; RETURN(OK); // PCI bus
    case 75: *value = card.major; RETURN(OK);
    case 76: *value = card.minor; RETURN(OK);
  }
  auto found = SAME_FOR_ALL.find((int)attribute);
  if (found == SAME_FOR_ALL.end()) RETURN(INVALID_VALUE);
  *value = found->second;
  RETURN(OK);
}
