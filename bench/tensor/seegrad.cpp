#include "row.hpp"

#include <autodiff/array/random.hpp>
#include <autodiff/autodiff.hpp>
#include <autodiff/ops/convolution.hpp>
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

auto numbers(const std::string& text) -> std::vector<index_t> {
  std::vector<index_t> out;
  for (std::size_t i = 0; i < text.size();)
    if (std::isdigit(static_cast<unsigned char>(text[i])) &&
        (i == 0 || !std::isalpha(static_cast<unsigned char>(text[i - 1])) || text[i - 1] == 'x')) {
      std::size_t used = 0;
      out.push_back(std::stoll(text.substr(i), &used));
      i += used;
    } else ++i;
  return out;
}

}  // namespace

auto seegrad_way(const work& w) -> way {
  static generator random(1);
  const auto type = w.single ? float32 : float64;
  const auto r = [&](const dims& shape) { return randn(random, shape, type); };
  const auto n = numbers(w.name);
  const auto starts = [&](const char* s) { return w.name.starts_with(s); };
  if (starts("matmul")) {
    const auto a = n[0], b = n.size() > 1 ? n[1] : n[0], c = n.size() > 2 ? n[2] : n[0];
    return made([](const auto& x) { return matmul(x[0], x[1]); }, {r({a, b}), r({b, c})}, r({a, c}));
  }
  if (starts("tanh")) return made([](const auto& x) { return tanh(x[0]); }, {r({n[0]})}, r({n[0]}));
  if (starts("exp")) return made([](const auto& x) { return exp(x[0]); }, {r({n[0]})}, r({n[0]}));
  if (starts("gelu")) return made([](const auto& x) { return gelu(x[0]); }, {r({n[0]})}, r({n[0]}));
  if (starts("add row"))
    return made([](const auto& x) { return x[0] + x[1]; }, {r({n[0] / 128, 128}), r({128})}, r({n[0] / 128, 128}));
  if (starts("sum columns")) return made([](const auto& x) { return sum(x[0], 0); }, {r({1024, 1024})}, r({1024}));
  if (starts("sum")) return made([](const auto& x) { return sum(x[0]); }, {r({1024, 1024})}, r({}));
  if (starts("softmax")) return made([](const auto& x) { return softmax(x[0], -1); }, {r({n[0], n[1]})}, r({n[0], n[1]}));
  if (starts("conv2d")) {
    const index_t pad = n[1] == 6 ? 0 : n[5] / 2, h = n[2] + 2 * pad - n[5] + 1;
    const convolution options{.padding = {pad, pad}};
    return made([options](const auto& x) { return conv2d(x[0], x[1], options); },
                {r({n[0], n[1], n[2], n[3]}), r({n[4], n[1], n[5], n[6]})}, r({n[0], n[4], h, h}));
  }
  return made(
      [](const auto& x) {
        auto y = x[0];
        for (int i = 0; i < 1000; ++i) y = y + x[1];
        return y;
      },
      {r({16}), r({16})}, r({16}));
}

}  // namespace bench
