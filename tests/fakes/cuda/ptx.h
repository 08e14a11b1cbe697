// Reading PTX as far as a driver must before it runs a kernel.
#pragma once
#include "driver.h"

struct Variable { std::string name; uint64_t bytes; };

struct Ptx {
  double version = 0;
  std::string version_text;
  int target = 0; // sm_NN
  std::map<std::string, Entry> entries;
  std::vector<Variable> globals; // its variables in the card's memory
  uint64_t global_bytes = 0;
};

// False where the text has no .version or .target: not PTX at all.
bool parse_ptx(const std::string& text, Ptx& into);

// Runs the real assembler over the text, where FAKE_CUDA_PTXAS names one. False with its message where it refuses.
bool assemble(const std::string& text, int compute_capability, std::string& log);
