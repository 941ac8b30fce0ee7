#include "row.hpp"

#include <autodiff/array/parallel.hpp>
#include <autodiff/array/random.hpp>
#include <autodiff/autodiff.hpp>
#include <autodiff/ops/window/convolution.hpp>
#include <memory>

namespace bench {
namespace {

using namespace seegrad;

// Value: arrays alone. Gradient: recorded, swept and rewound, as in a training step; the seed is an array of the result's shape.
template <class F>
auto made(F f, std::vector<array> x, const array& seed) -> way {
  auto g = std::make_shared<graph>();
  auto value = [f, x] { f(x); };
  auto gradient = [f, x, seed, g] {
    const rewind_scope step;
    std::vector<tensor> t;
    for (const auto& a : x) t.push_back(input(a));
    backward(f(t), seed, adjoints::inputs);
  };
  return {value, gradient};
}

}  // namespace

auto seegrad_way(const work& w) -> way {
  set_num_threads(1);
  static generator random(1);
  const auto type = w.single ? float32 : float64;
  const auto r = [&](const dims& shape) { return randn(random, shape, type); };
  const auto& n = w.sizes;
  const auto is = [&](const char* operation) { return w.operation == operation; };
  if (is("matmul"))
    return made([](const auto& x) { return matmul(x[0], x[1]); }, {r({n[0], n[1]}), r({n[1], n[2]})}, r({n[0], n[2]}));
  if (is("tanh")) return made([](const auto& x) { return tanh(x[0]); }, {r(n)}, r(n));
  if (is("exp")) return made([](const auto& x) { return exp(x[0]); }, {r(n)}, r(n));
  if (is("gelu")) return made([](const auto& x) { return gelu(x[0]); }, {r(n)}, r(n));
  if (is("add row")) return made([](const auto& x) { return x[0] + x[1]; }, {r(n), r({n[1]})}, r(n));
  if (is("sum")) return made([](const auto& x) { return sum(x[0]); }, {r(n)}, r({}));
  if (is("sum columns")) return made([](const auto& x) { return sum(x[0], 0); }, {r(n)}, r({n[1]}));
  if (is("softmax")) return made([](const auto& x) { return softmax(x[0], -1); }, {r(n)}, r(n));
  if (is("log_softmax_at")) {
    const array labels = randint(random, {n[0], 1}, 0, n[1]);
    return made([labels](const auto& x) { return log_softmax_at(x[0], labels); }, {r(n)}, r({n[0], 1}));
  }
  if (is("conv2d")) {
    const auto pad = n[7], height = n[2] + 2 * pad - n[5] + 1, width = n[3] + 2 * pad - n[6] + 1;
    const convolution options{.padding = {pad, pad}};
    return made([options](const auto& x) { return conv2d(x[0], x[1], options); },
                {r({n[0], n[1], n[2], n[3]}), r({n[4], n[1], n[5], n[6]})}, r({n[0], n[4], height, width}));
  }
  return made(
      [](const auto& x) {
        auto y = x[0];
        for (int i = 0; i < 1000; ++i) y = y + x[1];
        return y;
      },
      {r(n), r(n)}, r(n));
}

}  // namespace bench
