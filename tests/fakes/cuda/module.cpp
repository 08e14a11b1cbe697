// Modules: PTX in, functions out. A function is the CPU build of the kernel with the same name.
#include "ptx.h"

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <dlfcn.h>

using std::string;

// The JIT log buffers that a caller may pass: the option numbers are the vendor's CUjit_option.
struct JitOptions {
  char *info = nullptr, *error = nullptr;
  size_t info_bytes = 0, error_bytes = 0;
  void **info_length = nullptr, **error_length = nullptr;

  JitOptions(unsigned count, CUjit_option* options, void** values) {
    for (unsigned i = 0; i < count; i++) switch ((int)options[i]) {
        case 3: info = (char*)values[i]; break;
        case 4: info_bytes = (uint32_t)(uintptr_t)values[i]; info_length = &values[i]; break;
        case 5: error = (char*)values[i]; break;
        case 6: error_bytes = (uint32_t)(uintptr_t)values[i]; error_length = &values[i]; break;
      }
  }
  static void put(char* into, size_t bytes, void** length, const string& text) {
    if (!into || !bytes) return;
    size_t n = text.size() < bytes - 1 ? text.size() : bytes - 1;
    memcpy(into, text.data(), n);
    into[n] = 0;
    if (length) *length = (void*)(uintptr_t)(n + 1); // out: how much was written
  }
  void say(const string& text) const { put(info, info_bytes, info_length, text); }
  void complain(const string& text) const { put(error, error_bytes, error_length, text); }
};

template <class F> static F symbol(void* library, const string& name) { return (F)dlsym(library, name.c_str()); }

// A module's variables begin as its text says, whatever was written to those of one before it.
static void reset(const std::vector<Variable>& globals) {
  static auto& first = *new std::map<void*, std::vector<char>>;
  static auto& lock = *new std::mutex;
  std::lock_guard<std::mutex> hold(lock);
  for (void* library : settings().kernels)
    for (const Variable& global : globals) {
      auto door = symbol<char* (*)()>(library, "cu_variable_" + global.name);
      if (!door) continue;
      char* at = door();
      auto& bytes = first.try_emplace(at, at, at + global.bytes).first->second;
      memcpy(at, bytes.data(), bytes.size());
    }
}

API cuModuleLoadDataEx(CUmodule* module, const void* image, unsigned count, CUjit_option* options, void** values) {
  NEED_CONTEXT(context);
  if (!module || !image) RETURN(INVALID_VALUE);
  JitOptions jit(count, options, values);
  jit.say("");
  jit.complain("");
  Ptx ptx;
  string text((const char*)image), log;
  if (!parse_ptx(text, ptx)) RETURN(INVALID_IMAGE);
  if (ptx.version > settings().ptx_max + 1e-9) {
    char newest[16];
    snprintf(newest, sizeof newest, "%.1f", settings().ptx_max);
    jit.complain("ptxas application ptx input, line 9; fatal   : Unsupported .version " + ptx.version_text +
                 "; current version is '" + newest + "'\n");
    RETURN(UNSUPPORTED_PTX_VERSION);
  }
  const Card& card = cards()[context->device];
  int capability = card.major * 10 + card.minor;
  if (ptx.target > capability) RETURN(NO_BINARY_FOR_GPU);
  if (!assemble(text, capability, log)) {
    jit.complain(log);
    RETURN(INVALID_PTX);
  }
  jit.say(log);
  uint64_t used = used_bytes(*current_state(), context->device), bytes = ptx.global_bytes + settings().module_bytes;
  if (ptx.global_bytes > card.memory_bytes || used + bytes > card.memory_bytes) RETURN(OUT_OF_MEMORY);
  census_memory(context->device, (int64_t)bytes);
  reset(ptx.globals);
  *module = new CUmod_st{context, std::move(ptx.entries), {}, bytes};
  RETURN(OK);
}

API cuModuleLoadData(CUmodule* module, const void* image) {
  return cuModuleLoadDataEx(module, image, 0, nullptr, nullptr);
}

API cuModuleUnload(CUmodule module) {
  NEED_CONTEXT(context);
  if (!module) RETURN(INVALID_HANDLE);
  int code = context->wait_all();
  for (auto& [name, function] : module->functions) delete function;
  census_memory(context->device, -(int64_t)module->bytes);
  delete module;
  RETURN(code);
}

// Null, with a line on stderr for the author of the test, where there is no fitting CPU build.
static CUfunction pair(CUmodule module, const string& name, const Entry& entry) {
  for (void* library : settings().kernels) {
    auto parameters = symbol<unsigned (*)()>(library, "cu_parameters_" + name);
    if (!parameters) continue;
    if (parameters() != entry.sizes.size()) {
      fprintf(stderr, "emulated libcuda: %s has %zu parameters in PTX but %u in its CPU build\n", name.c_str(),
              entry.sizes.size(), parameters());
      return nullptr;
    }
    return new CUfunc_st{module, &entry, symbol<void (*)(void**, cu_place*)>(library, "cu_block_" + name),
                         symbol<void (*)(void**, cu_place*)>(library, "cu_thread_" + name)};
  }
  fprintf(stderr, "emulated libcuda: no CPU build of %s in FAKE_CUDA_KERNELS\n", name.c_str());
  return nullptr;
}

API cuModuleGetFunction(CUfunction* function, CUmodule module, const char* name) {
  NEED_CONTEXT(context);
  if (!function || !module || !name || module->context != context) RETURN(INVALID_HANDLE);
  auto entry = module->entries.find(name);
  if (entry == module->entries.end()) RETURN(NOT_FOUND);
  CUfunction& known = module->functions[name];
  if (!known) known = pair(module, name, entry->second);
  if (!known) {
    module->functions.erase(name);
    RETURN(NOT_FOUND);
  }
  *function = known;
  RETURN(OK);
}

API cuFuncGetAttribute(int* value, CUfunction_attribute attribute, CUfunction function) {
  ENTER;
  if (!value || !function) RETURN(INVALID_HANDLE);
  switch ((int)attribute) {
    case 0: *value = 1024; RETURN(OK); // most threads per block
    case 1: *value = (int)function->entry->shared_bytes; RETURN(OK);
    case 3: *value = (int)function->entry->local_bytes; RETURN(OK);
    case 4: *value = 32; RETURN(OK); // registers
    case 8: *value = (int)function->most_dynamic; RETURN(OK);
  }
  *value = 0;
  RETURN(OK);
}

API cuFuncSetAttribute(CUfunction function, CUfunction_attribute attribute, int value) {
  ENTER;
  if (!function) RETURN(INVALID_HANDLE);
  if ((int)attribute != 8 || value < 0) RETURN(INVALID_VALUE);
  if ((unsigned)value + function->entry->shared_bytes > MOST_SHARED_BYTES) RETURN(INVALID_VALUE);
  function->most_dynamic = (unsigned)value;
  RETURN(OK);
}
