// Does the cost of an operation stay what it is when there are more of them? seegrad alone, from a thousand operations to a
// hundred million, with the time and the memory each takes.

#include "isolated.hpp"
#include "kernels/chain.hpp"
#include "kernels/log_sum_exp.hpp"
#include "measure.hpp"

#include <autodiff/autodiff.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cmath>
#include <sys/resource.h>

namespace {

using namespace bench;

struct cost {
  double nanoseconds, record, adjoints, resident;  // all an operation; the last three in bytes
};

// The most memory this process ever had, in bytes.
auto peak_memory() -> double {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return 1024.0 * static_cast<double>(usage.ru_maxrss);
}

template <class Kernel>
auto measure_once(const Kernel& kernel, double operations) -> cost {
  const double before = peak_memory();
  seegrad::graph g;
  std::vector<seegrad::scalar> x(kernel.inputs.size());
  cost result{};
  const auto gradient = [&] {
    const auto start = g.mark();
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = seegrad::input(kernel.inputs[i]);
    seegrad::backward(kernel(std::span<const seegrad::scalar>(x)));
    const auto used = g.memory();
    result.record = static_cast<double>(used.record) / operations;
    result.adjoints = static_cast<double>(used.adjoints) / operations;
    g.rewind(start);
  };
  gradient();  // takes the memory from the operating system
  result.resident = (peak_memory() - before) / operations;
  std::vector<double> rounds;
  const auto runs = static_cast<int>(std::ceil(3e6 / operations));
  for (int round = 0; round < 5; ++round) {
    const double start = processor_time();
    for (int i = 0; i < runs; ++i) gradient();
    rounds.push_back(1e9 * (processor_time() - start) / runs / operations);
  }
  result.nanoseconds = median(rounds);
  return result;
}

template <class Kernel>
auto print_line(std::size_t operations, std::size_t per_unit) -> void {
  const auto units = operations / per_unit;
  // A process of its own, because the most memory a process had never goes down.
  const auto out = isolated(4, [&](std::span<double> numbers) {
    const auto c = measure_once(Kernel(units), static_cast<double>(units * per_unit));
    numbers[0] = c.nanoseconds;
    numbers[1] = c.record;
    numbers[2] = c.adjoints;
    numbers[3] = c.resident;
  });
  fmt::print("{:>10.0e} {:>8.2f} {:>10.1f} {:>10.1f} {:>10.1f}\n", static_cast<double>(operations), out[0], out[1], out[2],
             out[3]);
}

template <class Kernel>
auto print_block(const char* title, std::size_t per_unit, std::size_t most) -> void {
  fmt::print("{}\n{:>10} {:>8} {:>10} {:>10} {:>10}\n", title, "ops", "ns/op", "record B", "adjoint B", "resident B");
  for (std::size_t n = 1000; n <= most; n *= 10) print_line<Kernel>(n, per_unit);
}

}  // namespace

auto main(int argc, char** argv) -> int {
  CLI::App app{"The cost of an operation in seegrad against how many there are."};
  double most = 1e8;
  app.add_option("--most", most, "the largest number of operations; a hundred million need about 5 GB");
  CLI11_PARSE(app, argc, argv);
  settle();
  fmt::print("Time and bytes per operation of one gradient; resident is what the process grew by.\n\n");
  print_block<chain>("chain x = a sin(x) + b x", 4, static_cast<std::size_t>(most));
  print_block<log_sum_exp>("\nlog-sum-exp, an input for every three operations", 3, static_cast<std::size_t>(most));
  return 0;
}
