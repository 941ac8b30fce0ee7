// Every operation of the list, by the list: value, local derivatives, forward, complex step, recorded derivatives to third order.

#include <algorithm>
#include <autodiff/autodiff.hpp>
#include <cmath>
#include <doctest/doctest.h>
#include <functional>
#include <numbers>
#include <random>
#include <set>

#include "finite_difference.hpp"

using namespace seegrad;

namespace {

auto close(double a, double b, double tolerance) -> bool {
  return (std::isnan(a) && std::isnan(b)) || std::abs(a - b) <= tolerance * std::max({1.0, std::abs(a), std::abs(b)});
}

// Points drawn from where the operation says that tests may sample it, kept off the kinks at whole numbers and at equal operands.
struct sampler {
  std::mt19937 bits{20};
  auto uniform(interval i) -> double { return i.low + (i.high - i.low) * (static_cast<double>(bits()) / 4294967296.0); }
  auto operator()(const operation& op) -> std::array<double, max_arity> {
    while (true) {
      std::array<double, max_arity> x{};
      bool tame = true;
      for (std::size_t i = 0; i < static_cast<std::size_t>(op.arity); ++i) {
        x[i] = uniform(op.samples[i]);
        const bool fixed = op.samples[i].low == op.samples[i].high;
        tame = tame && (fixed || std::abs(x[i] - std::round(x[i])) > 0.02);
        for (std::size_t j = 0; j < i; ++j) tame = tame && std::abs(x[i] - x[j]) > 0.02;
      }
      if (op.name == "fmod") tame = tame && std::abs(x[0] / x[1] - std::round(x[0] / x[1])) > 0.1;
      if (op.name == "round") tame = tame && std::abs(x[0] + 0.5 - std::round(x[0] + 0.5)) > 0.02;
      if (tame) return x;
    }
  }
};

auto differentiable_by(const operation& op, int i) -> bool { return op.name != "polygamma" || i == 1; }

auto recorded(const operation& op, std::span<const scalar> x) -> scalar {
  scalar y;
  op.record(x.data(), y);
  return y;
}

}  // namespace

TEST_CASE("the list has every operation that is promised, once") {
  for (auto name :
       {"add",     "sub",    "mul",  "div",   "neg",        "pow",     "sqrt",  "cbrt", "hypot", "exp",      "exp2",
        "expm1",   "log",    "log2", "log10", "log1p",      "sin",     "cos",   "tan",  "asin",  "acos",     "atan",
        "atan2",   "sinh",   "cosh", "tanh",  "asinh",      "acosh",   "atanh", "erf",  "erfc",  "tgamma",   "lgamma",
        "digamma", "abs",    "sign", "floor", "ceil",       "round",   "trunc", "fmod", "min",   "max",      "clamp",
        "fma",     "select", "step", "relu",  "leaky_relu", "sigmoid", "elu",   "gelu", "silu",  "softplus", "log_sigmoid"})
    CHECK_MESSAGE(find_operation(name) != nullptr, name);
  std::set<std::string_view> names;
  for (const auto* op : operations()) CHECK(names.insert(op->name).second);
  CHECK(!find_operation("no such thing"));
}

TEST_CASE("local derivatives agree with differences, dual numbers and the complex step") {
  sampler draw;
  for (const auto* op : operations()) {
    CAPTURE(op->name);
    for (int n = 0; n < 200; ++n) {
      const auto x = draw(*op);
      CAPTURE(x[0]);
      CAPTURE(x[1]);
      CAPTURE(x[2]);
      const double y = op->value(x.data());
      REQUIRE(std::isfinite(y));
      double along = 0, direction[max_arity] = {0.7, -1.3, 0.4};
      for (int i = 0; i < op->arity; ++i) {
        if (!differentiable_by(*op, i)) {
          direction[i] = 0;
          continue;
        }
        const double d = op->partial(i, x.data(), y);
        const auto f = [&](double step) {
          auto moved = x;
          moved[static_cast<std::size_t>(i)] += step;
          return op->value(moved.data());
        };
        if (op->stops) CHECK(d == 0);
        else CHECK(close(d, difference(f), 2e-7));
        if (const double c = op->complex_step(i, x.data()); !std::isnan(c)) CHECK(close(d, c, 1e-12));
        along += d * direction[i];
      }
      CHECK(close(op->forward(x.data(), direction), along, 1e-12));
    }
  }
}

TEST_CASE("recorded: value, gradient, and derivatives of derivatives to third order") {
  sampler draw;
  for (const auto* op : operations()) {
    CAPTURE(op->name);
    const auto n = static_cast<std::size_t>(op->arity);
    for (int repeat = 0; repeat < 20; ++repeat) {
      const auto p = draw(*op);
      CAPTURE(p[0]);
      CAPTURE(p[1]);
      CAPTURE(p[2]);
      for (std::size_t i = 0; i < n; ++i) {
        if (!differentiable_by(*op, static_cast<int>(i))) continue;
        // One operand is an input and the others constants: every activity variant of the operation is met.
        const auto run = [&](double t, int order) {
          graph g;
          std::vector<scalar> x(p.begin(), p.begin() + static_cast<std::ptrdiff_t>(n));
          x[i] = input(t);
          auto d = recorded(*op, x);
          for (int k = 1; k < order; ++k) d = recorded_gradient(d, wrt(x[i]))[0];
          return order == 0 ? d.value() : gradient(d, wrt(x[i]))[0];
        };
        CHECK(run(p[i], 0) == op->value(p.data()));
        CHECK(run(p[i], 1) == op->partial(static_cast<int>(i), p.data(), op->value(p.data())));
        for (int order : {1, 2})
          CHECK(close(run(p[i], order + 1), difference([&](double step) { return run(p[i] + step, order); }), 2e-5));
      }
    }
  }
}

TEST_CASE("all operands active, and the same node in every operand") {
  sampler draw;
  for (const auto* op : operations()) {
    if (op->arity == 1 || op->name == "polygamma") continue;
    CAPTURE(op->name);
    const auto n = static_cast<std::size_t>(op->arity);
    const auto p = draw(*op);
    graph g;
    std::vector<scalar> x;
    for (std::size_t i = 0; i < n; ++i) x.push_back(input(p[i]));
    const auto y = recorded(*op, x);
    CHECK(g.size() == n + 1);
    const auto d = gradient(y, x);
    for (std::size_t i = 0; i < n; ++i) CHECK(d[i] == op->partial(static_cast<int>(i), p.data(), y.value()));

    const double same[] = {1.25, 1.25, 1.25};
    const auto s = input(1.25);
    const std::vector<scalar> repeated(n, s);
    const auto z = recorded(*op, repeated);
    double sum = 0;
    for (int i = 0; i < op->arity; ++i) sum += op->partial(i, same, z.value());
    CHECK(close(gradient(z, wrt(s))[0], sum, 1e-15));
  }
}

TEST_CASE("the formula of the value has the slope of the rule where its branches meet") {
  for (auto name : {"sigmoid", "softplus", "log_sigmoid", "softsign", "silu", "gelu", "mish", "logaddexp"}) {
    CAPTURE(name);
    const auto* op = find_operation(name);
    const double x[] = {0, 0}, along[] = {1, 0};
    CHECK(op->forward(x, along) == doctest::Approx(op->partial(0, x, op->value(x))).epsilon(1e-14));
  }
}

TEST_CASE("values known from the literature") {
  const auto at = [](std::string_view name, double a, double b = 0, double c = 0) {
    const double x[] = {a, b, c};
    return find_operation(name)->value(x);
  };
  const auto slope = [](std::string_view name, int i, double a, double b = 0, double c = 0) {
    const double x[] = {a, b, c};
    const auto* op = find_operation(name);
    return op->partial(i, x, op->value(x));
  };
  const auto near = [](double v) { return doctest::Approx(v).epsilon(1e-14); };
  using namespace std::numbers;
  CHECK(at("digamma", 1) == near(-egamma));
  CHECK(at("digamma", 0.5) == near(-egamma - 2 * ln2));
  CHECK(at("polygamma", 1, 1) == near(pi * pi / 6));
  CHECK(at("polygamma", 2, 1) == near(-2 * 1.2020569031595942));  // Apéry's constant
  CHECK(at("lgamma", 10) == near(std::log(362880.0)));
  CHECK(at("tgamma", 0.5) == near(std::sqrt(pi)));
  CHECK(slope("tgamma", 0, 1) == near(-egamma));
  CHECK(at("gelu", 1) == near(0.8413447460685429));  // Φ(1)
  CHECK(slope("gelu", 0, 0) == 0.5);
  CHECK(at("silu", 1) == near(0.7310585786300049));
  CHECK(at("mish", 1) == near(0.8650983882673103));
  CHECK(at("softplus", 0) == near(ln2));
  CHECK(slope("sigmoid", 0, 0) == 0.25);
  CHECK(at("logaddexp", 3, 3) == near(3 + ln2));
  CHECK(at("erf", 0.5) == near(0.5204998778130465));
  CHECK(at("atan2", 1, -1) == near(3 * pi / 4));
  CHECK(at("fmod", -5.5, 2) == -1.5);
  CHECK(slope("square", 0, 2) == 4);
  CHECK(slope("pow", 0, -2, 3) == 12);
}
