// The table "Functions of large arrays": value and gradient of the sum over elements, recorded anew, run as a program, and by libtorch;
// beside the value alone by a loop over plain numbers. One core.
//
//   chain_table [--rounds N]

#include "../scalar/measure.hpp"

#include <CLI/CLI.hpp>
#include <autodiff/array/pool.hpp>
#include <autodiff/autodiff.hpp>
#include <cmath>
#include <fmt/format.h>
#ifdef BENCH_TORCH
#include <torch/torch.h>
#endif

namespace {

using namespace seegrad;

// One text for arrays of both libraries and for numbers.
struct polynomial {
  static constexpr auto name = "polynomial of two";
  template <class T>
  static auto of(const T& x, const T& z) -> T {
    const T a = x * x + z, b = a * x - z;
    return b * b * a + a * z;
  }
};
struct quotient {
  static constexpr auto name = "tanh, exp and a quotient";
  template <class T>
  static auto of(const T& x, const T& z) -> T {
    using std::exp, std::tanh;
    return tanh(x) * exp(z * 0.1) / (x * x + 1.0);
  }
};
struct black_scholes {
  static constexpr auto name = "Black-Scholes";
  template <class T>
  static auto of(const T& spot, const T& deviation) -> T {
    using std::log, std::erf;
    const T d1 = (log(spot) + 0.02 + deviation * deviation * 0.5) / deviation, d2 = d1 - deviation;
    return spot * (erf(d1 * 0.7071) + 1.0) * 0.5 - (erf(d2 * 0.7071) + 1.0) * 0.49;
  }
};

struct figures {
  double plain, recorded, run, torch, arrays_recorded, arrays_run;
};

/// Seconds of each, in turn, and the most memory that a call took.
template <class F, class T>
auto measure(index_t n, int rounds) -> figures {
  const auto type = sizeof(T) == 4 ? float32 : float64;
  generator g(1);
  const std::vector<array> at{uniform(g, {n}, 0.5, 1.5, type), uniform(g, {n}, 0.1, 0.5, type)};
  const auto plain = [&] {
    const auto x = at[0].elements<T>(), z = at[1].elements<T>();
    T sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i) sum += F::of(x[i], z[i]);
    asm volatile("" : : "r"(&sum) : "memory");
  };
  const auto recorded = [&] {
    graph record;
    const tensor x = input(at[0]), z = input(at[1]);
    backward(sum(F::of(x, z)));
    return std::pair{grad(x), grad(z)};
  };
  graph record;
  const std::vector<tensor> xs{input(at[0]), input(at[1])};
  const auto p = compile(sum(F::of(xs[0], xs[1])), xs);
  const std::array seed{array(1.0)};
  const auto run = [&] { return p.vjp(at, seed); };
  std::function<void()> torch_way;
#ifdef BENCH_TORCH
  const auto copied = [&](const array& a) {
    return torch::from_blob(const_cast<T*>(a.elements<T>().data()), {n}, sizeof(T) == 4 ? torch::kFloat32 : torch::kFloat64)
        .clone();
  };
  at::set_num_threads(1);
  torch_way = [x = copied(at[0]), z = copied(at[1])] {
    const auto a = x.detach().requires_grad_(), b = z.detach().requires_grad_();
    F::of(a, b).sum().backward();
  };
#endif
  const auto arrays = [&](auto f) {
    f();
    seegrad::detail::pool::reset_peak();
    const auto before = seegrad::detail::pool::in_use().live;
    f();
    return static_cast<double>(seegrad::detail::pool::in_use().peak - before) / static_cast<double>(n) / sizeof(T);
  };
  figures all{0, 0, 0, 0, arrays(recorded), arrays(run)};
  std::vector<double> seconds[4];
  for (int r = 0; r < rounds; ++r) {
    seconds[0].push_back(bench::seconds_a_call(plain, 2e-2));
    seconds[1].push_back(bench::seconds_a_call(recorded, 2e-2));
    seconds[2].push_back(bench::seconds_a_call(run, 2e-2));
    if (torch_way) seconds[3].push_back(bench::seconds_a_call(torch_way, 2e-2));
  }
  const auto each = [&](std::vector<double>& s) { return s.empty() ? 0.0 : bench::median(s) / static_cast<double>(n) * 1e9; };
  all.plain = each(seconds[0]), all.recorded = each(seconds[1]), all.run = each(seconds[2]), all.torch = each(seconds[3]);
  return all;
}

template <class F, class T>
auto row(index_t n, int rounds) -> void {
  const auto f = measure<F, T>(n, rounds);
  fmt::print("| {} | {} | {} | {:.2f} | {:.2f} | {:.2f} | {} | {:.2f} | {} | {:.2f} | {:.1f} | {:.1f} |\n", F::name,
             sizeof(T) == 4 ? "float" : "double", n, f.plain, f.recorded, f.run,
             f.torch > 0 ? fmt::format("{:.2f}", f.torch) : "-", f.run / f.recorded,
             f.torch > 0 ? fmt::format("{:.2f}", f.run / f.torch) : "-", f.run / f.plain, f.arrays_recorded, f.arrays_run);
  std::fflush(stdout);
}

}  // namespace

auto main(int argc, char** argv) -> int {
  int rounds = 9;
  CLI::App app{"Functions of large arrays, recorded and run as programs, beside libtorch."};
  app.add_option("--rounds", rounds, "of which the median is taken");
  CLI11_PARSE(app, argc, argv);
  bench::settle();
  fmt::print(
      "Nanoseconds an element, value and gradient (plain: value alone), medians of {} rounds, one core; memory in arrays.\n\n"
      "| function | type | elements | plain | recorded | run | libtorch | run / recorded | run / libtorch | run / plain | memory, "
      "recorded | run |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n",
      rounds);
  const auto rows = [&]<class F>(F) {
    for (const index_t n : {10'000, 100'000, 2'000'000}) row<F, float>(n, rounds), row<F, double>(n, rounds);
  };
  rows(polynomial()), rows(quotient()), rows(black_scholes());
}
