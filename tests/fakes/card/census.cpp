// Who holds memory on the emulated cards. Every process that opens a CUDA context maps a small file, <pid>.census,
// shared by all processes of a test; its numbers die with the process because readers look whether it still lives.
#include "card.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <mutex>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

using std::string;

namespace {

constexpr uint64_t MAGIC = 0x3153554e45433030; // format 1
constexpr uint64_t BUSY_FOR_MS = 1000;

struct CardUse {
  std::atomic<int64_t> bytes;
  std::atomic<uint64_t> kernels; // running now
  std::atomic<uint64_t> last_kernel_ms; // CLOCK_MONOTONIC, one clock for all processes
};

struct Census {
  uint64_t magic;
  uint64_t started_ticks; // of the process: a reused pid does not inherit memory
  CardUse card[MAX_CARDS];
};

uint64_t monotonic_ms() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000ull + t.tv_nsec / 1000000;
}

// Start time of a living process (field 22 of /proc/<pid>/stat); 0 for a dead one. A zombie has already given its
// memory back, so it counts as dead.
uint64_t started_ticks(unsigned pid) {
  char path[64], text[1024];
  snprintf(path, sizeof path, "/proc/%u/stat", pid);
  FILE* file = fopen(path, "r");
  if (!file) return 0;
  size_t length = fread(text, 1, sizeof text - 1, file);
  fclose(file);
  text[length] = 0;
  const char* after_name = strrchr(text, ')'); // the name itself may hold spaces and brackets
  char state;
  unsigned long long started = 0;
  if (!after_name || sscanf(after_name + 1,
                            " %c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu",
                            &state, &started) != 2)
    return 0;
  return state == 'Z' || state == 'X' ? 0 : started;
}

string census_path(unsigned pid) {
  return environment("FAKE_GPU_DIR", "") + "/" + std::to_string(pid) + ".census";
}

Census* map_file(const string& path, bool create) {
  int file = open(path.c_str(), (create ? O_RDWR | O_CREAT | O_TRUNC : O_RDONLY) | O_CLOEXEC, 0600);
  if (file < 0) return nullptr;
  struct stat info;
  void* at = MAP_FAILED;
  bool sized = create ? ftruncate(file, sizeof(Census)) == 0
                      : fstat(file, &info) == 0 && info.st_size >= (off_t)sizeof(Census);
  if (sized) at = mmap(nullptr, sizeof(Census), create ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, file, 0);
  close(file);
  return at == MAP_FAILED ? nullptr : (Census*)at;
}

pid_t owner; // the process that made `own`, so that a forked child does not remove its parent's file
Census* own;

Census& own_census() {
  static std::once_flag once;
  std::call_once(once, [] {
    owner = getpid();
    if (*environment("FAKE_GPU_DIR", "").c_str()) {
      string path = census_path(owner), fresh = path + ".new";
      own = map_file(fresh, true);
      if (own && rename(fresh.c_str(), path.c_str())) own = nullptr;
      if (!own) fprintf(stderr, "emulated GPU: cannot write %s: memory will look unused to others\n", path.c_str());
    }
    if (!own) own = new Census{};
    own->started_ticks = started_ticks(owner);
    own->magic = MAGIC;
  });
  return *own;
}

__attribute__((destructor)) void leave() {
  if (own && owner == getpid()) unlink(census_path(owner).c_str());
}

Holder holder_from(const Census& census, unsigned pid, int card) {
  const CardUse& use = census.card[card];
  uint64_t last = use.last_kernel_ms;
  bool busy = use.kernels > 0 || (last && monotonic_ms() - last < BUSY_FOR_MS);
  return {pid, (uint64_t)use.bytes, busy};
}

} // namespace

std::vector<Holder> holders(int card) {
  std::vector<Holder> found;
  string folder = environment("FAKE_GPU_DIR", "");
  DIR* list = folder.empty() ? nullptr : opendir(folder.c_str());
  if (!list) { // no shared folder: only this process is known
    if (own && own->card[card].bytes > 0) found.push_back(holder_from(*own, getpid(), card));
    return found;
  }
  while (dirent* entry = readdir(list)) {
    unsigned pid;
    int length = 0;
    if (sscanf(entry->d_name, "%u.census%n", &pid, &length) != 1 || !length || entry->d_name[length]) continue;
    Census* census = map_file(folder + "/" + entry->d_name, false);
    if (!census) continue;
    uint64_t started = started_ticks(pid);
    if (census->magic == MAGIC && started && started == census->started_ticks && census->card[card].bytes > 0)
      found.push_back(holder_from(*census, pid, card));
    munmap(census, sizeof(Census));
  }
  closedir(list);
  return found;
}

void census_memory(int card, int64_t change_bytes) { own_census().card[card].bytes += change_bytes; }

void census_kernel_started(int card) {
  CardUse& use = own_census().card[card];
  use.last_kernel_ms = monotonic_ms();
  use.kernels++;
}

void census_kernel_ended(int card) {
  CardUse& use = own_census().card[card];
  use.last_kernel_ms = monotonic_ms();
  use.kernels--;
}

uint64_t used_bytes(const State& state, int card) {
  uint64_t sum = (uint64_t)state.value(card, MEMORY_USED);
  for (const OtherProcess& other : state.card[card].processes) sum += other.bytes;
  for (const Holder& holder : holders(card)) sum += holder.bytes;
  return sum;
}
