#pragma once
// What the tests of training share: a small network, and data that it learns in seconds.

#include <autodiff/autodiff.hpp>
#include <nn/data/synthetic.hpp>
#include <nn/layer/layers.hpp>
#include <nn/train/fit.hpp>

using namespace seegrad;

struct net {
  nn::linear hidden{2, 16};
  nn::dropout drop{0.1};
  nn::linear output{16, 2};
  auto operator()(const tensor& x) -> tensor { return output(drop(tanh(hidden(x)))); }
};

inline auto moons() -> nn::dataset {
  generator random(5);
  const auto all = nn::moons(random, 300, 0.1, float64);
  return {all.inputs.cast(float32), all.targets};
}

inline auto quiet(int epochs = 4) -> nn::fit_options {
  return {.epochs = epochs, .batch_size = 32, .optimiser = nn::adam{{.lr = 0.02}}, .progress = nn::progress_style::none};
}

inline auto new_net() -> net {
  nn::manual_seed(3);
  return {};
}

inline auto same(const net& a, const net& b) -> bool {
  const auto x = nn::state_dict(a), y = nn::state_dict(b);
  for (const auto& [name, value] : x)
    if (!identical(value, y.at(name))) return false;
  return x.size() == y.size();
}
