#include "../scalar/measure.hpp"
#include "tables.hpp"

#include <autodiff/array/parallel.hpp>
#include <chrono>
#include <fmt/format.h>

namespace bench {
namespace {

// Seconds a call by the clock on the wall: what the threads of the step do counts once.
auto seconds_on_the_wall(const step& s, int times) -> double {
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < times; ++i) s();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() / times;
}

}  // namespace

auto table_of_threads(const choice& c) -> void {
  fmt::print("\nmicroseconds a step of seegrad by the clock on the wall, medians of {} rounds; two cores must be free\n",
             c.rounds);
  fmt::print("{:<46} {:>10} {:>10} {:>6}\n", "", "1 thread", "2 threads", "gain");
  for (const auto& t : all_tasks()) {
    if (t.title().find(c.only) == std::string::npos) continue;
    const step s = seegrad_step(t);
    const int times = std::max(1, static_cast<int>(2e-2 / seconds_on_the_wall(s, 3)));
    std::vector<double> seconds[2];
    for (int r = 0; r < c.rounds; ++r)
      for (int k = 0; k < 2; ++k) {
        seegrad::set_num_threads(k + 1);
        s();
        seconds[k].push_back(seconds_on_the_wall(s, times));
      }
    seegrad::set_num_threads(1);
    const double one = median(seconds[0]) * 1e6, two = median(seconds[1]) * 1e6;
    fmt::print("{:<46} {:>10.2f} {:>10.2f} {:>6.2f}\n", t.title(), one, two, one / two);
    std::fflush(stdout);
  }
}

}  // namespace bench
