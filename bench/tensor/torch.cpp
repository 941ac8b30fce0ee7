#include "row.hpp"

#ifdef BENCH_TORCH
#include <torch/torch.h>

namespace bench {
namespace {

template <class F>
auto made(F f, std::vector<torch::Tensor> x, torch::Tensor seed) -> way {
  auto value = [f, x] {
    const torch::NoGradGuard quiet;
    f(x);
  };
  auto gradient = [f, x, seed] {
    std::vector<torch::Tensor> t;
    for (const auto& a : x) t.push_back(a.detach().requires_grad_());
    f(t).backward(seed);
  };
  return {value, gradient};
}

}  // namespace

auto torch_way(const work& w) -> way {
  static const bool ready = [] {
    at::set_num_threads(1);
    return true;
  }();
  (void)ready;
  using list = std::vector<std::int64_t>;
  const auto type = w.single ? torch::kFloat32 : torch::kFloat64;
  const auto r = [&](const list& shape) { return torch::randn(shape, torch::dtype(type)); };
  const auto& n = w.sizes;
  const auto is = [&](const char* operation) { return w.operation == operation; };
  if (is("matmul"))
    return made([](const auto& x) { return torch::matmul(x[0], x[1]); }, {r({n[0], n[1]}), r({n[1], n[2]})}, r({n[0], n[2]}));
  if (is("tanh")) return made([](const auto& x) { return torch::tanh(x[0]); }, {r(n)}, r(n));
  if (is("exp")) return made([](const auto& x) { return torch::exp(x[0]); }, {r(n)}, r(n));
  if (is("gelu")) return made([](const auto& x) { return torch::gelu(x[0]); }, {r(n)}, r(n));
  if (is("add row")) return made([](const auto& x) { return x[0] + x[1]; }, {r(n), r({n[1]})}, r(n));
  if (is("sum")) return made([](const auto& x) { return torch::sum(x[0]); }, {r(n)}, r({}));
  if (is("sum columns")) return made([](const auto& x) { return torch::sum(x[0], 0); }, {r(n)}, r({n[1]}));
  if (is("softmax")) return made([](const auto& x) { return torch::softmax(x[0], -1); }, {r(n)}, r(n));
  if (is("log_softmax_at")) {
    const auto labels = torch::randint(n[1], {n[0], 1}, torch::dtype(torch::kInt64));
    return made([labels](const auto& x) { return torch::log_softmax(x[0], -1).gather(-1, labels); }, {r(n)}, r({n[0], 1}));
  }
  if (is("conv2d")) {
    const auto pad = n[7], height = n[2] + 2 * pad - n[5] + 1, width = n[3] + 2 * pad - n[6] + 1;
    return made([pad](const auto& x) { return torch::conv2d(x[0], x[1], {}, 1, pad); },
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
#else
namespace bench {
auto torch_way(const work&) -> way { return {}; }
}  // namespace bench
#endif
