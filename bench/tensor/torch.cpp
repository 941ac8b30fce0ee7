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

auto numbers(const std::string& text) -> std::vector<std::int64_t> {
  std::vector<std::int64_t> out;
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

auto torch_way(const work& w) -> way {
  static const bool ready = [] {
    at::set_num_threads(1);
    return true;
  }();
  (void)ready;
  using list = std::vector<std::int64_t>;
  const auto type = w.single ? torch::kFloat32 : torch::kFloat64;
  const auto r = [&](const list& shape) { return torch::randn(shape, torch::dtype(type)); };
  const auto n = numbers(w.name);
  const auto starts = [&](const char* s) { return w.name.rfind(s, 0) == 0; };
  if (starts("matmul")) {
    const auto a = n[0], b = n.size() > 1 ? n[1] : n[0], c = n.size() > 2 ? n[2] : n[0];
    return made([](const auto& x) { return torch::matmul(x[0], x[1]); }, {r({a, b}), r({b, c})}, r({a, c}));
  }
  if (starts("tanh")) return made([](const auto& x) { return torch::tanh(x[0]); }, {r({n[0]})}, r({n[0]}));
  if (starts("exp")) return made([](const auto& x) { return torch::exp(x[0]); }, {r({n[0]})}, r({n[0]}));
  if (starts("gelu")) return made([](const auto& x) { return torch::gelu(x[0]); }, {r({n[0]})}, r({n[0]}));
  if (starts("add row"))
    return made([](const auto& x) { return x[0] + x[1]; }, {r({n[0] / 128, 128}), r({128})}, r({n[0] / 128, 128}));
  if (starts("sum columns")) return made([](const auto& x) { return torch::sum(x[0], 0); }, {r({1024, 1024})}, r({1024}));
  if (starts("sum")) return made([](const auto& x) { return torch::sum(x[0]); }, {r({1024, 1024})}, r({}));
  if (starts("softmax")) return made([](const auto& x) { return torch::softmax(x[0], -1); }, {r({n[0], n[1]})}, r({n[0], n[1]}));
  if (starts("conv2d")) {
    const auto pad = n[1] == 6 ? std::int64_t{0} : n[5] / 2, h = n[2] + 2 * pad - n[5] + 1;
    return made([pad](const auto& x) { return torch::conv2d(x[0], x[1], {}, 1, pad); },
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
#else
namespace bench {
auto torch_way(const work&) -> way { return {}; }
}  // namespace bench
#endif
