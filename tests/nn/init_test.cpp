// Initialisers: the rules of their fans, the statistics of what they draw, and that they keep what is not theirs to change.

#include <algorithm>
#include <autodiff/autodiff.hpp>
#include <cmath>
#include <doctest/doctest.h>
#include <functional>
#include <nn/init/init.hpp>

#include "../message.hpp"

using namespace seegrad;
namespace init = nn::init;

namespace {

auto blank(const dims& shape, dtype type = float64) -> nn::parameter { return nn::parameter(full(shape, 7, type)); }

using filler = std::function<void(nn::parameter&, generator&)>;

struct moments {
  double mean, deviation, lowest, highest, fourth;
};
auto moments_of(const array& x) -> moments {
  const auto v = x.cast(float64);
  const auto m = mean(v).item(), s = stddev(v).item();
  return {m, s, min(v).item(), max(v).item(), mean(square(square((v - m) / s))).item()};
}

// [60 x 20 x 5]: fans of 100 and 300, and 6000 numbers.
const dims kernel{60, 20, 5};
auto drawn(const filler& f, dtype type = float64) -> moments {
  auto p = blank(kernel, type);
  generator g(3);
  f(p, g);
  CHECK(p.type() == type);
  CHECK(p.shape() == kernel);
  return moments_of(p.value());
}
// Five times the error of sampling 6000 numbers, whose standard deviation is deviation / √6000 for the mean, and √((kurtosis -
// 1) / 4) of that for the deviation.
auto check_normal(const filler& f, double deviation) -> void {
  for (const auto type : {float64, float32}) {
    const auto m = drawn(f, type);
    const auto error = 5 * deviation / std::sqrt(6000.0);
    CHECK(std::abs(m.mean) < error);
    CHECK(std::abs(m.deviation - deviation) < error * std::sqrt(0.5));
    CHECK(std::abs(m.fourth - 3) < 5 * std::sqrt(24.0 / 6000));
    CHECK(m.highest > 3 * deviation);
  }
}
auto check_uniform(const filler& f, double bound) -> void {
  for (const auto type : {float64, float32}) {
    const auto m = drawn(f, type);
    const auto deviation = bound / std::sqrt(3.0), error = 5 * deviation / std::sqrt(6000.0);
    CHECK(std::abs(m.mean) < error);
    CHECK(std::abs(m.deviation - deviation) < error * std::sqrt(0.2));
    CHECK(m.lowest >= -bound * (1 + 1e-6));
    CHECK(m.highest <= bound * (1 + 1e-6));
    CHECK(m.lowest < -0.99 * bound);  // missed by 6000 numbers with a probability of e⁻³⁰
    CHECK(m.highest > 0.99 * bound);
  }
}

}  // namespace

TEST_CASE("constants") {
  for (const auto type : {float64, float32}) {
    auto p = blank({2, 3}, type);
    init::zeros(p);
    CHECK(identical(p.value(), zeros({2, 3}, type)));
    init::ones(p);
    CHECK(identical(p.value(), ones({2, 3}, type)));
    init::constant(p, 0.5);
    CHECK(identical(p.value(), full({2, 3}, 0.5, type)));
  }
}

TEST_CASE("fans of a weight [out, in, k...]") {
  const auto is = [](const dims& shape, index_t in, index_t out) {
    const auto f = init::calculate_fans(shape);
    return f.in == in && f.out == out;
  };
  CHECK(is({3, 5}, 5, 3));
  CHECK(is(kernel, 100, 300));
  CHECK(is({4, 2, 3, 7}, 42, 84));
  CHECK(message_of([] { init::calculate_fans({3}); }) ==
        "calculate_fans: a parameter [3] has no fans; a weight [out x in] or [out x in x k] is wanted");
}

TEST_CASE("gains are PyTorch's") {
  using enum init::nonlinearity;
  CHECK(init::calculate_gain(linear) == 1);
  CHECK(init::calculate_gain(sigmoid) == 1);
  CHECK(init::calculate_gain(tanh) == doctest::Approx(5.0 / 3));
  CHECK(init::calculate_gain(relu) == doctest::Approx(1.4142135623730951));
  CHECK(init::calculate_gain(leaky_relu) == doctest::Approx(1.4141428569978354).epsilon(1e-12));
  CHECK(init::calculate_gain(leaky_relu, 0.2) == doctest::Approx(1.3867504905630728).epsilon(1e-12));
  CHECK(init::calculate_gain(selu) == 0.75);
}

TEST_CASE("what is drawn has the deviation it should have") {
  using p = nn::parameter;
  const auto relu = init::nonlinearity::relu;
  check_normal([](p& w, generator& g) { init::normal(w, 0, 0.3, g); }, 0.3);
  check_uniform([](p& w, generator& g) { init::uniform(w, -0.3, 0.3, g); }, 0.3);
  check_normal([](p& w, generator& g) { init::xavier_normal(w, 1, g); }, std::sqrt(2.0 / 400));
  check_normal([](p& w, generator& g) { init::xavier_normal(w, 3, g); }, 3 * std::sqrt(2.0 / 400));
  check_uniform([](p& w, generator& g) { init::xavier_uniform(w, 1, g); }, std::sqrt(6.0 / 400));
  check_uniform([](p& w, generator& g) { init::xavier_uniform(w, 3, g); }, 3 * std::sqrt(6.0 / 400));
  check_normal([](p& w, generator& g) { init::kaiming_normal(w, {}, g); }, std::sqrt(2.0 / 100));
  check_normal([](p& w, generator& g) { init::kaiming_normal(w, {.mode = init::fan_out}, g); }, std::sqrt(2.0 / 300));
  check_normal([](p& w, generator& g) { init::kaiming_normal(w, {.a = 2}, g); }, std::sqrt(2.0 / 5 / 100));
  check_normal([=](p& w, generator& g) { init::kaiming_normal(w, {.a = 2, .nonlinearity = relu}, g); }, std::sqrt(2.0 / 100));
  check_uniform([](p& w, generator& g) { init::kaiming_uniform(w, {}, g); }, std::sqrt(6.0 / 100));
  check_uniform([](p& w, generator& g) { init::kaiming_uniform(w, {.a = std::sqrt(5.0)}, g); }, 0.1);  // nn.Linear's own
  check_uniform([](p& w, generator& g) { init::kaiming_uniform(w, {.mode = init::fan_out}, g); }, std::sqrt(6.0 / 300));
  check_normal([](p& w, generator& g) { init::lecun_normal(w, g); }, 0.1);
  check_uniform([](p& w, generator& g) { init::lecun_uniform(w, g); }, std::sqrt(3.0 / 100));
}

TEST_CASE("normal and uniform have the mean they are given") {
  auto w = blank(kernel);
  generator g(4);
  init::normal(w, 10, 0.1, g);
  CHECK(moments_of(w.value()).mean == doctest::Approx(10).epsilon(0.001));
  init::uniform(w, 2, 3, g);
  CHECK(moments_of(w.value()).lowest >= 2);
  CHECK(moments_of(w.value()).mean == doctest::Approx(2.5).epsilon(0.01));
  init::uniform(w, 2, 2, g);
  CHECK(identical(w.value(), full(kernel, 2)));
  init::xavier_uniform(w, 0, g);
  CHECK(identical(w.value(), zeros(kernel)));
}

TEST_CASE("orthogonal: the shorter side is orthonormal, times the gain") {
  generator g(5);
  for (const auto& shape : {dims{4, 9}, dims{9, 4}, dims{5, 5}, dims{3, 2, 5}, dims{12, 2, 2}, dims{1, 6}, dims{6, 1}})
    for (const auto type : {float64, float32}) {
      CAPTURE(to_string(shape));
      auto p = blank(shape, type);
      init::orthogonal(p, 2.5, g);
      CHECK(p.shape() == shape);
      CHECK(p.type() == type);
      const auto w = reshape(p.value().cast(float64), {shape[0], -1});
      const auto product = w.extent(0) <= w.extent(1) ? matmul(w, transpose(w)) : matmul(transpose(w), w);
      CHECK(all_close(product, eye(product.extent(0)) * 6.25, 0, type == float64 ? 1e-13 : 2e-6));
    }
}

TEST_CASE("orthogonal matrices come with either sign, wherever one looks") {
  generator g(6);
  const int n = 400;
  array total = zeros({3, 3}), squares = zeros({3, 3});
  double trace = 0, determinants = 0;
  for (int i = 0; i < n; ++i) {
    auto p = blank({3, 3});
    init::orthogonal(p, 1, g);
    total = total + p.value(), squares = squares + square(p.value());
    trace += sum(diagonal(p.value())).item(), determinants += det(p.value()).item();
  }
  // Of the uniform distribution: the mean of an element is 0, of its square 1/3, of the trace 0 with variance 1, of the
  // determinant 0.
  CHECK(max(abs(total / n)).item() < 5 * std::sqrt(1.0 / 3 / n));
  CHECK(max(abs(squares / n - 1.0 / 3)).item() < 5 * std::sqrt(4.0 / 45 / n));
  CHECK(std::abs(trace / n) < 5 / std::sqrt(n));
  CHECK(std::abs(determinants / n) < 5 / std::sqrt(n));
}

TEST_CASE("the same seed gives the same numbers, and the next call others") {
  const filler all[] = {
      [](auto& w, auto& g) { init::normal(w, 0, 1, g); },        [](auto& w, auto& g) { init::uniform(w, 0, 1, g); },
      [](auto& w, auto& g) { init::xavier_uniform(w, 1, g); },   [](auto& w, auto& g) { init::xavier_normal(w, 1, g); },
      [](auto& w, auto& g) { init::kaiming_uniform(w, {}, g); }, [](auto& w, auto& g) { init::kaiming_normal(w, {}, g); },
      [](auto& w, auto& g) { init::lecun_uniform(w, g); },       [](auto& w, auto& g) { init::lecun_normal(w, g); },
      [](auto& w, auto& g) { init::orthogonal(w, 1, g); },
  };
  for (const auto& f : all) {
    auto a = blank({4, 6}), b = a, c = a;
    generator g(8), h(8);
    nn::manual_seed(8);
    f(a, g), f(b, g), f(c, h);
    CHECK(identical(a.value(), c.value()));
    CHECK_FALSE(identical(a.value(), b.value()));
    f(b, nn::default_generator());
    CHECK(identical(a.value(), b.value()));
  }
  auto a = blank({4, 6}), b = a;
  nn::manual_seed(9);
  init::xavier_normal(a), init::kaiming_uniform(a), init::orthogonal(a), init::normal(a);
  nn::manual_seed(9);
  auto& g = nn::default_generator();
  init::xavier_normal(b, 1, g), init::kaiming_uniform(b, {}, g), init::orthogonal(b, 1, g), init::normal(b, 0, 1, g);
  CHECK(identical(a.value(), b.value()));
}

TEST_CASE("what is not the initialiser's to change stays, and bad calls change nothing") {
  auto w = blank({2, 2});
  w.trainable = false;
  init::normal(w);
  CHECK_FALSE(w.trainable);
  auto bias = blank({3});
  const array sevens = full({3}, 7);
  CHECK(message_of([&] { init::xavier_normal(bias); }).starts_with("xavier_normal: a parameter [3] has no fans"));
  CHECK(message_of([&] { init::xavier_uniform(bias); }).starts_with("xavier_uniform: "));
  CHECK(message_of([&] { init::kaiming_normal(bias); }).starts_with("kaiming_normal: "));
  CHECK(message_of([&] { init::kaiming_uniform(bias); }).starts_with("kaiming_uniform: "));
  CHECK(message_of([&] { init::lecun_normal(bias); }).starts_with("lecun_normal: "));
  CHECK(message_of([&] { init::lecun_uniform(bias); }).starts_with("lecun_uniform: "));
  CHECK(message_of([&] { init::orthogonal(bias); }).starts_with("orthogonal: "));
  CHECK(message_of([&] { init::normal(bias, 0, -1); }) == "init::normal: the deviation -1 is negative");
  CHECK(message_of([&] { init::uniform(bias, 1, 0); }) == "init::uniform: the bounds 1 and 0 are in the wrong order");
  CHECK(identical(bias.value(), sevens));
  nn::parameter counts(array{1, 2});  // made of whole numbers, and float64
  init::normal(counts);
  CHECK(counts.type() == float64);
  auto empty = blank({0, 3});
  init::kaiming_normal(empty), init::xavier_uniform(empty), init::lecun_normal(empty), init::orthogonal(empty),
      init::normal(empty);
  CHECK(empty.shape() == dims{0, 3});
}
