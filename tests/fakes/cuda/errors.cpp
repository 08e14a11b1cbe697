// Names of errors, and errors on demand.
#include "driver.h"

static const struct { int code; const char *name, *text; } ERRORS[] = {
  {0, "CUDA_SUCCESS", "no error"},
  {1, "CUDA_ERROR_INVALID_VALUE", "invalid argument"},
  {2, "CUDA_ERROR_OUT_OF_MEMORY", "out of memory"},
  {3, "CUDA_ERROR_NOT_INITIALIZED", "initialization error"},
  {46, "CUDA_ERROR_DEVICE_UNAVAILABLE", "CUDA-capable device(s) is/are busy or unavailable"},
  {100, "CUDA_ERROR_NO_DEVICE", "no CUDA-capable device is detected"},
  {101, "CUDA_ERROR_INVALID_DEVICE", "invalid device ordinal"},
  {200, "CUDA_ERROR_INVALID_IMAGE", "device kernel image is invalid"},
  {201, "CUDA_ERROR_INVALID_CONTEXT", "invalid device context"},
  {209, "CUDA_ERROR_NO_BINARY_FOR_GPU", "no kernel image is available for execution on the device"},
  {214, "CUDA_ERROR_ECC_UNCORRECTABLE", "uncorrectable ECC error encountered"},
  {218, "CUDA_ERROR_INVALID_PTX", "a PTX JIT compilation failed"},
  {222, "CUDA_ERROR_UNSUPPORTED_PTX_VERSION", "the provided PTX was compiled with an unsupported toolchain."},
  {400, "CUDA_ERROR_INVALID_HANDLE", "invalid resource handle"},
  {500, "CUDA_ERROR_NOT_FOUND", "named symbol not found"},
  {600, "CUDA_ERROR_NOT_READY", "device not ready"},
  {700, "CUDA_ERROR_ILLEGAL_ADDRESS", "an illegal memory access was encountered"},
  {701, "CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES", "too many resources requested for launch"},
  {702, "CUDA_ERROR_LAUNCH_TIMEOUT", "the launch timed out and was terminated"},
  {716, "CUDA_ERROR_MISALIGNED_ADDRESS", "misaligned address"},
  {719, "CUDA_ERROR_LAUNCH_FAILED", "unspecified launch failure"},
  {803, "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH", "system has unsupported display driver / cuda driver combination"},
  {999, "CUDA_ERROR_UNKNOWN", "unknown error"},
};

API cuGetErrorName(CUresult code, const char** name) {
  for (auto& error : ERRORS)
    if (error.code == (int)code) {
      *name = error.name;
      RETURN(OK);
    }
  *name = nullptr;
  RETURN(INVALID_VALUE);
}

API cuGetErrorString(CUresult code, const char** text) {
  for (auto& error : ERRORS)
    if (error.code == (int)code) {
      *text = error.text;
      RETURN(OK);
    }
  *text = nullptr;
  RETURN(INVALID_VALUE);
}

int injected(const char* function) {
  struct Plan { int nth, code, calls; };
  static std::mutex& lock = *new std::mutex;
  static const auto read = [] {
    auto* plans = new std::map<std::string, std::vector<Plan>>;
    for (const std::string& item : split(environment("FAKE_CUDA_FAIL", ""), ';')) {
      auto field = split(item, ':');
      if (field.size() == 3) (*plans)[field[0]].push_back({atoi(field[1].c_str()), atoi(field[2].c_str()), 0});
    }
    return plans;
  };
  static auto& plans = *read();
  if (plans.empty()) return 0;
  std::lock_guard<std::mutex> hold(lock);
  auto found = plans.find(function);
  if (found == plans.end()) return 0;
  for (Plan& plan : found->second)
    if (++plan.calls == plan.nth || plan.nth == 0) return plan.code;
  return 0;
}
