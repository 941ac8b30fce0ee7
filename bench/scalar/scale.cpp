// Does the cost of an operation stay what it is when there are more of them? seegrad alone, from a thousand operations to two
// hundred million, with the time and the memory each takes: in the first graph of a process, whose memory the operating system has yet to
// give, in a later graph, and in a graph that was rewound.

#include "isolated.hpp"
#include "kernels/chain.hpp"
#include "kernels/log_sum_exp.hpp"
#include "measure.hpp"

#include <autodiff/autodiff.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <sys/resource.h>

namespace {

using namespace bench;

// All an operation; times in nanoseconds, memory in bytes.
struct cost {
  double first, later, rewound, record, adjoints, resident;
};
constexpr std::size_t figures = sizeof(cost) / sizeof(double);

// The most memory this process ever had, in bytes.
auto peak_memory() -> double {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return 1024.0 * static_cast<double>(usage.ru_maxrss);
}

template <class F>
auto nanoseconds(const F& f, int times) -> double {
  const double start = processor_time();
  for (int i = 0; i < times; ++i) f();
  return 1e9 * (processor_time() - start) / times;
}

template <class Kernel>
auto measure_here(const Kernel& kernel, double operations) -> cost {
  const double before = peak_memory();
  std::vector<seegrad::scalar> x(kernel.inputs.size());
  const auto gradient = [&] {
    seegrad::inputs(kernel.inputs, x);
    seegrad::backward(kernel(std::span<const seegrad::scalar>(x)));
  };
  const auto new_graph = [&] {
    const seegrad::graph g;
    gradient();
  };
  cost result{};
  result.first = nanoseconds(new_graph, 1);
  result.resident = peak_memory() - before;
  const auto times = static_cast<int>(std::ceil(3e6 / operations));
  const auto timed = [&](const auto& f) {
    std::vector<double> rounds;
    for (int round = 0; round < 3; ++round) rounds.push_back(nanoseconds(f, times));
    return median(rounds);
  };
  result.later = timed(new_graph);
  seegrad::graph g;
  const auto start = g.mark();
  gradient();
  result.record = static_cast<double>(g.memory().record);
  result.adjoints = static_cast<double>(g.memory().adjoints);
  result.rewound = timed([&] {
    g.rewind(start);
    gradient();
  });
  return result;
}

template <class Kernel>
auto print_line(std::size_t operations, std::size_t per_unit) -> void {
  const auto units = operations / per_unit;
  const auto count = static_cast<double>(units * per_unit);
  // Processes of their own: each has one first graph, and the most memory a process had never goes down.
  std::array<std::vector<double>, figures> rounds;
  for (int process = 0; process < (operations > 1'000'000 ? 1 : 5); ++process) {
    const auto out = isolated(figures, [&](std::span<double> numbers) {
      const auto c = measure_here(Kernel(units), count);
      const std::array all{c.first, c.later, c.rewound, c.record, c.adjoints, c.resident};
      std::copy(all.begin(), all.end(), numbers.begin());
    });
    for (std::size_t i = 0; i < figures; ++i) rounds[i].push_back(out[i] / count);
  }
  fmt::print("{:>10.0e}", static_cast<double>(operations));
  for (std::size_t i = 0; i < figures; ++i) fmt::print(" {:>10.{}f}", median(rounds[i]), i < 3 ? 2 : 1);
  fmt::print("\n");
  std::fflush(stdout);
}

template <class Kernel>
auto print_block(const char* title, std::size_t per_unit, std::size_t most) -> void {
  fmt::print("{}\n{:>10}", title, "ops");
  for (const auto* head : {"first", "later", "rewound", "record B", "adjoint B", "resident B"}) fmt::print(" {:>10}", head);
  fmt::print("\n");
  std::size_t n = 1000;
  for (; n <= most; n *= 10) print_line<Kernel>(n, per_unit);
  if (n / 10 != most) print_line<Kernel>(most, per_unit);
}

}  // namespace

auto main(int argc, char** argv) -> int {
  CLI::App app{"The cost of an operation in seegrad against how many there are."};
  double most = 2e8;
  app.add_option("--most", most, "the largest number of operations; two hundred million need about 8 GB");
  CLI11_PARSE(app, argc, argv);
  settle();
  fmt::print(
      "Nanoseconds and bytes per operation of one gradient: in the first graph of a process, in a later one, in a graph that was "
      "rewound.\nResident is what the process grew by for the first.\n\n");
  print_block<chain>("chain x = a sin(x) + b x", 4, static_cast<std::size_t>(most));
  print_block<log_sum_exp>("\nlog-sum-exp, an input for every three operations", 3, static_cast<std::size_t>(most));
  return 0;
}
