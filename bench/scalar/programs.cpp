// Programs against plain functions: the kernels of kernels.hpp recorded once, and run at one point and at sixty-four.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <autodiff/array/parallel.hpp>
#include <autodiff/autodiff.hpp>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <fmt/format.h>

#include "hand/by_hand.hpp"
#include "kernels.hpp"
#include "measure.hpp"
#ifdef BENCH_CPPAD
#include "cppad_replay.hpp"
#endif

namespace {

using namespace seegrad;

constexpr std::size_t batch = 64;
constexpr double least = 0.02;
constexpr int rounds = 5;

template <class F>
auto median_of(const F& f) -> double {
  std::vector<double> times;
  for (int i = 0; i < rounds; ++i) times.push_back(bench::seconds_a_call(f, least));
  return bench::median(times);
}

volatile double kept;

/// Inputs at sixty-four points, each a little off the kernel's own.
auto points_around(const std::vector<double>& x) -> std::vector<double> {
  std::vector<double> all;
  for (std::size_t p = 0; p < batch; ++p)
    for (const double v : x) all.push_back(v * (1 + 1e-6 * static_cast<double>(p)));
  return all;
}

// One back end: what making it takes, one point, and sixty-four; seconds.
struct times {
  double compile, one, many, off;
};

template <class Kernel>
auto measure(const Kernel& f, backend b, std::span<const double> points) -> times {
  const auto& x = f.inputs;
  graph g;
  const auto in = inputs(x);
  const scalar y = f(std::span<const scalar>(in));
  std::vector<double> slopes(x.size()), values(batch), all_slopes(points.size());
  const auto many = [&](const program& p) { p.values_and_gradients_at(points, values, all_slopes); };

  // What making machine code takes is what the first run takes more than others.
  std::vector<double> making;
  for (int i = 0; i < rounds; ++i) {
    const auto begin = bench::processor_time();
    const auto p = compile(y, in, b);
    auto end = bench::processor_time();
    double made = end - begin;
    if (b == backend::machine_code) {
      many(p);
      const double first = bench::processor_time() - end;
      end = bench::processor_time(), many(p);
      made += std::max(0.0, first - (bench::processor_time() - end));
    }
    making.push_back(made);
  }
  const auto p = compile(y, in, b);
  const double off = std::abs(p.value_and_gradient(x, slopes) - y.value()) / std::abs(y.value());
  // Until it has become what it becomes.
  if (b == backend::automatic)
    for (int i = 0; i < 200; ++i) p.value_and_gradient(x, slopes), i < 20 ? many(p) : void();
  return {bench::median(making), median_of([&] { kept = p.value_and_gradient(x, slopes); }), median_of([&] { many(p); }), off};
}

/// Who differs from seegrad, and by how much: said below the table.
std::vector<std::string> disagreements;

// |a - b| / |b| of the gradient as a whole, since a single small slope may lose digits by cancellation in any library.
auto distance(std::span<const double> a, std::span<const double> b) -> double {
  double difference = 0, size = 0;
  for (std::size_t i = 0; i < a.size(); ++i) difference += (a[i] - b[i]) * (a[i] - b[i]), size += b[i] * b[i];
  return std::sqrt(difference / size);
}

// Whether another way to the value and the gradient gives those of the program.
template <class Kernel, class Run>
auto agrees(std::string_view name, std::string_view who, const Kernel& f, double tolerance, const Run& run) -> bool {
  graph g;
  const auto in = inputs(f.inputs);
  std::vector<double> ours(in.size()), theirs(in.size(), std::nan(""));
  const double value = compile(f(std::span<const scalar>(in)), in).value_and_gradient(f.inputs, ours);
  const double value_off = std::abs(run(f.inputs, theirs) - value) / std::abs(value);
  const double slopes_off = distance(theirs, ours);
  // Written so that what is not a number counts as different.
  if (value_off <= tolerance && slopes_off <= tolerance) return true;
  disagreements.push_back(fmt::format("{}: {} and seegrad are {:.0e} apart in the value and {:.0e} in the gradient.", name, who,
                                      value_off, slopes_off));
  return false;
}

/// The gradient written by hand, and a batch's point beside it; one that is wrong is not timed.
template <class Kernel>
auto hand(std::string_view name, const Kernel& f, double operations, double seegrad_seconds) -> std::string {
  const auto run = bench::by_hand(f);
  if (!agrees(name, "the gradient by hand", f, 1e-10, run)) return "- | -";
  std::vector<double> slopes(f.inputs.size());
  const double one = median_of([&] { kept = run(f.inputs, slopes); });
  return fmt::format("{:.3f} | {:.2f}", 1e9 * one / operations, seegrad_seconds / one);
}

#ifdef BENCH_CPPAD

/// What making CppAD's replays takes, in nanoseconds an operation: said below the table.
std::vector<double> makings;

/// CppAD's replay, beside what seegrad takes at one point: the last two columns.
template <class Kernel>
auto cppad(std::string_view name, const Kernel& f, double operations, double seegrad_seconds) -> std::string {
  bench::cppad_replay replay(f);
  makings.push_back(1e9 * replay.seconds_to_make() / operations);
  const auto run = [&](std::span<const double> x, std::span<double> slopes) { return replay.value_and_gradient(x, slopes); };
  agrees(name, "CppAD", f, 1e-9, run);
  std::vector<double> slopes(f.inputs.size());
  const double one = median_of([&] { kept = run(f.inputs, slopes); });
  return fmt::format("{:.2f} | {:.1f}", 1e9 * one / operations, one / seegrad_seconds);
}

auto remarks_on_cppad() -> void {
  const auto [least_making, most_making] = std::minmax_element(makings.begin(), makings.end());
  fmt::print("\nCppAD takes {:.0f} to {:.0f} ns an operation to record and optimise.\n", *least_making, *most_making);
}

#else

template <class Kernel>
auto cppad(std::string_view, const Kernel&, double, double) -> std::string {
  return "- | -";
}

auto remarks_on_cppad() -> void {}

#endif

template <class Kernel>
auto row(std::string_view name, const Kernel& f) -> void {
  const auto& x = f.inputs;
  std::size_t size = 0;
  {
    graph g;
    const auto in = inputs(x);
    static_cast<void>(f(std::span<const scalar>(in)));
    size = g.size() - in.size();
  }
  const auto operations = static_cast<double>(size);
  const auto points = points_around(x);
  const double plain = median_of([&] { kept = f(std::span<const double>(x)); });
  const double each = median_of([&] {
    double sum = 0;
    for (std::size_t k = 0; k < batch; ++k) sum += f(std::span<const double>(points).subspan(k * x.size(), x.size()));
    kept = sum;
  });
  const auto slow = measure(f, backend::interpreter, points), fast = measure(f, backend::machine_code, points),
             usual = measure(f, backend::automatic, points);
  const auto ns = [&](double seconds) { return 1e9 * seconds / operations; };
  fmt::print(
      "| {} | {} | {:.2f} | {:.0f} | {:.0f} | {:.2f} | {:.2f} | {:.2f} | {:.2f} | {:.2f} | {:.2f} | {:.2f} | {} | {:.0e} | {} |\n",
      name, size, ns(plain), ns(slow.compile), ns(fast.compile), ns(slow.one), ns(fast.one), ns(usual.one), ns(slow.many) / batch,
      ns(fast.many) / batch, ns(usual.many) / batch, usual.many / each, hand(name, f, operations, usual.many / batch),
      std::max({slow.off, fast.off, usual.off}), cppad(name, f, operations, usual.one));
  std::fflush(stdout);
}

// Seconds of the clock, the best of several.
template <class F>
auto wall_time(const F& f) -> double {
  double best = 1e9;
  for (int i = 0; i < 2 * rounds; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    f();
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  }
  return best;
}

auto two_threads() -> void {
  const auto f = bench::black_scholes(1);
  graph g;
  const auto in = inputs(f.inputs);
  const auto p = compile(f(std::span<const scalar>(in)), in, backend::machine_code);
  constexpr std::size_t count = 200'000;
  std::vector<double> points, values(count), slopes(count * in.size());
  for (std::size_t i = 0; i < count; ++i)
    for (const double v : f.inputs) points.push_back(v * (1 + 1e-6 * static_cast<double>(i % 1000)));
  double times[2];
  for (int n = 1; n <= 2; ++n) {
    set_num_threads(n);
    times[n - 1] = wall_time([&] { p.values_and_gradients_at(points, values, slopes); });
  }
  set_num_threads(1);
  fmt::print("Black-Scholes at {} points: {:.1f} ns a point by one thread, {:.2f} times as fast by two.\n", count,
             1e9 * times[0] / count, times[0] / times[1]);
}

// What a guard costs, beside an addition.
auto guards() -> void {
  constexpr int steps = 1000;
  const auto time = [&](bool asks, bool adds) {
    graph g(with_guards);
    const auto x = inputs(std::array{0.5, 1.0 / steps, 2.0});
    scalar y = x[0];
    for (int i = 0; i < steps; ++i) {
      y = y * x[1] + x[0];
      if (asks && !(y < x[2])) break;
      if (adds) y = y + x[1];
    }
    const auto p = compile(y, x, backend::machine_code);
    std::vector<double> slopes(3), points, values(batch), all(3 * batch);
    for (std::size_t i = 0; i < batch; ++i) points.insert(points.end(), {0.5, 1.0 / steps, 2.0});
    return std::pair(median_of([&] {
                       kept = p.value_and_gradient(std::array{0.5, 1.0 / steps, 2.0}, slopes);
                     }),
                     median_of([&] { p.values_and_gradients_at(points, values, all); }) / batch);
  };
  const auto none = time(false, false), guard = time(true, false), sum = time(false, true);
  const auto ns = [&](double more, double less) { return 1e9 * (more - less) / steps; };
  fmt::print(
      "A guard costs {:.2f} ns at one point and {:.3f} ns at each of 64; an addition with its derivative {:.2f} and {:.3f}.\n",
      ns(guard.first, none.first), ns(guard.second, none.second), ns(sum.first, none.first), ns(sum.second, none.second));
}

auto large() -> void {
  constexpr int steps = 5'000'000;
  graph g;
  const scalar x = input(1.0);
  scalar y = x;
  for (int i = 0; i < steps; ++i) y = y * 0.999999 + 1e-6;
  const auto begin = bench::processor_time();
  const auto p = compile(y, wrt(x));
  const auto made = bench::processor_time();
  double slope = 0;
  const double value = p.value_and_gradient(std::array{1.0}, {&slope, 1});
  const auto end = bench::processor_time();
  fmt::print("10⁷ operations one after the other: compiled in {:.2f} s, run once in {:.3f} s, {} the record.\n", made - begin,
             end - made, value == y.value() && slope == gradient(y, x) ? "the bits of" : "other bits than");
}

}  // namespace

auto main(int argc, char** argv) -> int {
  CLI::App app{"Kernels recorded once and run as programs."};
  CLI11_PARSE(app, argc, argv);
  two_threads();
  bench::settle();
  guards();
  large();
  fmt::print("\n");
  fmt::print(
      "Nanoseconds an operation of the record, value and gradient; i: interpreter, m: machine code, a: what automatic comes to.\n"
      "By hand: the gradient as one would write it in C++ with doubles, at one point; the next column is a batch's point (a) to it.\n"
      "CppAD: recorded once, optimised, and replayed at one point.\n\n");
  fmt::print(
      "| kernel | operations | plain function | compile, i | m | one point, i | m | a | 64 points, each, i | m | a | a to 64 plain functions | by hand, one point | 64 points, each, a / by hand | off by | CppAD, one point | CppAD / seegrad, a |\n");
  fmt::print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
  row("sum of logs 1e4", bench::sum_of_logs(10'000));
  row("sum of logs 100", bench::sum_of_logs(100));
  row("log-sum-exp 1e4", bench::log_sum_exp(10'000));
  row("log-sum-exp 1e6", bench::log_sum_exp(1'000'000));
  row("log-sum-exp 100", bench::log_sum_exp(100));
  row("Rosenbrock 1000", bench::rosenbrock(1000));
  row("Rosenbrock 10", bench::rosenbrock(10));
  row("chain 1e4", bench::chain(10'000));
  row("chain 1e6", bench::chain(1'000'000));
  row("chain 100", bench::chain(100));
  row("C = AB 30", bench::matrix_product(30));
  row("C = AB 100", bench::matrix_product(100));
  row("C = AB 4", bench::matrix_product(4));
  row("MLP 64-32-10", bench::perceptron());
  row("Black-Scholes 1e4", bench::black_scholes(10'000));
  row("Black-Scholes 1", bench::black_scholes(1));
  row("ADBench GMM", bench::gaussian_mixture(10, 25, 1000));
  row("GMM (2, 5, 10)", bench::gaussian_mixture(2, 5, 10));
  row("ADBench BA", bench::bundle_adjustment());
  row("ADBench LSTM", bench::lstm());
  remarks_on_cppad();
  for (const auto& one : disagreements) fmt::print("\n{}\n", one);
}
