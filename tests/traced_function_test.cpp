// Traced functions against the functions they are made of.

#include <autodiff/autodiff.hpp>
#include <autodiff/run/traced_function.hpp>
#include <autodiff/trace/eigen.hpp>
#include <cmath>
#include <doctest/doctest.h>
#include <thread>

#include "message.hpp"

using namespace seegrad;
using doctest::Approx;

TEST_CASE("traced: recorded once, and once more for each branch") {
  int calls = 0;
  auto fast = traced([&](const auto& x) {
    ++calls;
    return x[0] > 0 ? x[0] * sin(x[1]) : x[1] + 0 * x[0];
  });
  for (const double a : {0.5, 1.5, -1.0, 2.0, -3.0}) {
    const std::vector<double> at = {a, 2.0};
    CHECK(fast(at) == (a > 0 ? a * std::sin(2.0) : 2.0));
    const auto [y, d] = value_and_gradient(fast, at);
    CHECK(y == fast(at));
    CHECK(d[0] == Approx(a > 0 ? std::sin(2.0) : 0));
    CHECK(gradient(fast, at)[1] == Approx(a > 0 ? a * std::cos(2.0) : 1));
  }
  CHECK(calls == 2);
  CHECK(fast.programs() == 2);
  CHECK(fast.recorded() == 2);
  fast(std::vector{1.0, 2.0, 3.0});  // of another length
  CHECK(calls == 3);
  auto few = traced([](const auto& x) { return x < 0 ? -x : x < 1 ? x * x : x; }, 2);
  for (const double at : {-1.0, 0.5, 2.0, -1.0, 0.5, 2.0}) few(at);
  CHECK(few.programs() == 2);
  CHECK(few.recorded() == 6);
}

TEST_CASE("traced: verbs, types, batches and nesting") {
  const auto rosenbrock = [](const auto& x) { return square(1 - x[0]) + 100 * square(x[1] - square(x[0])); };
  const auto fast = traced(rosenbrock);
  const Eigen::Vector2d x(-1.5, 0.5), v(1.0, 2.0);
  const auto [y, d] = value_and_gradient(fast, x);
  static_assert(std::same_as<decltype(d), const Eigen::Vector2d>);
  CHECK(y == rosenbrock(x));
  CHECK(d == gradient(rosenbrock, x));
  CHECK(hessian(fast, x).isApprox(hessian(rosenbrock, x)));
  CHECK(hvp(fast, x, v).isApprox(hvp(rosenbrock, x, v)));
  const auto several = traced([](const auto& z) { return std::array{z[0] * z[1], sin(z[0])}; });
  CHECK(several(std::array{0.5, 2.0}) == std::array{1.0, std::sin(0.5)});
  CHECK(jacobian(several, x).isApprox(jacobian(several.function(), x)));
  CHECK(vjp(several, x, std::array{1.0, 2.0}).isApprox(vjp(several.function(), x, std::array{1.0, 2.0})));

  std::vector<std::array<double, 2>> points;
  for (int i = 0; i < 300; ++i) points.push_back({0.01 * i, 1 - 0.02 * i});
  const auto [values, slopes] = value_and_gradient_at(fast, points);
  const auto branching = traced([](const auto& z) { return z[0] < 1.5 ? z[0] * z[1] : z[1] - z[0]; });
  const auto [mixed, mixed_slopes] = value_and_gradient_at(branching, points);
  for (std::size_t i = 0; i < points.size(); ++i) {
    const auto [one, slope] = value_and_gradient(rosenbrock, points[i]);
    CHECK(values[i] == one);
    CHECK(slopes[i] == slope);
    CHECK(mixed[i] == branching.function()(points[i]));
    CHECK(mixed_slopes[i][0] == (points[i][0] < 1.5 ? points[i][1] : -1));
  }
  CHECK(branching.programs() == 2);
  // Inside of another function it is recorded.
  CHECK(gradient([&](const auto& z) { return fast(z) * z[0]; }, std::array{1.0, 1.0})[0] == 0);
  const auto outer = traced([&](const auto& z) { return gradient(rosenbrock, z)[0]; });
  CHECK(outer(std::vector{-1.5, 0.5}) == d[0]);
}

TEST_CASE("traced: eight threads record and run") {
  const auto fast = traced([](const auto& x) { return x[0] > x[1] ? x[0] * x[1] : x[0] - x[1]; });
  std::vector<std::thread> threads;
  std::atomic<int> wrong = 0;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&, t] {
      for (int k = 0; k < 300; ++k) {
        const double a = (k + t) % 2 ? 2.0 : 0.5;
        const auto [y, d] = value_and_gradient(fast, std::array{a, 1.0});
        wrong += y != (a > 1 ? a : a - 1) || d[1] != (a > 1 ? a : -1);
      }
    });
  for (auto& t : threads) t.join();
  CHECK(wrong == 0);
  CHECK(fast.programs() >= 2);
}

TEST_CASE("traced: functions of arrays, and of numbers among them") {
  int calls = 0;
  auto loss = [&](const auto& W, const auto& x, const auto& k) {
    ++calls;
    const auto y = tanh(matmul(W, x)) * k;
    return item(sum(y)) > 0 ? sum(square(y)) : sum(y) * k;
  };
  const auto fast = traced(loss);
  generator g(1);
  for (int turn = 0; turn < 6; ++turn) {
    const array W = randn(g, {3, 2}), x = randn(g, {2});
    const double k = turn % 2 ? -1.5 : 0.5;
    const auto [y, slopes] = value_and_gradient(fast, W, x, k);
    const auto [z, wanted] = value_and_gradient(loss, W, x, k);
    CHECK(y == z);
    CHECK(identical(std::get<0>(slopes), std::get<0>(wanted)));
    CHECK(identical(std::get<1>(slopes), std::get<1>(wanted)));
    CHECK(std::get<2>(slopes) == std::get<2>(wanted));
    CHECK(fast(W, x, k).item() == z);
  }
  CHECK(fast.programs() == 2);  // one a branch
  CHECK(fast.recorded() == 2);
  CHECK(calls == 2 + 6);
  CHECK(gradient(traced([](const auto& x) { return sum(x * x); }), array{1.0, 2.0}).at(1) == 4);

  // Of another shape or type it is another program; results come as the function gives them, constants too.
  const auto several = traced([](const auto& x) { return std::vector<tensor>{x * 2.0, sum(x), tensor(array{7.0})}; });
  for (int turn = 0; turn < 2; ++turn) {
    const auto a = several(array{1.0, 2.0});
    CHECK(identical(a[0], array{2.0, 4.0}));
    CHECK(a[1].item() == 3);
    CHECK(identical(a[2], array{7.0}));
    CHECK(several(array{1.0, 2.0, 3.0})[1].item() == 6);
    CHECK(several(ones({2}, float32))[0].type() == float32);
  }
  CHECK(several.programs() == 3);
  CHECK(message_of([&] { value_and_gradient(several, array{1.0, 2.0}); }).find("3 results") != std::string::npos);
  const auto constant = traced([](const auto&) { return tensor(array(2.0)); });
  CHECK(value_and_gradient(constant, array{1.0, 2.0}).first == 2);
  CHECK(identical(value_and_gradient(constant, array{1.0, 2.0}).second, zeros({2})));
}
