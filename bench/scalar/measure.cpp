#include "measure.hpp"

#include "upper_halves.hpp"

#include <cmath>
#include <ctime>
#include <malloc.h>
#include <sched.h>

namespace bench {
namespace {

constexpr double shortest = 0.025;  // seconds; far above the grain of the clock

auto seconds_a_run(runner& one, std::span<double> gradient, std::size_t runs) -> double {
  clean_upper_halves();
  const double start = processor_time();
  for (std::size_t i = 0; i < runs; ++i) one.run(gradient);
  return (processor_time() - start) / static_cast<double>(runs);
}

}  // namespace

auto settle() -> void {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(static_cast<std::size_t>(sched_getcpu()), &cores);
  sched_setaffinity(0, sizeof cores, &cores);
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, 2'000'000'000);
}

auto processor_time() -> double {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

auto median(std::vector<double> values) -> double {
  std::sort(values.begin(), values.end());
  const auto middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : 0.5 * (values[middle - 1] + values[middle]);
}

auto measure(const facts& kernel, const runners& all, int rounds) -> std::vector<std::vector<double>> {
  std::vector<double> gradient(kernel.inputs.size());
  std::vector<std::size_t> runs;
  for (const auto& one : all) {
    one->run(gradient);  // warms up
    const double once = seconds_a_run(*one, gradient, 1);
    runs.push_back(static_cast<std::size_t>(std::ceil(shortest / std::max(once, 1e-7))));
  }
  std::vector<std::vector<double>> times(all.size());
  for (int round = 0; round < rounds; ++round)
    for (std::size_t r = 0; r < all.size(); ++r) times[r].push_back(seconds_a_run(*all[r], gradient, runs[r]));
  return times;
}

}  // namespace bench
