// Do two threads, each with graphs of its own, do twice as much as one? seegrad alone. Beside it a loop in registers, which is what the
// machine's two cores can give when they share nothing, and one that reads memory, which they do share.

#include "kernels/chain.hpp"
#include "kernels/log_sum_exp.hpp"
#include "measure.hpp"

#include <CLI/CLI.hpp>
#include <autodiff/autodiff.hpp>

#include <fmt/format.h>

#include <barrier>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <functional>
#include <numeric>
#include <thread>

namespace {

using namespace bench;
using work = std::function<void()>;  // a thread's, called again and again
using maker = std::function<work()>;

// Seconds on the wall until each of so many threads has done it so often. Making is not counted.
auto seconds(const maker& make, int threads, int times) -> double {
  using clock = std::chrono::steady_clock;
  clock::time_point start;
  std::barrier ready(threads, [&]() noexcept { start = clock::now(); });
  std::vector<std::jthread> all;
  for (int t = 0; t < threads; ++t)
    all.emplace_back([&] {
      const auto run = make();
      run();
      ready.arrive_and_wait();
      for (int i = 0; i < times; ++i) run();
    });
  all.clear();
  return std::chrono::duration<double>(clock::now() - start).count();
}

// How much more two threads do in the time of one: 2 at best. One and two take turns, since the machine is slower for a while.
auto scaling(const maker& make) -> double {
  const int times = std::max(1, static_cast<int>(0.1 / seconds(make, 1, 1)));
  std::vector<double> turns;
  for (int turn = 0; turn < 9; ++turn) {
    const double one = seconds(make, 1, times);
    turns.push_back(2 * one / seconds(make, 2, times));
  }
  return median(turns);
}

template <class Kernel>
auto gradients(std::size_t units) -> maker {
  return [=]() -> work {
    return [kernel = Kernel(units), x = std::vector<seegrad::scalar>()]() mutable {
      const seegrad::graph g;
      x.resize(kernel.inputs.size());
      seegrad::inputs(kernel.inputs, x);
      seegrad::backward(kernel(std::span<const seegrad::scalar>(x)));
    };
  };
}

volatile double kept;  // so that no work is thrown away

auto in_registers() -> work {
  return [] {
    double x = 1;
    for (int i = 0; i < 1'000'000; ++i) x = std::sqrt(x + 1);
    kept = x;
  };
}

auto in_memory() -> work {
  return [numbers = std::vector<double>(8'000'000, 1.0)] { kept = std::accumulate(numbers.begin(), numbers.end(), 0.0); };
}

}  // namespace

auto main(int argc, char** argv) -> int {
  CLI::App app{"Two threads with graphs of their own against one."};
  CLI11_PARSE(app, argc, argv);
  fmt::print("How much more two threads do than one, {} processors: 2 is all.\n\n", std::thread::hardware_concurrency());
  fmt::print("{:<28} {:>6.2f}\n{:<28} {:>6.2f}\n\n", "square roots in registers", scaling(in_registers), "a sum over 64 MB",
             scaling(in_memory));
  fmt::print("{:>10} {:>8} {:>12}\n", "ops", "chain", "log-sum-exp");
  for (std::size_t n = 1000; n <= 10'000'000; n *= 10) {
    fmt::print("{:>10.0e} {:>8.2f} {:>12.2f}\n", static_cast<double>(n), scaling(gradients<chain>(n / 4)),
               scaling(gradients<log_sum_exp>(n / 3)));
    std::fflush(stdout);
  }
  return 0;
}
