// Running the blocks of a grid. A kernel without a barrier is a loop over its threads. With one, each thread is a fiber
// (ucontext): every pass over the fibers runs each of them to its next barrier.
#include "driver.h"

#include <csetjmp>
#include <csignal>
#include <cstring>
#include <ucontext.h>
#include <unistd.h>

static constexpr size_t FIBER_STACK = 64 << 10;

struct Fiber { ucontext_t state; cu_dim3 thread; bool done; };

struct Block {
  CUfunction function;
  void** parameters;
  cu_place place;
  std::vector<Fiber> fibers;
  std::vector<char> stacks, shared;
  ucontext_t scheduler;
  size_t running;
};

static thread_local Block* here;
static thread_local sigjmp_buf* escape; // set while a kernel runs on this thread
static struct sigaction previous_segv, previous_bus;

static void on_fault(int signal_number, siginfo_t* info, void* state) {
  if (escape) siglongjmp(*escape, 1);
  // Not ours: a bug of the program under test. Let it die of it as it would have.
  const struct sigaction& before = signal_number == SIGSEGV ? previous_segv : previous_bus;
  if (before.sa_flags & SA_SIGINFO) return before.sa_sigaction(signal_number, info, state);
  if (before.sa_handler == SIG_IGN) return;
  if (before.sa_handler != SIG_DFL) return before.sa_handler(signal_number);
  signal(signal_number, SIG_DFL);
  raise(signal_number);
}

void install_fault_handlers() {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = on_fault;
  action.sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK;
  sigaction(SIGSEGV, &action, &previous_segv);
  sigaction(SIGBUS, &action, &previous_bus);
}

static void at_barrier() {
  Block* block = here;
  swapcontext(&block->fibers[block->running].state, &block->scheduler);
}

static void fiber_main() {
  Block* block = here;
  block->function->thread(block->parameters, &block->place);
  block->fibers[block->running].done = true;
  swapcontext(&block->fibers[block->running].state, &block->scheduler);
}

static void start_fibers(Block& block) {
  cu_dim3 size = block.place.block_size;
  size_t count = (size_t)size.x * size.y * size.z;
  block.fibers.resize(count);
  block.stacks.resize(count * FIBER_STACK);
  for (size_t i = 0; i < count; i++) {
    Fiber& fiber = block.fibers[i];
    fiber.thread = {(unsigned)(i % size.x), (unsigned)(i / size.x % size.y), (unsigned)(i / size.x / size.y)};
    fiber.done = false;
    getcontext(&fiber.state);
    fiber.state.uc_stack = {};
    fiber.state.uc_stack.ss_sp = &block.stacks[i * FIBER_STACK];
    fiber.state.uc_stack.ss_size = FIBER_STACK;
    fiber.state.uc_link = nullptr;
    makecontext(&fiber.state, fiber_main, 0);
  }
}

static void run_block(Block& block) {
  // What is in it at first is anybody's guess: a pattern, so that nobody takes it for zeros.
  memset(block.shared.data(), 0xa5, block.shared.size());
  if (!block.function->entry->barrier) return block.function->block(block.parameters, &block.place);
  here = &block;
  block.place.barrier = at_barrier;
  start_fibers(block);
  for (bool alive = true; alive;) {
    alive = false;
    for (size_t i = 0; i < block.fibers.size(); i++) {
      if (block.fibers[i].done) continue;
      block.running = i;
      block.place.thread = block.fibers[i].thread;
      swapcontext(&block.scheduler, &block.fibers[i].state);
      alive = alive || !block.fibers[i].done;
    }
  }
}

// Takes blocks until there are no more, on one system thread.
static void work(CUfunction function, cu_dim3 grid, cu_dim3 size, unsigned shared_bytes, char* values,
                 const std::vector<size_t>& offsets, std::atomic<uint64_t>& next, std::atomic<int>& code) {
  Block block{};
  block.shared.resize(shared_bytes);
  block.place.shared = block.shared.data();
  block.function = function;
  std::vector<void*> parameters;
  for (size_t offset : offsets) parameters.push_back(values + offset);
  block.parameters = parameters.data();
  block.place.grid_size = grid;
  block.place.block_size = size;
  const uint64_t total = (uint64_t)grid.x * grid.y * grid.z;
  sigjmp_buf back;
  if (sigsetjmp(back, 1)) {
    escape = nullptr;
    code = ILLEGAL_ADDRESS;
    return;
  }
  escape = &back;
  for (uint64_t i; !code && (i = next++) < total;) {
    block.place.block = {(unsigned)(i % grid.x), (unsigned)(i / grid.x % grid.y), (unsigned)(i / grid.x / grid.y)};
    run_block(block);
  }
  escape = nullptr;
}

int run_grid(CUfunction function, cu_dim3 grid, cu_dim3 size, unsigned shared_bytes,
             const std::vector<char>& parameters, const std::vector<size_t>& offsets) {
  CUcontext context = function->module->context;
  std::vector<char> values = parameters;
  std::atomic<uint64_t> next{0};
  std::atomic<int> code{OK};
  double began = steady_seconds();
  census_kernel_started(context->device);
  context->open_memory();
  auto one = [&] { work(function, grid, size, shared_bytes, values.data(), offsets, next, code); };
  std::vector<std::thread> more;
  for (int i = 1; i < settings().threads; i++) more.emplace_back(one);
  one();
  for (auto& thread : more) thread.join();
  context->close_memory();
  double wanted = settings().kernel_ms * 1e-3, most = settings().watchdog_ms * 1e-3, took = steady_seconds() - began;
  if (most > 0 && !code && (wanted > most || took > most)) {
    wanted = most;
    code = LAUNCH_TIMEOUT;
  }
  if (code != ILLEGAL_ADDRESS && wanted > took) usleep((useconds_t)((wanted - took) * 1e6));
  census_kernel_ended(context->device);
  return code;
}
