// Windows: convolutions against loops that follow the definition, their derivatives against each other, and all operations with windows
// against differences.

#include <doctest/doctest.h>

#include <algorithm>
#include <autodiff/array/create.hpp>
#include <autodiff/array/parallel.hpp>
#include <autodiff/derive/recorded.hpp>
#include <autodiff/derive/reverse.hpp>
#include <autodiff/ops/structural/make_structural.hpp>
#include <autodiff/ops/table/structural_list.hpp>
#include <autodiff/ops/window/convolution.hpp>
#include <autodiff/ops/window/pooling.hpp>
#include <autodiff/ops/window/window.hpp>
#include <cmath>
#include <functional>
#include <random>
#include <string>

#include "message.hpp"
#include "window_values.hpp"

using namespace seegrad;

namespace {

// The definition of a convolution: for each triple (x, w, y) of elements that belong together, f(x, w, y).
template <class F>
auto each_product(const dims& x, const dims& w, const dims& y, const convolution& c, F&& f) -> void {
  const auto in = w[1], out = w[0] / c.groups;
  for (index_t n = 0; n < x[0]; ++n)
    for (index_t k = 0; k < w[0]; ++k)
      for (index_t i = 0; i < in; ++i)
        for (index_t r = 0; r < y[2]; ++r)
          for (index_t s = 0; s < y[3]; ++s)
            for (index_t u = 0; u < w[2]; ++u)
              for (index_t v = 0; v < w[3]; ++v) {
                const auto h = r * c.stride.h + u * c.dilation.h - c.padding.h,
                           l = s * c.stride.w + v * c.dilation.w - c.padding.w;
                if (h < 0 || h >= x[2] || l < 0 || l >= x[3]) continue;
                const auto channel = k / out * in + i;
                f(((n * x[1] + channel) * x[2] + h) * x[3] + l, ((k * in + i) * w[2] + u) * w[3] + v,
                  ((n * y[1] + k) * y[2] + r) * y[3] + s);
              }
}
auto naive(const array& x, const array& w, const convolution& c) -> array {
  const auto extent = [](index_t n, index_t k, index_t s, index_t p, index_t d) { return (n + 2 * p - d * (k - 1) - 1) / s + 1; };
  auto y = zeros({x.shape()[0], w.shape()[0], extent(x.shape()[2], w.shape()[2], c.stride.h, c.padding.h, c.dilation.h),
                  extent(x.shape()[3], w.shape()[3], c.stride.w, c.padding.w, c.dilation.w)});
  const auto xs = x.to_vector<double>(), ws = w.to_vector<double>();
  const auto to = y.writable<double>();
  each_product(x.shape(), w.shape(), y.shape(), c,
               [&](auto a, auto b, auto k) { to[std::size_t(k)] += xs[std::size_t(a)] * ws[std::size_t(b)]; });
  return y;
}
auto naive_input(const array& g, const array& w, const convolution& c, const dims& shape) -> array {
  auto x = zeros(shape);
  const auto gs = g.to_vector<double>(), ws = w.to_vector<double>();
  const auto to = x.writable<double>();
  each_product(shape, w.shape(), g.shape(), c,
               [&](auto a, auto b, auto k) { to[std::size_t(a)] += gs[std::size_t(k)] * ws[std::size_t(b)]; });
  return x;
}
auto naive_weight(const array& x, const array& g, const convolution& c, const dims& shape) -> array {
  auto w = zeros(shape);
  const auto xs = x.to_vector<double>(), gs = g.to_vector<double>();
  const auto to = w.writable<double>();
  each_product(x.shape(), shape, g.shape(), c,
               [&](auto a, auto b, auto k) { to[std::size_t(b)] += xs[std::size_t(a)] * gs[std::size_t(k)]; });
  return w;
}

struct example {
  dims x, w;
  convolution c;
};
auto check_example(const example& e, dtype type) -> void {
  const auto about =
      to_string(e.x) + " with " + to_string(e.w) + ": " + seegrad::detail::text_of(e.c) + ", " + std::string(name_of(type));
  CAPTURE(about);
  const auto x = sample_values(e.x, 1).cast(type), w = sample_values(e.w, 2).cast(type);
  const auto y = conv2d(x, w, e.c);
  CHECK(y.type() == type);
  const double near = type == float32 ? 1e-4 : 1e-11,
               scale = 1 + static_cast<double>(elements(e.x) + elements(e.w)) * (type == float32 ? 1e-6 : 1e-14);
  CHECK(all_close(y.cast(float64), naive(x, w, e.c), near, near * scale));
  const auto g = sample_values(y.shape(), 3).cast(type);
  const array operands[] = {x, w};
  const auto dx = conv2d_op::vjp<array>(e.c, 0, operands, y, g), dw = conv2d_op::vjp<array>(e.c, 1, operands, y, g);
  CHECK(all_close(dx.cast(float64), naive_input(g, w, e.c, e.x), near, near * scale));
  CHECK(all_close(dw.cast(float64), naive_weight(x, g, e.c, e.w), near * 10, near * 10 * scale));
}

}  // namespace

TEST_CASE("convolution and both its derivatives follow the definition, whatever lies in the lanes") {
  std::mt19937 random(7);
  const auto pick = [&](index_t low, index_t high) {
    return low + static_cast<index_t>(random() % static_cast<unsigned>(high - low + 1));
  };
  for (int k = 0; k < 400; ++k) {
    const index_t groups = pick(1, 3), in = pick(1, 4), out = pick(1, k % 8 == 0 ? 19 : 9);
    const sides kernel{pick(1, 4), pick(1, 4)};
    const convolution c{{pick(1, 3), pick(1, 3)}, {pick(0, 3), pick(0, 3)}, {pick(1, 2), pick(1, 2)}, groups};
    const auto least = [](index_t n, index_t d, index_t p) { return std::max<index_t>(1, d * (n - 1) + 1 - 2 * p); };
    const auto h = least(kernel.h, c.dilation.h, c.padding.h) + pick(0, 6),
               w = least(kernel.w, c.dilation.w, c.padding.w) + pick(0, k % 3 == 0 ? 40 : 9);
    const auto images = k % 4 == 0 ? pick(14, 35) : pick(1, 5);
    check_example({{images, groups * in, h, w}, {groups * out, in, kernel.h, kernel.w}, c}, k % 2 ? float32 : float64);
  }
}

// An infinite number or a NaN shows where the definition multiplies it, and nowhere else: not by way of the zeros that fill up vectors.
TEST_CASE("what is not finite reaches what is computed from it, and nothing else") {
  const auto agree = [](const array& a, const array& expected) {
    const auto x = a.to_vector<double>(), y = expected.to_vector<double>();
    return std::equal(x.begin(), x.end(), y.begin(), y.end(), [](double p, double q) {
      return std::isfinite(q) ? std::abs(p - q) <= 1e-3 * (1 + std::abs(q)) : std::isnan(q) ? std::isnan(p) : p == q;
    });
  };
  std::mt19937 random(5);
  const auto pick = [&](index_t low, index_t high) {
    return low + static_cast<index_t>(random() % static_cast<unsigned>(high - low + 1));
  };
  const auto with = [&](const array& a, double odd) {
    auto x = reshape(a, {-1}).copy();
    x.set(odd, pick(0, x.size() - 1));
    return reshape(x, a.shape());
  };
  for (int k = 0; k < 600; ++k) {
    const index_t groups = pick(1, 2);
    const sides kernel{pick(1, 3), pick(1, 3)};
    const convolution c{{pick(1, 4), pick(1, 4)}, {pick(0, 1), pick(0, 2)}, {pick(1, 2), pick(1, 2)}, groups};
    const dims x_shape{k % 4 == 0 ? pick(8, 20) : pick(1, 3), groups * pick(1, 3), 5 + pick(0, 5),
                       5 + pick(0, k % 3 == 0 ? 30 : 9)},
        w_shape{groups * pick(1, 5), x_shape[1] / groups, kernel.h, kernel.w};
    const auto type = k % 2 ? float32 : float64;
    const auto about = to_string(x_shape) + " with " + to_string(w_shape) + ": " + seegrad::detail::text_of(c);
    CAPTURE(about);
    const auto x = sample_values(x_shape, 1).cast(type), w = sample_values(w_shape, 2).cast(type);
    const auto g = sample_values(conv2d(x, w, c).shape(), 3).cast(type);
    for (const double odd : {std::numeric_limits<double>::infinity(), std::nan("")}) {
      const auto odd_x = with(x, odd), odd_g = with(g, odd);
      CHECK(agree(conv2d(odd_x, w, c), naive(odd_x, w, c)));
      const array from_x[] = {odd_x, w}, from_g[] = {x, w};
      CHECK(agree(conv2d_op::vjp<array>(c, 1, from_x, g, g), naive_weight(odd_x, g, c, w_shape)));
      CHECK(agree(conv2d_op::vjp<array>(c, 1, from_g, g, odd_g), naive_weight(x, odd_g, c, w_shape)));
      CHECK(agree(conv2d_op::vjp<array>(c, 0, from_g, g, odd_g), naive_input(odd_g, w, c, x_shape)));
    }
  }
}

TEST_CASE("shapes at which kernels change") {
  for (auto type : {float32, float64}) {
    for (index_t n : {1, 7, 8, 9, 15, 16, 17, 32, 33}) check_example({{n, 2, 6, 5}, {3, 2, 3, 3}, {1, 1}}, type);
    for (index_t w = 1; w < 36; ++w) check_example({{2, 2, 3, w}, {5, 2, 1, 1}, {}}, type);
    for (index_t w = 1; w < 70; w += 3) check_example({{1, 1, 4, w}, {2, 1, 3, 3}, {1, 1}}, type);
    for (index_t k = 1; k < 20; ++k) check_example({{2, 1, 4, 18}, {k, 1, 2, 2}, {}}, type);
    check_example({{2, 3, 5, 20}, {4, 3, 2, 2}, {3, 4}}, type);  // windows that see padding alone
    check_example({{17, 3, 2, 2}, {4, 3, 2, 2}, {3, 4}}, type);
    check_example({{1, 1, 1, 1}, {1, 1, 1, 1}, {}}, type);
    check_example({{0, 2, 3, 3}, {2, 2, 2, 2}, {}}, type);
    check_example({{2, 40, 9, 33}, {30, 40, 3, 3}, {1, 1}}, type);
    check_example({{2, 24, 5, 5}, {24, 1, 3, 3}, {1, 1, 1, 24}}, type);
  }
}

TEST_CASE("values from PyTorch") {
  SUBCASE("transposed convolutions with output padding, groups and a bias") {
    const auto t = whole_numbers({1, 4, 2, 3}, 5, 9), w = whole_numbers({4, 1, 3, 2}, 4, 7);
    CHECK(close_to(conv_transpose2d(t, w, {.stride = {2, 3}, .padding = {1, 0}, .output_padding = {1, 2}, .groups = 2}),
                   {1, 2, 4, 10},
                   {7,   -6, 0,   2,   -6, 0, 6, -6, 0, 0,   -4, 3, 0, 13, -6, 0, -6, 3,  0, 0,   -8, 12, 0, 5,   -6, 0, -9,
                    12,  0,  0,   -10, 10, 0, 4, -7, 0, -9,  12, 0, 0, -6, 14, 0, 6,  -5, 0, -9,  12, 0,  0, -13, 18, 0, 19,
                    -12, 0,  -12, 21,  0,  0, 3, -7, 0, -12, 10, 0, 0, -9, 0,  0, 4,  -6, 0, -10, 12, 0,  3, -6,  0,  0}));
    const transposed_convolution beyond{
        .stride = {1, 2}, .output_padding = {2, 0}, .dilation = {3, 1}, .groups = 2};  // output padding above the stride
    const auto y = conv_transpose2d(t, w, beyond);
    CHECK(y.shape() == dims{1, 2, 10, 6});
    CHECK(close_to(slice(slice(y, 1, 0, 1), 2, 0, 2), {1, 1, 2, 6}, {12, -1, -3, -11, 9, -3, -6, 14, 6, -5, -9, 12}));
    CHECK(close_to(slice(y, 2, 8, 10), {1, 2, 2, 6}, std::vector<double>(24, 0.0)));
    CHECK(gradient_of(t, [&](const tensor& a) { return conv_transpose2d(a, w, beyond); }).shape() == t.shape());
    const auto t1 = whole_numbers({1, 2, 3}, 5, 9), w1 = whole_numbers({2, 2, 3}, 4, 7);
    CHECK(close_to(conv_transpose1d(t1, w1, array{1.0, -1.0}, {.stride = 2, .padding = 1, .output_padding = 1}), {1, 2, 6},
                   {-9, 8, 8, 6, -11, 10, 7, -9, -6, -8, 8, -13}));
    CHECK(close_to(conv1d(whole_numbers({1, 2, 6}, 5, 9), w1, array{1.0, -1.0}, {.stride = 2, .padding = 1, .dilation = 2}),
                   {1, 2, 2}, {-18, -3, 10, -17}));
  }
  SUBCASE("unfold and fold") {
    const window_options o{.stride = {2, 1}, .padding = {1, 0}, .dilation = {1, 2}};
    CHECK(close_to(unfold(whole_numbers({1, 1, 3, 4}, 7, 11), 2, o), {1, 4, 4},
                   {0, 0, 1, -3, 0, 0, 4, 0, -5, 2, -4, 3, -2, 5, -1, -5}));
    CHECK(close_to(fold(whole_numbers({1, 4, 4}, 7, 11), {3, 4}, 2, o), {1, 1, 3, 4}, {-4, 3, 2, -2, -2, 5, 4, 0, -1, -5, 5, 1}));
  }
}

namespace {

// The vjps of an operation against differences of its values, and the derivatives of its recorded gradient against differences of gradients.
template <class Op>
auto check_derivatives() -> void {
  const std::string name(Op::name);
  CAPTURE(name);
  const auto cases = seegrad::detail::structural_maker<Op>::samples();
  int number = 0;
  for (const auto& sample : cases) {
    CAPTURE(number++);
    const auto& p = seegrad::detail::structural_maker<Op>::of(sample.parameters.get());
    const auto n = sample.operands.size();
    // What finds or is given places is tested with all operations, in structural_test.
    const auto is_whole = [](const array& x) { return !x.is_floating(); };
    if (std::any_of(sample.operands.begin(), sample.operands.end(), is_whole) || is_whole(Op::value(p, sample.operands)))
      continue;
    const auto loss = [&](std::span<const tensor> x) {
      const auto y = structured_list<Op, tensor>(p, x);
      return sum(square(y) * sample_values(y.shape(), 8) + y * sample_values(y.shape(), 9));
    };
    const auto slopes = [&](const std::vector<array>& x) {
      graph g;
      std::vector<tensor> in;
      for (const auto& a : x) in.push_back(input(a));
      return gradient(loss(in), std::span<const tensor>(in));
    };
    const auto moved = [&](double h) {
      auto x = sample.operands;
      for (std::size_t i = 0; i < n; ++i) x[i] = x[i] + sample_values(x[i].shape(), 5 + unsigned(i)) * h;
      return x;
    };
    const auto along = [&](const std::vector<array>& g) {
      double total = 0;
      for (std::size_t i = 0; i < n; ++i) total += sum(g[i] * sample_values(g[i].shape(), 5 + unsigned(i))).item();
      return total;
    };
    const auto value = [&](double h) {
      const auto x = moved(h);
      return loss(std::vector<tensor>(x.begin(), x.end())).value().item();
    };
    const double h = 1e-4;
    const auto first = along(slopes(sample.operands));
    CHECK(first == doctest::Approx((value(h) - value(-h)) / (2 * h)).epsilon(1e-6));
    graph g;
    std::vector<tensor> in;
    for (const auto& a : sample.operands) in.push_back(input(a));
    const auto recorded = recorded_gradient(loss(in), std::span<const tensor>(in));
    tensor s = 0.0;
    for (std::size_t i = 0; i < n; ++i) s = s + sum(recorded[i] * sample_values(in[i].shape(), 5 + unsigned(i)));
    CHECK(s.value().item() == doctest::Approx(first).epsilon(1e-10));
    if (s.is_constant()) continue;
    const auto second = gradient(s, std::span<const tensor>(in));
    const auto before = slopes(moved(-h)), after = slopes(moved(h));
    for (std::size_t i = 0; i < n; ++i) CHECK(all_close(second[i], (after[i] - before[i]) * (0.5 / h), 1e-5, 1e-5));
  }
  number = 0;
  for (const auto& sample : seegrad::detail::structural_maker<Op>::wrong()) {
    CAPTURE(number++);
    CHECK_THROWS_AS(Op::value(seegrad::detail::structural_maker<Op>::of(sample.parameters.get()), sample.operands), error);
  }
}
template <class... Ops>
auto check_all(operation_list<Ops...>) -> void {
  (check_derivatives<Ops>(), ...);
}

}  // namespace

TEST_CASE("first and second derivatives against differences") {
  check_all(seegrad::detail::window_operations{});
  check_all(seegrad::detail::pooling_operations{});
  check_all(seegrad::detail::convolution_operations{});
}

TEST_CASE("messages say what is wrong and what may help") {
  const auto x = zeros({2, 3, 5, 6}), w = zeros({4, 3, 3, 3});
  const auto of = [&](const dims& a, const dims& b, const convolution& c = {}) {
    return message_of([&] { conv2d(zeros(a), zeros(b), c); });
  };
  CHECK(contains(of({3, 5, 6}, {4, 3, 3, 3}),
                 "[3x5x6] has 3 axes, and 4 [N, C, H, W] are expected; a batch axis forgotten? unsqueeze(x, 0)"));
  CHECK(contains(of({2, 3, 5, 6}, {4, 2, 3, 3}), "has 3 channels, and the kernels [4x2x3x3] take 2"));
  CHECK(contains(of({2, 3, 5, 6}, {3, 4, 3, 3}), "the first two axes of the kernels are exchanged?"));
  CHECK(contains(of({2, 3, 2, 6}, {4, 3, 3, 3}), "does not fit into the height 2 + 2 * 0"));
  CHECK(contains(of({2, 3, 5, 4}, {4, 3, 3, 3}, {.dilation = 2}),
                 "reaches over 5 (kernel 3, dilation 2) does not fit into the width 4"));
  CHECK(contains(of({2, 4, 5, 6}, {4, 4, 3, 3}, {.groups = 3}), "cannot be divided into 3 groups"));
  CHECK(contains(of({2, 3, 5, 6}, {4, 3, 3, 3}, {.groups = 2}), "the 3 channels of [2x3x5x6] cannot be divided into 2 groups"));
  CHECK(contains(of({2, 3, 5, 6}, {4, 3, 3, 3}, {.stride = {1, 0}}), "stride 0"));
  CHECK(contains(of({2, 3, 5, 6}, {4, 3, 3, 3}, {.padding = -1}), "padding -1 is negative"));
  CHECK(contains(message_of([&] {
                   conv1d(zeros({3, 5}), zeros({4, 3, 2}));
                 }),
                 "conv1d: [3x5] has 2 axes, and 3 [N, C, L] are expected; a batch axis"));
  CHECK(contains(message_of([&] { conv_transpose2d(x, w); }),
                 "conv_transpose2d: [2x3x5x6] has 3 channels, and the kernels [4x3x3x3] take 4"));
  CHECK(contains(message_of([&] {
                   conv_transpose2d(zeros({1, 4, 2, 2}), w, {.stride = 2, .output_padding = 2});
                 }),
                 "output_padding 2 must be"));
  CHECK(contains(message_of([&] { max_pool2d(x, 2, {.padding = 2}); }), "more than half of the kernel"));
  CHECK(contains(message_of([&] { fold(zeros({1, 8, 5}), {3, 4}, 2); }), "axis 2 of [1x8x5] should be 6, the 2 by 3 windows"));
  CHECK(contains(message_of([&] { adaptive_avg_pool2d(zeros({3, 4, 4}), 1); }), "a batch axis forgotten?"));
}

TEST_CASE("strided operands, mixed types, an empty batch") {
  const auto x = sample_values({5, 6, 3, 2}, 1), w = sample_values({4, 3, 2, 2}, 2);
  const auto turned = permute(x, {3, 2, 0, 1});
  CHECK(identical(conv2d(turned, w), conv2d(turned.copy(), w)));
  CHECK(conv2d(turned.cast(float32), w).type() == float64);
  CHECK(conv2d(ones({1, 3, 2, 2}, int64), w.cast(float32)).type() == float32);
  CHECK(conv2d(zeros({0, 3, 4, 4}), w).shape() == dims{0, 4, 3, 3});
  graph g;
  const auto k = input(w);
  backward(sum(conv2d(zeros({0, 3, 4, 4}), k)));
  CHECK(identical(grad(k), zeros(w.shape())));
  CHECK(max_pool2d(zeros({0, 3, 4, 4}), 2).shape() == dims{0, 3, 2, 2});
}

TEST_CASE("results do not depend on the number of threads") {
  const auto x = sample_values({40, 3, 20, 20}, 1).cast(float32), w = sample_values({20, 3, 5, 5}, 2).cast(float32);
  const auto all = [&] {
    graph g;
    const auto a = input(x), b = input(w);
    const auto y = max_pool2d(conv2d(a, b, {.padding = 2}), 2);
    backward(sum(square(y)));
    return std::vector<array>{y.value(), grad(a), grad(b)};
  };
  const auto alone = all();
  set_num_threads(3);
  const auto together = all();
  set_num_threads(1);
  for (std::size_t i = 0; i < alone.size(); ++i) CHECK(identical(alone[i], together[i]));
}
