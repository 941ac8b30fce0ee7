#include "isolated.hpp"

#include <cstdio>
#include <exception>
#include <stdexcept>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

namespace bench {
namespace {

[[noreturn]] auto child(std::span<double> shared, const std::function<void(std::span<double>)>& f) -> void {
  try {
    f(shared);
    _exit(0);
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "%s\n", problem.what());
    _exit(1);
  }
}

}  // namespace

auto isolated(std::size_t size, const std::function<void(std::span<double>)>& f) -> std::vector<double> {
  const std::size_t bytes = size * sizeof(double);
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::runtime_error("no shared memory for a measurement");
  const std::span<double> shared(static_cast<double*>(memory), size);
  std::fflush(nullptr);  // or the child would print again what is waiting to be printed
  const pid_t process = fork();
  if (process == 0) child(shared, f);
  int status = 1;
  if (process > 0) waitpid(process, &status, 0);
  std::vector<double> result(shared.begin(), shared.end());
  munmap(memory, bytes);
  if (process < 0 || status != 0) throw std::runtime_error("a measuring process failed");
  return result;
}

}  // namespace bench
