// Emulated libnvidia-ml.so.1 at the C interface, for tests. No NVIDIA code: structures and codes follow the public NVML
// API reference.
//
// Emulates: init errors, a lost card, values that are not supported, ramps and steps over time, latency of every call,
// power limits with permissions, process lists with the "insufficient size" protocol. Memory and compute processes
// agree with the emulated libcuda (card/census.cpp); while one of those runs kernels, power and load rise.
//
// The power limit is the machine's, as with a real driver: it outlives the process that set it, and every process of a test
// sees it (limits.shared in FAKE_GPU_DIR, MAX_CARDS numbers of 4 bytes in milliwatts; 0: nobody has set it).
//
// Hides: real sampling windows and averaging, accounting, MIG, vGPU, the Windows WDDM behaviour (memory of a process
// not available), throttling that actually slows anything, and the true cost of a call. The energy counter and the memory's
// temperature are only there where the state file names them: older and smaller cards have none.
//
//   FAKE_NVML_DENY_SET=1    power limits are refused even to root
//   FAKE_NVML_ALLOW_SET=1   power limits are allowed to everyone
// and those of card.h. What it reports is in the state file: see gpu-state.ts.
#pragma once
#include "../card/card.h"

#include <cstddef>

#define API extern "C" __attribute__((visibility("default")))

typedef int Result;
enum {
  OK = 0, UNINITIALIZED = 1, INVALID_ARGUMENT = 2, NOT_SUPPORTED = 3, NO_PERMISSION = 4, NOT_FOUND = 6,
  INSUFFICIENT_SIZE = 7, DRIVER_NOT_LOADED = 9, GPU_IS_LOST = 15, VERSION_MISMATCH = 18, UNKNOWN = 999
};

struct nvmlUtilization { unsigned gpu, memory; };
struct nvmlMemory { unsigned long long total, free, used; };
struct nvmlProcessInfo { unsigned pid; unsigned long long used_bytes; unsigned gpu_instance, compute_instance; };
struct nvmlProcessUtilization { unsigned pid; unsigned long long at_us; unsigned sm, memory, encoder, decoder; };
union nvmlValue { double real; unsigned u32; unsigned long long u64; };
struct nvmlFieldValue {
  unsigned field, scope;
  long long at_us, latency_us;
  int type;
  Result result;
  nvmlValue value;
};
struct nvmlPciInfo {
  char legacy_bus_id[16];
  unsigned domain, bus, device, pci_device_id, pci_subsystem_id;
  char bus_id[32];
};
static_assert(sizeof(nvmlProcessInfo) == 24 && offsetof(nvmlProcessInfo, used_bytes) == 8, "as in the public API");
static_assert(sizeof(nvmlProcessUtilization) == 32 && offsetof(nvmlProcessUtilization, at_us) == 8 &&
              offsetof(nvmlProcessUtilization, sm) == 16, "as in the public API");
static_assert(sizeof(nvmlPciInfo) == 68 && offsetof(nvmlPciInfo, domain) == 16 && offsetof(nvmlPciInfo, bus_id) == 36,
              "as in the public API");
static_assert(sizeof(nvmlFieldValue) == 40 && offsetof(nvmlFieldValue, type) == 24 &&
              offsetof(nvmlFieldValue, result) == 28 && offsetof(nvmlFieldValue, value) == 32, "as in the public API");
static_assert(sizeof(nvmlUtilization) == 8 && sizeof(nvmlMemory) == 24 && offsetof(nvmlMemory, used) == 16,
              "as in the public API");

// A handle is the address of one of these.
struct nvmlDevice { int index; };
typedef nvmlDevice* Handle;

// One call: the state as it is now, and whether the call may go on.
struct Call {
  std::shared_ptr<const State> state;
  Result result;
  int index = -1;
  Call(); // for calls about the system
  explicit Call(Handle); // for calls about a card
  bool ok() const { return result == OK; }
  double value(Quantity which) const { return state->value(index, which); }
  const CardState& card() const { return state->card[index]; }
  std::vector<Holder> holders() const { return ::holders(index); }
};
extern nvmlDevice devices[MAX_CARDS];
Result copy_text(char* into, unsigned length, const std::string& text);

constexpr double BUSY_PERCENT = 97; // of a card that runs a kernel
bool busy(const Call&);
unsigned limit_mw(const Call&);
Result plain(Handle, Quantity, unsigned* out); // a negative value in the state file: this card does not have it
