#include "ptx.h"

#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

using std::string;
extern char** environ;

// ".param .align 16 .b8 name[64]" -> size and alignment. Kernel parameters lie at their natural alignment.
static void add_parameter(Entry& entry, const string& text) {
  static const struct { const char* suffix; unsigned bytes; } TYPES[] = {{"64", 8}, {"32", 4}, {"16", 2}, {"8", 1}};
  unsigned bytes = 0, align = 0, count = 1;
  for (auto& type : TYPES)
    for (const char* kind : {".u", ".s", ".b", ".f"}) {
      size_t at = text.find(string(kind) + type.suffix);
      if (!bytes && at != string::npos) bytes = type.bytes;
    }
  size_t aligned = text.find(".align"), bracket = text.find('[');
  if (bracket != string::npos) count = (unsigned)atoi(text.c_str() + bracket + 1);
  // ".ptr .align" describes what a pointer points to, not where the parameter lies
  if (aligned != string::npos && text.find(".ptr") == string::npos) align = (unsigned)atoi(text.c_str() + aligned + 6);
  entry.sizes.push_back(bytes * count);
  entry.aligns.push_back(align ? align : bytes);
}

static size_t end_of_body(const string& text, size_t open) {
  size_t depth = 0;
  for (size_t i = open; i < text.size(); i++) {
    if (text[i] == '{') depth++;
    if (text[i] == '}' && --depth == 0) return i;
  }
  return text.size();
}

// ".visible .global .align 4 .b8 table[256];" -> what variables of a state space take: declarations start a line.
static std::vector<Variable> variables(const string& text, const string& space) {
  std::vector<Variable> found;
  for (string line : split(text, '\n')) {
    size_t from = line.find_first_not_of(" \t");
    if (from == string::npos) continue;
    for (const char* linkage : {".visible ", ".weak "})
      if (line.compare(from, strlen(linkage), linkage) == 0) from += strlen(linkage);
    if (line.compare(from, space.size(), space) != 0) continue;
    uint64_t bytes = 0, count = 1;
    for (const char* kind : {".b", ".u", ".s", ".f"})
      for (auto [suffix, size] : {std::pair<const char*, uint64_t>{"8", 1}, {"16", 2}, {"32", 4}, {"64", 8}}) {
        string type = string(kind) + suffix;
        size_t at = line.find(type + " ", from), tab = line.find(type + "\t", from);
        if (at != string::npos || tab != string::npos) bytes = size;
      }
    size_t end = line.find_first_of("[;=", from), bracket = line.find('[', from);
    if (bracket != string::npos) count = strtoull(line.c_str() + bracket + 1, nullptr, 10);
    size_t last = line.find_last_not_of(" \t", end - 1), first = line.find_last_of(" \t", last);
    found.push_back({line.substr(first + 1, last - first), bytes * count});
  }
  return found;
}

static Entry parse_entry(const string& text, size_t after_name, size_t body) {
  Entry entry;
  size_t open = text.find('(', after_name);
  if (open < body) {
    size_t close = text.find(')', open);
    for (const string& part : split(text.substr(open + 1, close - open - 1), ','))
      if (part.find(".param") != string::npos) add_parameter(entry, part);
  }
  string code = text.substr(body, end_of_body(text, body) - body);
  for (const char* barrier : {"bar.sync", "barrier.sync", "bar.warp"})
    entry.barrier = entry.barrier || code.find(barrier) != string::npos;
  for (const Variable& local : variables(code, ".local ")) entry.local_bytes += (unsigned)local.bytes;
  for (const Variable& shared : variables(text, ".shared "))
    if (code.find(shared.name) != string::npos) entry.shared_bytes += (unsigned)shared.bytes;
  return entry;
}

bool parse_ptx(const string& text, Ptx& into) {
  size_t version = text.find(".version"), target = text.find(".target");
  if (version == string::npos || target == string::npos) return false;
  into.version = atof(text.c_str() + version + 8);
  into.version_text = text.substr(version + 9, 3);
  sscanf(text.c_str() + target, ".target sm_%d", &into.target);
  for (size_t at = 0; (at = text.find(".entry", at)) != string::npos;) {
    size_t from = text.find_first_not_of(" \t\r\n", at + 6);
    size_t to = text.find_first_of("( \t\r\n{", from), body = text.find('{', from);
    if (from == string::npos || to == string::npos || body == string::npos) break;
    into.entries[text.substr(from, to - from)] = parse_entry(text, to, body);
    at = to;
  }
  into.globals = variables(text, ".global ");
  for (const Variable& global : into.globals) into.global_bytes += global.bytes;
  return true;
}

static string read_all(const string& path) {
  string all;
  char part[4096];
  if (FILE* file = fopen(path.c_str(), "r")) {
    while (size_t n = fread(part, 1, sizeof part, file)) all.append(part, n);
    fclose(file);
  }
  return all;
}

bool assemble(const string& text, int compute_capability, string& log) {
  const string& program = settings().ptxas;
  if (program.empty()) return true;
  string source = environment("TMPDIR", "/tmp") + "/emulated-cuda-XXXXXX";
  int file = mkstemp(source.data());
  if (file < 0) return true;
  ssize_t written = write(file, text.data(), text.size());
  close(file);
  string said = source + ".log";
  // The oldest card that a current ptxas knows is Turing: older cards are assembled as one.
  string arch = "-arch=sm_" + std::to_string(compute_capability < 75 ? 75 : compute_capability);
  const char* words[] = {program.c_str(), arch.c_str(), "-v", source.c_str(), "-o", "/dev/null", nullptr};
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&files, 2, said.c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600);
  pid_t child;
  int status = -1;
  bool ran = written == (ssize_t)text.size() &&
             posix_spawn(&child, program.c_str(), &files, nullptr, (char* const*)words, environ) == 0 &&
             waitpid(child, &status, 0) == child;
  posix_spawn_file_actions_destroy(&files);
  log = read_all(said);
  unlink(source.c_str());
  unlink(said.c_str());
  return ran && status == 0;
}
