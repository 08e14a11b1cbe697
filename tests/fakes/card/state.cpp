// The cards of a test and the state file that changes them while programs run.
#include "card.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <mutex>
#include <sys/stat.h>
#include <time.h>

using std::string;

string environment(const char* name, const char* otherwise) {
  const char* value = getenv(name);
  return value ? value : otherwise;
}

std::vector<string> split(const string& text, char separator) {
  std::vector<string> parts;
  for (size_t from = 0; from < text.size();) {
    size_t to = text.find(separator, from);
    if (to == string::npos) to = text.size();
    if (to > from) parts.push_back(text.substr(from, to - from));
    from = to + 1;
  }
  return parts;
}

static std::vector<Card> parse_cards() {
  std::vector<Card> found;
  string text = environment("FAKE_GPU_DEVICES", "NVIDIA GeForce RTX 3060 (emulated),8.6,12288,28");
  for (const string& line : split(text, ';')) {
    auto field = split(line, ',');
    Card card;
    if (field.size() != 4 || sscanf(field[1].c_str(), "%d.%d", &card.major, &card.minor) != 2) {
      fprintf(stderr, "emulated GPU: cannot read FAKE_GPU_DEVICES entry '%s'\n", line.c_str());
      continue;
    }
    card.name = field[0];
    card.memory_bytes = strtoull(field[2].c_str(), nullptr, 10) << 20;
    card.multiprocessors = atoi(field[3].c_str());
    if (found.size() < MAX_CARDS) found.push_back(card);
  }
  return found;
}

const std::vector<Card>& cards() {
  static const auto* all = new std::vector<Card>(parse_cards()); // never destroyed: threads may outlive main
  return *all;
}

static const char* const KEYS[QUANTITIES] = {
  "temp", "power_mw", "busy_mw", "limit_mw", "min_mw", "max_mw", "util", "memutil", "mem_used", "fan",
  "sm_mhz", "mem_mhz", "reasons", "lost", "mem_temp", "energy_mj", "deny_limit", "proc_loads"};

// An idle RTX 3060 as its public specification and nvidia-smi describe it; 512 MiB are held by a desktop.
static const double DEFAULTS[QUANTITIES] = {45, 15000, 165000, 170000, 100000, 170000, 0, 0, 536870912, 30,
                                            1777, 7501, 1, 0, -1, -1, 0, 1};

double Script::at(double age_s) const {
  if (values.size() < 2) return values.empty() ? 0 : values[0];
  if (!ramp) return values[(size_t)(age_s / period_s) % values.size()];
  double part = age_s >= period_s ? 1 : age_s / period_s;
  return values[0] + part * (values[1] - values[0]);
}

static Script parse_script(const char* text) {
  Script script;
  char* rest;
  script.values.push_back(strtod(text, &rest));
  if (rest[0] == '-' && rest[1] == '>') {
    script.ramp = true;
    script.values.push_back(strtod(rest + 2, &rest));
  }
  while (*rest == '|') script.values.push_back(strtod(rest + 1, &rest));
  if (*rest == '/') script.period_s = strtod(rest + 1, nullptr);
  if (!(script.period_s > 0)) script.period_s = 1;
  return script;
}

static double wall_clock_s() {
  timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

double State::value(int index, Quantity which) const {
  double age_s = wall_clock_s() - written_at_s;
  return card[index].quantity[which].at(age_s > 0 ? age_s : 0);
}

static std::shared_ptr<State> default_state() {
  auto state = std::make_shared<State>();
  state->count = (int)cards().size();
  for (int i = 0; i < MAX_CARDS; i++) {
    CardState& card = state->card[i];
    bool real = i < state->count;
    card.name = real ? cards()[i].name : "NVIDIA GeForce RTX 3060 (emulated)";
    card.memory_bytes = real ? cards()[i].memory_bytes : 12288ull << 20;
    char uuid[64];
    snprintf(uuid, sizeof uuid, "GPU-00000000-0000-0000-0000-%012d", i);
    card.uuid = uuid;
    for (int k = 0; k < QUANTITIES; k++) card.quantity[k].values.assign(1, DEFAULTS[k]);
  }
  return state;
}

static void read_card_line(CardState& card, const string& key, const char* value) {
  if (key == "name") card.name = value;
  else if (key == "uuid") card.uuid = value;
  else if (key == "mem_total") card.memory_bytes = strtoull(value, nullptr, 10);
  else if (key == "proc") {
    OtherProcess other;
    unsigned long long bytes = 0;
    if (sscanf(value, "%u,%c,%llu,%u", &other.pid, &other.kind, &bytes, &other.sm_percent) >= 3) {
      other.bytes = bytes;
      card.processes.push_back(other);
    }
  } else
    for (int k = 0; k < QUANTITIES; k++)
      if (key == KEYS[k]) card.quantity[k] = parse_script(value);
}

static void read_state(State& state, FILE* file) {
  char line[512];
  while (fgets(line, sizeof line, file)) {
    line[strcspn(line, "\r\n")] = 0;
    char* equals = strchr(line, '=');
    if (line[0] == '#' || !equals) continue;
    *equals = 0;
    const char* value = equals + 1;
    string key = line;
    if (key.size() > 5 && key.compare(0, 3, "gpu") == 0 && key[3] >= '0' && key[3] < '0' + MAX_CARDS && key[4] == '.')
      read_card_line(state.card[key[3] - '0'], key.substr(5), value);
    else if (key == "count") state.count = atoi(value) < MAX_CARDS ? atoi(value) : MAX_CARDS;
    else if (key == "init") state.init_error = atoi(value);
    else if (key == "latency_us") state.latency_us = atol(value);
    else if (key == "driver") state.driver = value;
  }
}

std::shared_ptr<const State> current_state() {
  static std::mutex& lock = *new std::mutex;
  static auto& known = *new std::shared_ptr<State>;
  static struct stat seen; // inode, size and time: a file renamed into place twice in one clock tick is still new
  static const string path = environment("FAKE_NVML_STATE", (environment("FAKE_GPU_DIR", ".") + "/state.txt").c_str());

  std::lock_guard<std::mutex> hold(lock);
  // For measuring what asking costs: a real driver does not look at a file for each question.
  static const bool frozen = !environment("FAKE_GPU_FROZEN", "").empty();
  if (frozen && known) return known;
  struct stat now;
  if (stat(path.c_str(), &now)) {
    if (!known || seen.st_ino) known = default_state();
    seen = {};
    return known;
  }
  bool same = known && now.st_ino == seen.st_ino && now.st_size == seen.st_size &&
              now.st_mtim.tv_sec == seen.st_mtim.tv_sec && now.st_mtim.tv_nsec == seen.st_mtim.tv_nsec;
  if (same) return known;
  if (FILE* file = fopen(path.c_str(), "r")) {
    known = default_state();
    known->written_at_s = now.st_mtim.tv_sec + now.st_mtim.tv_nsec * 1e-9;
    read_state(*known, file);
    fclose(file);
    seen = now;
  }
  return known;
}
