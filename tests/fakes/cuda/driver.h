// Emulated libcuda.so.1: the part of the CUDA driver API that a PTX runner needs, on the CPU, for tests.
//
// Emulates, with the error codes of the real driver: contexts that are current per thread, primary contexts with a
// reference count, in-order asynchronous streams with query and events, parameters copied at launch, PTX checked for
// version, target and (with ptxas) syntax with the message in the JIT error buffer, device memory with guard pages,
// out-of-memory that counts other processes and a module's own .global variables, copies from and to pinned memory that
// go on after the call, static and dynamic shared memory with its limits, illegal addresses that stay until the context
// is gone, a lost card, a watchdog as Windows has one (702), cards in another order than NVML's or hidden by
// CUDA_VISIBLE_DEVICES, compute modes, injected errors. Kernels run for real: as the CPU build of the same .cu
// (cu-cpu.h), paired by name.
//
// Hides: misaligned access (716), divergent barriers, data races (threads run in a fixed order), warp operations,
// textures, two modules at once with a variable of one name, concurrency of streams, speed, errors that surface late, JIT time and the JIT's cache on the disk, MIG
// (instances that look like cards), local memory that a launch takes, shared memory beyond its end, overruns inside one
// 256-byte granule, and any difference between the PTX and the .cu: the PTX itself is never executed. What passes here
// has passed the C interface, not a GPU.
//
//   FAKE_CUDA_KERNELS=a.so:b.so   CPU builds of kernels (build.ts makes them)
//   FAKE_CUDA_KERNEL_MS=n         every launch takes at least n milliseconds
//   FAKE_CUDA_FAIL=name:nth:code  the nth call of a function returns code (nth 0: every call); several with ';'
//   FAKE_CUDA_PTXAS=/path         assemble PTX for real
//   FAKE_CUDA_DRIVER=13000  FAKE_CUDA_PTX_MAX=9.0  FAKE_CUDA_CONTEXT_MIB=120  FAKE_CUDA_THREADS=1
//   FAKE_CUDA_MODULE_MIB=0        the code of every module takes so much memory
//   FAKE_CUDA_ORDER=1,0           cards by ordinal, where CUDA_DEVICE_ORDER does not ask for the order of the slots
//   FAKE_CUDA_COMPUTE_MODE=0      0 default, 2 prohibited, 3 one process at a time
//   FAKE_CUDA_WATCHDOG_MS=n       a kernel that takes longer is ended with 702
//   FAKE_CUDA_COPY_MIB_S=n        copies from and to pinned memory are no faster
//   FAKE_CUDA_STRICT=1            the host crashes where it touches device memory directly
// and those of card.h.
#pragma once
#include "../card/card.h"

#ifdef CHECK_AGAINST_CUDA_H // syntax check only: do our prototypes agree with the vendor's?
#include <cuda.h>
#else
#include <cstddef>
typedef int CUdevice;
typedef unsigned long long CUdeviceptr;
typedef int CUresult, CUdevice_attribute, CUfunction_attribute, CUjit_option;
typedef struct CUctx_st* CUcontext;
typedef struct CUmod_st* CUmodule;
typedef struct CUfunc_st* CUfunction;
typedef struct CUstream_st* CUstream;
typedef struct CUevent_st* CUevent;
typedef struct CUuuid_st { char bytes[16]; } CUuuid;
#endif

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#define API extern "C" __attribute__((visibility("default"))) CUresult

enum Code {
  OK = 0, INVALID_VALUE = 1, OUT_OF_MEMORY = 2, NOT_INITIALIZED = 3, NO_DEVICE = 100, INVALID_DEVICE = 101,
  DEVICE_UNAVAILABLE = 46, INVALID_IMAGE = 200, INVALID_CONTEXT = 201, NO_BINARY_FOR_GPU = 209, INVALID_PTX = 218,
  UNSUPPORTED_PTX_VERSION = 222, INVALID_HANDLE = 400, NOT_FOUND = 500, NOT_READY = 600, ILLEGAL_ADDRESS = 700,
  LAUNCH_TIMEOUT = 702, UNKNOWN = 999
};

struct cu_dim3 { unsigned x, y, z; };
struct cu_place { cu_dim3 thread, block, block_size, grid_size; void (*barrier)(); void* shared; }; // as in cu-cpu.h

struct Allocation {
  char* mapping; // a guard, then whole pages, then a guard
  size_t mapped; // bytes between the guards
  size_t bytes; // what counts as used: rounded up to 256
};

// A context: its memory, and one thread that works off everything that was asked of it, in order.
struct CUctx_st {
  int device = 0, references = 0;
  std::mutex lock;
  std::condition_variable changed;
  struct Task { uint64_t number; std::function<int()> work; };
  std::deque<Task> queue;
  uint64_t asked = 0, done = 0; // numbers of tasks
  int broken = 0; // an error that stays until the context is gone
  bool stop = false;
  int touching = 0; // tasks that touch device memory now (strict mode)
  std::map<CUdeviceptr, Allocation> memory;
  std::map<char*, size_t> pinned; // host memory that copies reach without the caller's help
  std::thread worker;

  uint64_t ask(CUstream stream, std::function<int()> work);
  int wait(uint64_t number);
  int wait_all();
  void run();
  void open_memory();
  void close_memory();
};

struct Entry { // a kernel as its PTX describes it
  std::vector<unsigned> sizes, aligns; // of its parameters
  bool barrier = false;
  unsigned shared_bytes = 0, local_bytes = 0; // static: of a block, of a thread
};
struct CUmod_st {
  CUcontext context;
  std::map<std::string, Entry> entries;
  std::map<std::string, CUfunction> functions;
  uint64_t bytes = 0; // what its variables and its code take of the card's memory
};
constexpr unsigned SHARED_BYTES = 49152, MOST_SHARED_BYTES = 101376; // of a block; with the caller's opt-in

struct CUfunc_st {
  CUmodule module;
  const Entry* entry;
  void (*block)(void**, cu_place*); // all threads of a block, one after the other
  void (*thread)(void**, cu_place*); // one thread
  unsigned most_dynamic = SHARED_BYTES; // dynamic shared memory that was allowed
};
struct CUstream_st { CUcontext context; uint64_t last = 0; };
struct CUevent_st { CUcontext context; uint64_t number = 0; std::atomic<double> seconds{0}; };

struct Settings {
  int driver = 0, kernel_ms = 0, threads = 1, compute_mode = 0, watchdog_ms = 0, copy_mib_s = 0;
  double ptx_max = 0;
  uint64_t context_bytes = 0, module_bytes = 0;
  bool strict = false;
  std::string ptxas;
  std::vector<void*> kernels; // dlopen handles
  std::vector<int> visible; // cards by ordinal
};
Settings& settings();

extern std::atomic<bool> initialized;
extern thread_local CUcontext current; // per thread, as in the real driver
extern std::mutex& contexts_lock;
bool is_context(CUcontext);
bool card_is_lost(int device);
bool is_device(int device); // there is such a card, and the environment does not hide it

// The code that FAKE_CUDA_FAIL asks this call to return; 0 for none.
int injected(const char* function);

void install_fault_handlers();
int run_grid(CUfunction, cu_dim3 grid, cu_dim3 block, unsigned shared_bytes, const std::vector<char>& parameters,
             const std::vector<size_t>& offsets); // block.cpp; returns a Code
double steady_seconds();

// The first line of most functions: injected errors, then initialisation; and the current context, unless it is broken.
#define RETURN(code) return (CUresult)(code)
#define ENTER \
  do { \
    if (int code_ = injected(__func__)) RETURN(code_); \
    if (!initialized) RETURN(NOT_INITIALIZED); \
  } while (0)
#define NEED_CONTEXT(context) \
  ENTER; \
  CUcontext context = current; \
  do { \
    if (!is_context(context)) RETURN(INVALID_CONTEXT); \
    if (int code_ = context_trouble(context)) RETURN(code_); \
  } while (0)
int context_trouble(CUcontext); // the sticky error, or a lost card
