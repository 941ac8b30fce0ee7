// Windows: convolutions against loops that follow the definition, their derivatives against each other and against differences, and
// pooling against loops and values from PyTorch.

#include <doctest/doctest.h>

#include <autodiff/array/create.hpp>
#include <autodiff/array/parallel.hpp>
#include <autodiff/derive/recorded.hpp>
#include <autodiff/derive/reverse.hpp>
#include <autodiff/ops/convolution.hpp>
#include <autodiff/ops/make_structural.hpp>
#include <autodiff/ops/pooling.hpp>
#include <autodiff/ops/structural_list.hpp>
#include <autodiff/ops/window.hpp>
#include <cmath>
#include <functional>
#include <random>
#include <string>

using namespace seegrad;

namespace {

auto message_of(const std::function<void()>& f) -> std::string {
  try {
    f();
  } catch (const error& e) {
    return e.what();
  }
  return "no error";
}
auto mentions(const std::string& text, const std::string& part) -> bool { return text.find(part) != std::string::npos; }

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
                const auto h = r * c.stride.h + u * c.dilation.h - c.padding.h, l = s * c.stride.w + v * c.dilation.w - c.padding.w;
                if (h < 0 || h >= x[2] || l < 0 || l >= x[3]) continue;
                const auto channel = k / out * in + i;
                f(((n * x[1] + channel) * x[2] + h) * x[3] + l, ((k * in + i) * w[2] + u) * w[3] + v, ((n * y[1] + k) * y[2] + r) * y[3] + s);
              }
}
auto naive(const array& x, const array& w, const convolution& c) -> array {
  const auto extent = [](index_t n, index_t k, index_t s, index_t p, index_t d) { return (n + 2 * p - d * (k - 1) - 1) / s + 1; };
  auto y = zeros({x.shape()[0], w.shape()[0], extent(x.shape()[2], w.shape()[2], c.stride.h, c.padding.h, c.dilation.h),
                  extent(x.shape()[3], w.shape()[3], c.stride.w, c.padding.w, c.dilation.w)});
  const auto xs = x.to_vector<double>(), ws = w.to_vector<double>();
  const auto to = y.writable<double>();
  each_product(x.shape(), w.shape(), y.shape(), c, [&](auto a, auto b, auto k) { to[std::size_t(k)] += xs[std::size_t(a)] * ws[std::size_t(b)]; });
  return y;
}
auto naive_input(const array& g, const array& w, const convolution& c, const dims& shape) -> array {
  auto x = zeros(shape);
  const auto gs = g.to_vector<double>(), ws = w.to_vector<double>();
  const auto to = x.writable<double>();
  each_product(shape, w.shape(), g.shape(), c, [&](auto a, auto b, auto k) { to[std::size_t(a)] += gs[std::size_t(k)] * ws[std::size_t(b)]; });
  return x;
}
auto naive_weight(const array& x, const array& g, const convolution& c, const dims& shape) -> array {
  auto w = zeros(shape);
  const auto xs = x.to_vector<double>(), gs = g.to_vector<double>();
  const auto to = w.writable<double>();
  each_product(x.shape(), shape, g.shape(), c, [&](auto a, auto b, auto k) { to[std::size_t(b)] += xs[std::size_t(a)] * gs[std::size_t(k)]; });
  return w;
}

struct example {
  dims x, w;
  convolution c;
};
auto check_example(const example& e, dtype type) -> void {
  CAPTURE(to_string(e.x) << to_string(e.w) << " stride " << to_string(e.c.stride) << " padding " << to_string(e.c.padding) << " dilation "
                         << to_string(e.c.dilation) << " groups " << e.c.groups << " " << name_of(type));
  const auto x = sample_values(e.x, 1).cast(type), w = sample_values(e.w, 2).cast(type);
  const auto y = conv2d(x, w, e.c);
  CHECK(y.type() == type);
  const double near = type == float32 ? 1e-4 : 1e-11, scale = 1 + static_cast<double>(elements(e.x) + elements(e.w)) * (type == float32 ? 1e-6 : 1e-14);
  CHECK(all_close(y.cast(float64), naive(x, w, e.c), near, near * scale));
  const auto g = sample_values(y.shape(), 3).cast(type);
  const array operands[] = {x, w};
  const auto dx = conv2d_op::pull<array>(e.c, 0, operands, y, g), dw = conv2d_op::pull<array>(e.c, 1, operands, y, g);
  CHECK(all_close(dx.cast(float64), naive_input(g, w, e.c, e.x), near, near * scale));
  CHECK(all_close(dw.cast(float64), naive_weight(x, g, e.c, e.w), near * 10, near * 10 * scale));
}

}  // namespace

TEST_CASE("convolution and both its derivatives follow the definition, whatever lies in the lanes") {
  std::mt19937 random(7);
  const auto pick = [&](index_t low, index_t high) { return low + static_cast<index_t>(random() % static_cast<unsigned>(high - low + 1)); };
  for (int k = 0; k < 400; ++k) {
    const index_t groups = pick(1, 3), in = pick(1, 4), out = pick(1, k % 8 == 0 ? 19 : 9);
    const sides kernel{pick(1, 4), pick(1, 4)};
    const convolution c{{pick(1, 3), pick(1, 3)}, {pick(0, 3), pick(0, 3)}, {pick(1, 2), pick(1, 2)}, groups};
    const auto least = [](index_t n, index_t d, index_t p) { return std::max<index_t>(1, d * (n - 1) + 1 - 2 * p); };
    const auto h = least(kernel.h, c.dilation.h, c.padding.h) + pick(0, 6), w = least(kernel.w, c.dilation.w, c.padding.w) + pick(0, k % 3 == 0 ? 40 : 9);
    const auto images = k % 4 == 0 ? pick(14, 35) : pick(1, 5);
    check_example({{images, groups * in, h, w}, {groups * out, in, kernel.h, kernel.w}, c}, k % 2 ? float32 : float64);
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
