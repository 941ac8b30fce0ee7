// Programs against plain functions: the kernels of kernels.hpp recorded once, and run at one point and at sixty-four.

#include <algorithm>
#include <autodiff/autodiff.hpp>
#include <autodiff/run/program.hpp>
#include <cmath>
#include <fmt/format.h>

#include "kernels.hpp"
#include "measure.hpp"

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
  return {bench::median(making), median_of([&] { kept = p.value_and_gradient(x, slopes); }), median_of([&] { many(p); }), off};
}

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
  const auto slow = measure(f, backend::interpreter, points), fast = measure(f, backend::machine_code, points);
  const auto ns = [&](double seconds) { return 1e9 * seconds / operations; };
  fmt::print("| {} | {} | {:.2f} | {:.0f} | {:.0f} | {:.2f} | {:.2f} | {:.2f} | {:.3f} | {:.2f} | {:.2f} | {:.0e} |\n", name,
             size, ns(plain), ns(slow.compile), ns(fast.compile), ns(slow.one), ns(fast.one), ns(slow.many) / batch,
             ns(fast.many) / batch, slow.many / each, fast.many / each, std::max(slow.off, fast.off));
}

}  // namespace

int main() {
  bench::settle();
  fmt::print("Nanoseconds an operation of the record; i: interpreter, m: machine code; value and gradient.\n\n");
  fmt::print(
      "| kernel | operations | plain function | compile, i | m | one point, i | m | 64 points, each, i | m | to 64 plain functions, i | m | off by |\n");
  fmt::print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
  row("sum of logs 1e4", bench::sum_of_logs(10'000));
  row("sum of logs 100", bench::sum_of_logs(100));
  row("log-sum-exp 1e4", bench::log_sum_exp(10'000));
  row("log-sum-exp 100", bench::log_sum_exp(100));
  row("Rosenbrock 1000", bench::rosenbrock(1000));
  row("Rosenbrock 10", bench::rosenbrock(10));
  row("chain 1e4", bench::chain(10'000));
  row("chain 100", bench::chain(100));
  row("C = AB 30", bench::matrix_product(30));
  row("C = AB 4", bench::matrix_product(4));
  row("MLP 64-32-10", bench::perceptron());
  row("Black-Scholes 1e4", bench::black_scholes(10'000));
  row("Black-Scholes 1", bench::black_scholes(1));
  row("ADBench GMM", bench::gaussian_mixture(2, 5, 10));
  row("ADBench BA", bench::bundle_adjustment());
  row("ADBench LSTM", bench::lstm());
}
