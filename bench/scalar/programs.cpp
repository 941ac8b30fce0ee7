// Programs against plain functions: the kernels of kernels.hpp recorded once, and run at one point and at sixty-four.

#include <autodiff/autodiff.hpp>
#include <autodiff/run/program.hpp>
#include <chrono>
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
    for (const double v : x) all.push_back(v * (1 + 1e-4 * static_cast<double>(p)));
  return all;
}

template <class Kernel>
auto row(std::string_view name, const Kernel& f) -> void {
  const auto& x = f.inputs;
  graph g;
  const auto in = inputs(x);
  const scalar y = f(std::span<const scalar>(in));
  const auto operations = static_cast<double>(g.size() - in.size());
  const auto begin = std::chrono::steady_clock::now();
  const auto p = compile(y, in);
  const double compiled = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();

  std::vector<double> slopes(x.size());
  const double plain = median_of([&] { kept = f(std::span<const double>(x)); });
  const double one = median_of([&] { kept = p.value_and_gradient(x, slopes); });
  const double wrong = std::abs(p.value_and_gradient(x, slopes) - y.value()) / std::abs(y.value());

  const auto points = points_around(x);
  std::vector<double> values(batch), all_slopes(points.size());
  const double each = median_of([&] {
    double sum = 0;
    for (std::size_t k = 0; k < batch; ++k) sum += f(std::span<const double>(points).subspan(k * x.size(), x.size()));
    kept = sum;
  });
  const double together = median_of([&] { p.values_and_gradients_at(points, values, all_slopes); });
  fmt::print("| {} | {:.0f} | {:.1f} | {:.2f} | {:.2f} | {:.2f} | {:.2f} | {:.1e} |\n", name, operations,
             1e9 * compiled / operations, 1e9 * plain / operations, 1e9 * one / operations, 1e9 * together / operations / batch,
             together / each, wrong);
}

}  // namespace

int main() {
  bench::settle();
  fmt::print(
      "| kernel | operations | compile, ns an operation | plain function, ns an operation | one point, value and gradient, ns | 64 points, ns | to 64 plain functions | off by |\n");
  fmt::print("| --- | --- | --- | --- | --- | --- | --- | --- |\n");
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
