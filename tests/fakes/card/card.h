// What the two emulated libraries (libcuda, libnvidia-ml) agree on: which cards there are, what a test says about
// them right now, and which processes hold memory on them. Both libraries compile this folder in.
//
//   FAKE_GPU_DEVICES   "name,compute capability,MiB,multiprocessors;..."  default: one RTX 3060, 12 GiB
//   FAKE_GPU_DIR       folder shared by every process of a test: <pid>.census files and state.txt
//   FAKE_NVML_STATE    the state file, where it is not $FAKE_GPU_DIR/state.txt
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

constexpr int MAX_CARDS = 8;

struct Card {
  std::string name;
  int major = 0, minor = 0; // compute capability
  uint64_t memory_bytes = 0;
  int multiprocessors = 0;
};

// Read from the environment once, at the first call.
const std::vector<Card>& cards();

std::vector<std::string> split(const std::string& text, char separator);
std::string environment(const char* name, const char* otherwise);

// ---- the state file (state.cpp): what a test says about the cards. See gpu-state.ts, which writes it.

// A constant, a ramp "from->to/seconds", or steps "a|b|c/seconds" (cyclic). Time starts when the file was written.
struct Script {
  std::vector<double> values;
  double period_s = 1;
  bool ramp = false;
  double at(double age_s) const;
};

enum Quantity {
  TEMPERATURE, POWER, BUSY_POWER, LIMIT, MIN_LIMIT, MAX_LIMIT, LOAD, MEMORY_LOAD, MEMORY_USED, FAN,
  SM_CLOCK, MEMORY_CLOCK, REASONS, LOST, MEMORY_TEMPERATURE, ENERGY, DENIES_LIMIT, PROGRAM_LOADS, QUANTITIES
};

struct OtherProcess {
  unsigned pid = 0;
  char kind = 'C'; // 'C' compute, 'G' graphics
  uint64_t bytes = 0;
  unsigned sm_percent = 0;
};

struct CardState {
  std::string name, uuid;
  uint64_t memory_bytes = 0;
  Script quantity[QUANTITIES];
  std::vector<OtherProcess> processes;
};

struct State {
  int count = 0;
  int init_error = 0; // what nvmlInit returns
  long latency_us = 0; // how long every NVML call takes
  std::string driver = "580.95.05";
  double written_at_s = 0;
  CardState card[MAX_CARDS];
  double value(int index, Quantity) const;
};

// The state as the file says now: read again whenever the file has changed.
std::shared_ptr<const State> current_state();

// ---- the census (census.cpp): memory and kernels of every process that uses the emulated CUDA driver.

struct Holder {
  unsigned pid = 0;
  uint64_t bytes = 0;
  bool busy = false; // runs a kernel, or did within the last second
};

// Processes that are alive and hold memory on a card. A killed process is gone from here as soon as the kernel has
// taken its memory, exactly when a real driver would free what it held.
std::vector<Holder> holders(int card);

void census_memory(int card, int64_t change_bytes); // of this process
void census_kernel_started(int card);
void census_kernel_ended(int card);

// Used bytes of a card: what the state file says, plus what living processes hold.
uint64_t used_bytes(const State&, int card);
